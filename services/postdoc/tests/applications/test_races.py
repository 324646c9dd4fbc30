"""An application that is withdrawn while an office decides: one after the other."""

import asyncio

from talent_kit.auth import Principal, Role
from talent_kit.reviews.schemas import Decision

from .test_applications import PATH, submitted, written

CITY = Principal("office-1", frozenset({Role.STATION_ADMIN}), "350700", None)


async def test_a_withdrawal_waits_for_a_decision_on_its_way(world):
    unit, service = await world.unit(), world.running.service
    out = (await submitted(unit, await written(world, unit))).json()
    (review,) = await world.rows("SELECT id, version FROM review")
    path = f"{PATH}/{out['id']}/withdrawal"
    async with service.database.transaction() as session:
        await service.reviews.hold(session, review.id)
        withdrawing = asyncio.create_task(unit.send("POST", path, version=out["version"]))
        await asyncio.sleep(0.5)
        assert not withdrawing.done()
        refused = Decision(outcome="refused", words="示例理由")
        await service.reviews.decide(session, CITY, review.id, review.version, refused)
    assert (await withdrawing).status_code == 412
    assert (await unit.send("GET", f"{PATH}/{out['id']}")).json()["status"] == "refused"
