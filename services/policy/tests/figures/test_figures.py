"""Figures follow the events: exactly once, in any order of delivery, and recounted to the same."""

from typing import Any

import pytest
from sqlmodel import select
from talent_contracts import ApplicationSubmitted
from talent_kit.auth import Role
from talent_kit.identifiers import new_id
from talent_kit.testing.services import MovableClock, ServiceUnderTest, fresh_key
from talent_policy.figures.service import count, recount
from talent_policy.models import Counted, Figure

from ..applications.story import Story, begin, join
from ..disbursements.scripted_bank import ScriptedBank, books_less, refuses

Cells = dict[tuple[str, ...], tuple[int, int]]


@pytest.fixture
async def policy(policy_factory, monkeypatch: pytest.MonkeyPatch) -> Any:
    # Everything is on the bus before it is read: waiting for more would be in vain.
    monkeypatch.setattr("talent_kit.bus.embedded._WAIT", 0.0)
    bank = ScriptedBank(refuses)
    async with policy_factory.running(clock=MovableClock(), parts={"bank": bank}) as running:
        yield running


async def hear(policy: ServiceUnderTest) -> None:
    """Let the service hear its own events, until it has no more to say."""
    await policy.settle()
    async with policy.service.bus.subscribe("policy", {"talent.policy"}) as subscription:
        for _ in range(6):
            await policy.worker.consumer.step(subscription)
            await policy.settle()


async def kept(policy: ServiceUnderTest) -> Cells:
    async with policy.service.database.transaction() as session:
        rows = (await session.exec(select(Figure))).all()
    return {
        (row.region, str(row.year), row.measure, row.kind, row.state): (row.items, row.fen)
        for row in rows
        if (row.items, row.fen) != (0, 0)
    }


async def by_state(policy: ServiceUnderTest, kind: str) -> dict[str, int]:
    found = await kept(policy)
    return {cell[4]: items for cell, (items, _) in found.items() if cell[3] == kind}


async def much_happened(policy: ServiceUnderTest) -> Story:
    """Pending, returned, rejected, owed, and paid only at the second attempt."""
    story = await begin(policy)
    await story.apply("2.2")
    owed = (await story.apply("2.1")).json()
    await story.step(owed, "approve", {})
    for step in ("return", "reject"):
        made = (await (await join(policy)).apply("2.1")).json()
        await story.step(made, step, {"reason": "no"})
    await (await join(policy)).apply("2.1")
    return story


async def test_figures_follow_what_happens(policy) -> None:
    story = await much_happened(policy)
    await hear(policy)
    assert await by_state(policy, "step") == {
        "review": 1,
        "correction": 1,
        "release": 1,
        "repair": 1,
    }
    statuses = {"pending": 1, "returned": 1, "rejected": 1, "approved": 1, "payment_failed": 1}
    assert await by_state(policy, "status") == statuses
    assert await by_state(policy, "payment") == {"ordered": 1, "failed": 1}
    finance = story.staff(Role.FINANCE)
    failed = (await policy.client.get("/v1/payments?status=failed", headers=finance)).json()
    [payment] = failed["items"]
    await policy.client.post(
        f"/v1/payments/{payment['id']}/release",
        headers=finance | fresh_key() | {"If-Match": f'"{payment["version"]}"'},
    )
    await hear(policy)
    assert await by_state(policy, "payment") == {"ordered": 1, "paid": 1}
    assert "repair" not in await by_state(policy, "step")
    assert await by_state(policy, "first") == {"ordered": 1, "paid": 1}
    seen = {row["kind"] for row in await figures(policy, "350700", year=2025)}
    assert seen == {"status", "step", "payment"}


async def test_a_disputed_payment_waits_for_finance(policy_factory) -> None:
    bank = ScriptedBank(books_less)
    async with policy_factory.running(clock=MovableClock(), parts={"bank": bank}) as policy:
        story = await begin(policy)
        made = (await story.apply("2.2")).json()
        await hear(policy)
        found = await story.read(made)
        assert (found["status"], found["step"]) == ("paying", "repair")
        assert await by_state(policy, "step") == {"repair": 1}
        before = await kept(policy)
        assert await by_state(policy, "payment") == {"disputed": 1}
        async with policy.service.database.transaction() as session:
            await recount(session)
        assert await kept(policy) == before


