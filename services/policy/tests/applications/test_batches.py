"""Deciding many at once: each for itself, reported in order, once however often it is sent."""

from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select
from talent_kit.auth import Role
from talent_kit.testing.services import ServiceUnderTest, fresh_key
from talent_policy.models import Budget, Decision, Payment

from .story import Story, begin, join


async def several(policy: ServiceUnderTest, count: int, **given: Any) -> tuple[Story, list[Any]]:
    story = await begin(policy, **given)
    stories = [story, *[await join(policy) for _ in range(count - 1)]]
    return story, [(await each.apply("2.1")).json() for each in stories]


async def send(
    story: Story, what: str, items: list[Any], headers: dict[str, str] | None = None, **more: str
) -> Any:
    who = headers or story.staff(Role.REVIEWER)
    return await story.policy.client.post(
        f"/v1/applications/{what}", json={"items": items}, headers=who | fresh_key() | more
    )


def item(made: Any, **more: Any) -> dict[str, Any]:
    return {"id": made["id"], "version": made["version"], **more}


def told(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [
        row["status"] if row["done"] else row["problem"]["code"] for row in answer.json()["items"]
    ]


async def test_one_refusal_spoils_nothing_else(policy) -> None:
    story, made = await several(policy, 5)
    done = (await story.step(made[1], "reject", {"reason": "no"})).json()
    unknown = {"id": str(uuid4()), "version": 1}
    stale = item(made[2]) | {"version": 7}
    items = [item(made[0]), item(done), stale, unknown, item(made[3]), item(made[3]), item(made[4])]
    answer = await send(story, "approvals", items)
    assert told(answer) == [
        "approved",
        "policy.not-pending",
        "version-changed",
        "policy.no-application",
        "approved",
        "version-changed",
        "approved",
    ]
    assert answer.json()["done"] == 3
    assert [row["id"] for row in answer.json()["items"]] == [each["id"] for each in items]
    for each in (made[0], made[3], made[4]):
        read = await story.read(each)
        assert (read["status"], read["version"]) == ("approved", 2)
    assert (await story.read(made[2]))["status"] == "pending"


async def test_a_refused_item_leaves_nothing(policy) -> None:
    story, made = await several(policy, 3, budget_fen=1_000_000)
    items = [item(each) for each in made]
    answer = await send(story, "approvals", items)
    assert told(answer) == ["approved", "approved", "policy.budget-exhausted"]
    async with policy.service.database.transaction() as session:
        payments = (await session.exec(select(Payment))).all()
        decisions = (await session.exec(select(Decision))).all()
        [budget] = (await session.exec(select(Budget))).all()
    paid = {str(row.application_id) for row in payments}
    assert paid == {str(row.application_id) for row in decisions} == {e["id"] for e in made[:2]}
    assert budget.reserved_fen == 1_000_000
    assert made[2]["id"] not in (await events_after(policy, "application.approved"))


async def events_after(policy: ServiceUnderTest, kind: str) -> str:
    await policy.settle()
    lines = (await policy.stored()).splitlines()
    return "\n".join(line for line in lines if f"talent.policy.{kind}.v1" in line)


async def test_sent_again_it_answers_the_same_and_does_nothing(policy) -> None:
    story, made = await several(policy, 2)
    key = fresh_key()
    items = [item(made[0]), item(made[1]) | {"version": 9}]
    first, second = [
        await send(story, "approvals", items, story.staff(Role.REVIEWER), **key) for _ in range(2)
    ]
    assert first.content == second.content
    other = await send(story, "approvals", items[:1], story.staff(Role.REVIEWER), **key)
    assert other.json()["code"] == "idempotency-key-reused"


@pytest.mark.parametrize(("what", "status"), [("rejections", "rejected"), ("returns", "returned")])
async def test_many_are_refused_with_their_reasons(policy, what: str, status: str) -> None:
    story, made = await several(policy, 2)
    items = [item(each, reason=f"缺页{n}") for n, each in enumerate(made)]
    assert told(await send(story, what, items)) == [status, status]
    for n, each in enumerate(made):
        assert (await story.read(each, "/decision"))["reason"] == f"缺页{n}"
    assert "缺页" not in await policy.stored()


async def test_each_item_is_of_the_region_and_not_an_own_one(policy) -> None:
    story, made = await several(policy, 1)
    elsewhere = story.staff(Role.REVIEWER, region="330800")
    assert told(await send(story, "approvals", [item(made[0])], elsewhere)) == ["outside-region"]
    own = policy.issuer.headers("agent-login", Role.REVIEWER, region="350700")
    assert told(await send(story, "approvals", [item(made[0])], own)) == ["policy.own-application"]


@pytest.mark.parametrize(("count", "status"), [(0, 422), (1, 200), (100, 200), (101, 422)])
async def test_how_many_at_once(policy, count: int, status: int) -> None:
    headers = policy.issuer.headers("staff", Role.REVIEWER, region="350700")
    items = [{"id": str(uuid4()), "version": 1} for _ in range(count)]
    answer = await policy.client.post(
        "/v1/applications/approvals", json={"items": items}, headers=headers | fresh_key()
    )
    assert answer.status_code == status


async def test_a_problem_is_told_in_the_language_of_the_caller(policy) -> None:
    headers = policy.issuer.headers("staff", Role.REVIEWER, region="350700")
    items = [{"id": str(uuid4()), "version": 1}]
    answer = await policy.client.post(
        "/v1/applications/approvals",
        json={"items": items},
        headers=headers | fresh_key() | {"Accept-Language": "en"},
    )
    [row] = answer.json()["items"]
    assert row["problem"]["title"] == "No such application"
