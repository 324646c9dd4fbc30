"""A lost projection is rebuilt from states told again; told twice, nothing counts twice."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from talent_contracts import EmployerUpdated, TalentErased, TalentUpdated
from talent_kit.outbox import outbox_figures
from talent_kit.republishing import republish
from talent_kit.testing.services import ServiceUnderTest
from talent_policy.republishing import REPUBLISHED

from .figures.test_figures import hear, kept, much_happened, policy
from .world import deliver, employer, employment, talent

__all__ = ["policy"]

PROJECTION = ("person", "organisation", "employment")
SAID = "SELECT subject_kind, subject_id, name, source, valid_from, verified FROM observation"


async def rows(policy: ServiceUnderTest, query: str) -> list[Any]:
    async with policy.service.database.transaction() as session:
        return sorted(map(str, (await session.execute(text(query))).all()))


async def projected(policy: ServiceUnderTest) -> Sequence[Any]:
    return [
        *[await rows(policy, f"SELECT * FROM {table}") for table in PROJECTION],
        await rows(policy, SAID),
    ]


async def test_a_lost_projection_is_rebuilt(policy) -> None:
    firm, people = employer(), [talent(), talent(login=None), talent()]
    works = employment(people[0], firm)
    await deliver(policy, firm, *people, works)
    moved = TalentUpdated(**people[1].model_dump() | {"region": "350703", "version": 4})
    grown = EmployerUpdated(**firm.model_dump() | {"agents": ("agent-login", "b"), "version": 2})
    gone = TalentErased(talent_id=people[2].talent_id, version=2)
    await deliver(policy, moved, grown, gone)
    before = await projected(policy)
    assert len(before[0]) == 2
    # The last word of each aggregate, as identity tells it again; its order among keys is none.
    said = [
        gone,
        works,
        TalentUpdated(**people[0].model_dump()),
        moved,
        grown,
    ]
    await deliver(policy, *said)
    assert await projected(policy) == before
    async with policy.service.database.transaction() as session:
        for table in (*PROJECTION, "observation"):
            await session.execute(text(f"DELETE FROM {table}"))
    for _ in range(2):
        await deliver(policy, *said)
        assert await projected(policy) == before


async def test_own_states_told_again_count_once(policy) -> None:
    await much_happened(policy)
    await hear(policy)
    before = await kept(policy)
    stood = await rows(policy, "SELECT id, status, version FROM application")
    runs = await rows(policy, "SELECT key FROM match_run")
    for _ in range(2):
        counts = await republish(policy.service, REPUBLISHED, batch=2)
        assert counts == {
            "pack": 1,
            "standing": 4,
            "application": 5,
            "payment": 2,
            "recovery": 0,
            "offer": 3,
        }
        await hear(policy)
    assert await kept(policy) == before
    assert await rows(policy, "SELECT id, status, version FROM application") == stood
    assert await rows(policy, "SELECT key FROM match_run") == runs
    async with policy.service.database.transaction() as session:
        assert (await outbox_figures(session, policy.service.clock))["waiting"] == 0
        parked = await session.scalar(text("SELECT count(*) FROM parked"))
    assert parked == 0
