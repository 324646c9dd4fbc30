"""A station that closes while a doctor enters it: one of the two happens, never both."""

import asyncio

from talent_kit.auth import Principal, Role
from talent_postdoc.changes import revoking
from talent_postdoc.changes.schemas import Reasoned

from ..applications.test_applications import submitted, written
from ..fellows.story import ENTRY, TERM, Story
from .acting import act
from .test_revoking import announced, stated

OFFICE = Principal("office-1", frozenset({Role.STATION_ADMIN}), "350000", None)


async def closing(world):
    """A doctor who is about to enter a station that is about to be revoked."""
    story = await (await Story.begun(world)).admitted()
    world.today(ENTRY)
    await announced(world, story.station)
    await stated(story.unit, story.station)
    return story


async def test_who_comes_while_a_station_is_closed_does_not_enter_it(world):
    story = await closing(world)
    service = world.running.service
    given = Reasoned(reason="示例批复", effective_on=ENTRY)
    async with service.database.transaction() as session:
        await revoking.revoke(session, service.clock, OFFICE, story.station, 1, given)
        entering = asyncio.create_task(story.act("entered", on=ENTRY, term_until=TERM))
        await asyncio.sleep(0.5)
        assert not entering.done(), "it waits for what becomes of the station"
    answer = await entering
    assert (answer.status_code, answer.json()["code"]) == (409, "station-state")


async def test_a_workstation_under_which_a_branch_is_applied_for_does_not_close(world):
    above = await world.station(await world.unit())
    unit = await world.unit()
    out = await written(world, unit, kind="branch", parent_id=str(above), advisors=[])
    assert (await submitted(unit, out)).json()["status"] == "under_review"
    successor = await world.station(await world.unit())
    merged = await act(world, above, "merger", successor_id=str(successor))
    assert (merged.json()["code"], merged.json()["branches"]) == ("branches-stand", 1)


async def test_of_closing_and_entering_at_once_one_happens(world):
    story = await closing(world)
    entered, closed = await asyncio.gather(
        story.act("entered", on=ENTRY, term_until=TERM),
        act(world, story.station, "revocation", effective_on=ENTRY.isoformat()),
    )
    assert (entered.status_code, closed.status_code) in {(201, 409), (409, 200)}


async def test_two_stations_that_are_merged_into_each_other_are_not_both_closed(world):
    one, other = [await world.station(await world.unit()) for _ in range(2)]
    answers = await asyncio.gather(
        act(world, one, "merger", successor_id=str(other)),
        act(world, other, "merger", successor_id=str(one)),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    rows = await world.rows("SELECT status FROM station ORDER BY status")
    assert [row.status for row in rows] == ["active", "merged"]
