"""Two who act at once."""

import asyncio

from .story import ENTRY, TERM, Story, code


async def both(*acts):
    return sorted(await asyncio.gather(*acts), key=lambda answer: answer.status_code)


async def test_of_two_stations_that_enter_a_doctor_at_once_one_wins(world):
    talent = await world.talent()
    stories = [await Story.begun(world, talent=talent) for _ in range(2)]
    for story in stories:
        await story.admitted()
    world.today(ENTRY)
    one, other = await both(*(s.act("entered", on=ENTRY, term_until=TERM) for s in stories))
    assert (one.status_code, code(other)) == (201, (409, "already-in-station"))
    rows = await world.rows("SELECT status FROM fellow WHERE live")
    assert [row.status for row in rows] == ["entered"]
    told = [await story.events() for story in stories]
    assert sorted(len(each) for each in told) == [0, 1]


async def test_the_same_act_twice_counts_once(world):
    story = await (await Story.begun(world)).admitted()
    world.today(ENTRY)
    entering = (story.act("entered", on=ENTRY, term_until=TERM) for _ in range(2))
    one, other = await both(*entering)
    assert (one.status_code, code(other)) == (201, (409, "fellow-state"))
    kinds = [each["kind"] for each in (await story.read("/entries"))["items"]]
    assert kinds.count("entered") == 1


async def test_two_fellows_do_not_share_the_last_place_of_an_advisor(world):
    unit = await world.unit()
    station = await world.station(unit)
    advisor = await world.advisor(station, most=1)
    given = {"unit": unit, "station": station, "advisor": advisor}
    stories = [await Story.begun(world, **given) for _ in range(2)]
    for story in stories:
        await story.admitted()
    world.today(ENTRY)
    one, other = await both(*(s.act("entered", on=ENTRY, term_until=TERM) for s in stories))
    assert (one.status_code, code(other)) == (201, (409, "advisor-full"))


async def test_a_notice_that_ends_twice_ends_once(world):
    story = await Story.begun(world)
    await story.admitted()
    from talent_postdoc.fellows.worker import notice_handler

    handler = notice_handler(world.running.service)
    await asyncio.gather(handler(story.id), handler(story.id))
    kinds = [each["kind"] for each in (await story.read("/entries"))["items"]]
    assert kinds.count("notice_ended") == 1


async def test_of_two_applications_for_one_station_at_once_one_is_made(world):
    first = await Story.begun(world)
    assert code(await first.apply()) == (409, "already-applied")
    await first.done("withdrawn")
    one, other = await both(first.apply(), first.apply())
    assert (one.status_code, code(other)) == (201, (409, "already-applied"))
