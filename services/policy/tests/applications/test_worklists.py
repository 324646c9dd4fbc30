"""Work lists: by the step that somebody must take, within a scope, the oldest first."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from talent_kit.auth import Role
from talent_policy.applications.rules import step_of, waiting_days
from talent_policy.models.applications import ApplicationStatus, Step

from .story import Story, begin, join


async def work(story: Story, step: str, **query: Any) -> list[dict[str, Any]]:
    region = query.pop("scope", "350700")
    answer = await story.policy.client.get(
        "/v1/work-items",
        params={"step": step, **query},
        headers=story.staff(Role.REVIEWER, region=region),
    )
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def ids(story: Story, step: str, **query: Any) -> list[str]:
    return [item["id"] for item in await work(story, step, **query)]


async def several(policy, count: int) -> tuple[Story, list[dict[str, Any]]]:
    """Applications of the same measure, an hour apart."""
    story = await begin(policy)
    made = [(await story.apply("2.1")).json()]
    for _ in range(count - 1):
        policy.clock.move(timedelta(hours=1))
        made.append((await (await join(policy)).apply("2.1")).json())
    return story, made


async def test_an_application_moves_from_list_to_list(policy) -> None:
    story, [made] = await several(policy, 1)
    assert await ids(story, "review") == [made["id"]]
    returned = (await story.step(made, "return", {"reason": "合同缺页"})).json()
    assert returned["step"] == "correction"
    assert (await ids(story, "review"), await ids(story, "correction")) == ([], [made["id"]])
    back = (await story.step(returned, "resubmit", headers=story.agent)).json()
    approved = (await story.step(back, "approve", {})).json()
    assert approved["step"] == "release"
    assert (await ids(story, "correction"), await ids(story, "release")) == ([], [made["id"]])


async def test_rejected_and_withdrawn_wait_for_nobody(policy) -> None:
    story, made = await several(policy, 2)
    await story.step(made[0], "withdraw", headers=story.agent)
    await story.step(made[1], "reject", {"reason": "no"})
    for step in Step:
        assert await ids(story, step) == []


async def test_the_oldest_comes_first_page_by_page(policy) -> None:
    story, made = await several(policy, 5)
    assert await ids(story, "review") == [each["id"] for each in made]
    seen, cursor = [], None
    headers = story.staff(Role.REVIEWER)
    while True:
        query = {"step": "review", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (
            await story.policy.client.get("/v1/work-items", params=query, headers=headers)
        ).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [each["id"] for each in made]


@pytest.mark.parametrize("cursor", ["x", "abcd", "人", "A" * 31, "A" * 36, "_" * 32])
async def test_a_bent_cursor_is_a_bad_request(policy, cursor: str) -> None:
    headers = policy.issuer.headers("staff", Role.REVIEWER, region="350700")
    answer = await policy.client.get(
        "/v1/work-items", params={"step": "review", "cursor": cursor}, headers=headers
    )
    expected = (200, None) if cursor == "_" * 32 else (400, "cursor-invalid")
    assert (answer.status_code, answer.json().get("code")) == expected


async def test_measure_and_days_of_submission_choose(policy) -> None:
    story, made = await several(policy, 2)
    policy.clock.set(datetime(2025, 9, 2, 15, 59, 59, tzinfo=UTC))
    late = (await (await join(policy)).apply("2.1")).json()
    policy.clock.set(datetime(2025, 9, 2, 16, 0, tzinfo=UTC))
    later = (await (await join(policy)).apply("2.1")).json()
    first = [each["id"] for each in made]
    assert await ids(story, "review", measure="2.1") == [*first, late["id"], later["id"]]
    assert await ids(story, "review", measure="2.2") == []
    assert await ids(story, "review", submitted_until="2025-09-01") == first
    assert await ids(story, "review", submitted_from="2025-09-02") == [late["id"], later["id"]]
    both = {"submitted_from": "2025-09-02", "submitted_until": "2025-09-02"}
    assert await ids(story, "review", **both, measure="2.1") == [late["id"]]
    assert await ids(story, "review", submitted_from="2025-09-04") == []


async def test_the_scope_is_a_region_and_what_lies_below_it(policy) -> None:
    story, [made] = await several(policy, 1)
    for scope in ("350000", "350700", "350702"):
        assert await ids(story, "review", scope=scope) == [made["id"]]
    for scope in ("350721", "330800"):
        assert await ids(story, "review", scope=scope) == []
    assert await ids(story, "review", region="350702") == [made["id"]]
    assert await ids(story, "review", region="350721") == []
    outside = await policy.client.get(
        "/v1/work-items?step=review&region=330800", headers=story.staff(Role.REVIEWER)
    )
    assert (outside.status_code, outside.json()["code"]) == (403, "outside-region")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 422),
        ("?step=nothing", 422),
        ("?step=review&submitted_from=1999-12-31", 422),
        ("?step=review&submitted_from=2000-01-01", 200),
        ("?step=review&submitted_until=2100-12-31", 200),
        ("?step=review&submitted_until=2101-01-01", 422),
        ("?step=review&region=35070", 422),
        ("?step=review&measure=x", 422),
    ],
)
async def test_what_can_be_asked(policy, query: str, status: int) -> None:
    headers = policy.issuer.headers("staff", Role.REVIEWER, region="350700")
    assert (
        await policy.client.get(f"/v1/work-items{query}", headers=headers)
    ).status_code == status


async def test_waiting_is_counted_in_working_days_since_it_came_to_the_step(policy) -> None:
    story, [made] = await several(policy, 1)

    async def waits(step: str) -> int | None:
        [item] = await work(story, step)
        days: int | None = item["waiting_days"]
        return days

    assert await waits("review") == 0
    policy.clock.set(datetime(2025, 9, 8, 4, tzinfo=UTC))  # Monday to Monday
    assert await waits("review") == 5
    await story.step(made, "return", {"reason": "papers"})
    assert await waits("correction") == 0
    policy.clock.set(datetime(2035, 1, 8, 4, tzinfo=UTC))
    assert await waits("correction") is None


@pytest.mark.parametrize(
    ("today", "days"),
    [
        (date(2025, 9, 28), 1),  # a Sunday on which people work, for the holidays
        (date(2025, 10, 8), 3),
        (date(2025, 10, 9), 4),
        (date(2035, 1, 1), None),
    ],
)
def test_working_days_know_the_holidays(today: date, days: int | None) -> None:
    assert waiting_days(date(2025, 9, 27), today) == days


@pytest.mark.parametrize(
    ("status", "payments", "step"),
    [
        ("pending", (), "review"),
        ("returned", (), "correction"),
        ("rejected", (), None),
        ("withdrawn", (), None),
        ("approved", ("ordered", "planned"), "release"),
        ("paying", ("paid", "ordered"), "release"),
        ("paying", ("released", "planned"), None),
        ("payment_failed", ("failed", "ordered"), "repair"),
        ("paying", ("disputed", "planned"), "repair"),
        ("paid", ("paid", "stopped"), None),
        ("stopped", ("stopped",), None),
    ],
)
def test_the_step_follows_status_and_payments(status, payments, step) -> None:
    assert step_of(ApplicationStatus(status), payments) == step