async def test_a_recount_comes_to_the_same_and_old_events_change_nothing(policy) -> None:
    await much_happened(policy)
    await hear(policy)
    before = await kept(policy)
    async with policy.service.database.transaction() as session:
        await recount(session)
    assert await kept(policy) == before
    await much_more(policy)
    async with policy.service.database.transaction() as session:
        await recount(session)  # with events still on their way
    ahead = await kept(policy)
    await hear(policy)
    assert ahead != before
    assert await kept(policy) == ahead


async def much_more(policy: ServiceUnderTest) -> None:
    story = await join(policy)
    made = (await story.apply("2.1")).json()
    await story.step(made, "withdraw", headers=story.agent)


def event(version: int, status: str, **changes: Any) -> ApplicationSubmitted:
    given = {
        "application_id": new_id(),
        "version": version,
        "measure": "2.1",
        "pack": "nanping-2021-2",
        "region": "350702",
        "status": status,
        "step": "review" if status == "pending" else None,
        "talent_id": None,
        "employer_id": None,
        "amount_fen": 500,
        "submitted_on": "2025-09-01",
    }
    return ApplicationSubmitted(**given | changes)


@pytest.mark.parametrize("order", [(1, 2, 3), (1, 3, 2), (3, 1, 2), (1, 1, 2, 3, 3)])
@pytest.mark.parametrize("together", [True, False])
async def test_the_newest_counts_once_however_they_come(policy, order, together) -> None:
    one = new_id()
    states = {1: "pending", 2: "approved", 3: "paid"}
    events = [event(n, states[n], application_id=one) for n in order]
    async with policy.service.database.transaction() as session:
        for each in [events] if together else [[one_event] for one_event in events]:
            await count(session, each)
    assert await kept(policy) == {("350702", "2025", "2.1", "status", "paid"): (1, 500)}
    async with policy.service.database.transaction() as session:
        [row] = (await session.exec(select(Counted))).all()
    assert row.version == 3


async def figures(policy: ServiceUnderTest, scope: str, **query: Any) -> Any:
    headers = policy.issuer.headers("staff", Role.AUDITOR, region=scope)
    answer = await policy.client.get("/v1/figures", params=query, headers=headers)
    return answer.json()["items"] if answer.status_code == 200 else answer.json()["code"]


async def test_staff_see_the_figures_of_their_region(policy) -> None:
    policy.clock.set(policy.clock.now().replace(year=2025))
    async with policy.service.database.transaction() as session:
        await count(
            session,
            [
                event(1, "pending"),
                event(1, "pending", measure="2.2"),
                event(1, "pending", region="350721"),
                event(1, "pending", region="330800"),
                event(1, "pending", submitted_on="2024-12-31"),
            ],
        )
    pending = {"kind": "status", "state": "pending"}
    measures = [row for row in await figures(policy, "350700") if row["kind"] == "status"]
    assert measures == [
        pending | {"measure": "2.1", "region": None, "count": 2, "fen": 1000},
        pending | {"measure": "2.2", "region": None, "count": 1, "fen": 500},
    ]
    regions = [
        (row["region"], row["count"])
        for row in await figures(policy, "350700", by="region", measure="2.1")
        if row["kind"] == "step"
    ]
    assert regions == [("350702", 1), ("350721", 1)]
    assert len(await figures(policy, "350700", region="350721")) == 2
    assert len(await figures(policy, "350700", year=2024)) == 2
    assert await figures(policy, "350700", region="330800") == "outside-region"
    assert await figures(policy, "350700", year=2023) == []


@pytest.mark.parametrize(
    ("granted", "paid", "told"),
    [
        (7, 0, 0),
        (7, 1, None),
        (7, 2, None),
        (7, 3, 3),
        (7, 4, 4),
        (4, 4, 4),
        (3, 3, 3),
        (2, 3, None),
    ],
)
async def test_the_public_is_not_told_small_numbers(
    policy, granted: int, paid: int, told: int | None
) -> None:
    """Counted are applications: that one of them was paid in many instalments tells nothing."""
    cells = {("status", "paid"): granted, ("first", "paid"): paid, ("payment", "paid"): 5 * paid}
    async with policy.service.database.transaction() as session:
        for (kind, state), items in cells.items():
            place = {"region": "350702", "year": 2025, "measure": "2.1"}
            session.add(Figure(**place, kind=kind, state=state, items=items, fen=100 * items))
    answer = await policy.client.get("/v1/figures/totals?year=2025")
    assert answer.json()["items"] == [
        {
            "measure": "2.1",
            "granted": granted if granted > 2 else None,
            "paid": told,
            "paid_fen": None if told is None else 500 * told,
        }
    ]
