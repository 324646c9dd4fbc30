"""Links beside what else happens to their stations: stations are locked first, in one order."""

import asyncio

from talent_postdoc.links.service import end_all
from talent_postdoc.stations.repository import locked

from .test_links import proposed, sides  # noqa: F401


async def test_a_link_that_is_confirmed_while_its_station_closes_waits_for_it(world, sides):  # noqa: F811
    enterprise, station, university, mobile = sides
    link = (await proposed(enterprise, station, mobile)).json()
    service = world.running.service
    path = f"/v1/stations/{mobile}/links/{link['id']}/confirmation"
    async with service.database.transaction() as session:
        closing = (await locked(session, [mobile]))[mobile]
        confirming = asyncio.create_task(university.send("POST", path, version=1))
        await asyncio.sleep(0.5)
        assert not confirming.done()
        await end_all(session, service.clock, closing, closing.approved_on)
    assert (await confirming).status_code in {409, 412}


async def test_of_two_sides_that_propose_at_once_one_is_told_that_the_other_did(world, sides):  # noqa: F811
    enterprise, station, university, mobile = sides
    answers = await asyncio.gather(
        proposed(enterprise, station, mobile), proposed(university, mobile, station)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
