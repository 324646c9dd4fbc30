"""From one station to another."""

from datetime import date

import pytest
import pytest_asyncio

from .story import Story, code

DAY = date(2027, 2, 1)


@pytest_asyncio.fixture
async def moving(world):
    """A fellow, and another unit with a station of its own."""
    story = await (await Story.begun(world)).entered()
    unit = await world.unit()
    station = await world.station(unit)
    world.today(DAY)
    return story, unit, station, await world.advisor(station)


def content(advisor, until=date(2028, 9, 13), on=DAY, discipline="0812"):
    return {
        "on": on,
        "discipline": discipline,
        "advisor_id": str(advisor),
        "term_until": until,
    }


async def told_as_transferred(world, fellow_id):
    rows = await world.rows(
        "SELECT convert_from(value, 'UTF8')::jsonb -> 'data' AS data FROM outbox ORDER BY position"
    )
    return [row.data["transferred"] for row in rows if row.data.get("fellow_id") == fellow_id]


async def test_both_stations_and_the_fellow_agree(world, moving):
    story, unit, station, advisor = moving
    await story.done("opening_report", on=date(2026, 12, 1), passed=True)
    answer = await story.act("transferred", unit, **content(advisor))
    assert code(answer) == (404, "fellow-not-found")
    await story.done("transfer_proposed", station_id=str(station))
    answer = await story.act("transferred", unit, **content(advisor))
    assert (code(answer), answer.json()["needed"]) == (
        (409, "fellow-step-missing"),
        "transfer_agreed",
    )
    await story.done("transfer_agreed", story.talent)
    assert code(await story.act("transferred", **content(advisor))) == (403, "fellow-act-role")
    moved = await story.done("transferred", unit, **content(advisor))
    assert (moved["entry"], moved["status"], moved["station_id"], moved["entered_on"]) == (
        "moved",
        "entered",
        str(station),
        "2027-02-01",
    )
    old = await story.read()
    assert (old["status"], old["ended_on"]) == ("transferred", "2027-01-31")
    assert (await story.events())[-1] == ("withdrawn", "left_early")
    *before, last = await told_as_transferred(world, story.id)
    assert (set(before), last) == ({False}, True)
    assert await told_as_transferred(world, moved["id"]) == [False]
    both = (await story.talent.send("GET", "/v1/fellows/me")).json()["items"]
    assert {each["id"] for each in both} == {old["id"], moved["id"]}
    path = f"/v1/fellows/{moved['id']}/periods"
    periods = (await unit.send("GET", path)).json()
    # Counted from the first station on, where the opening report passed too.
    assert (periods["midterm_from"], periods["exit_until"]) == ("2027-09-14", "2032-09-13")
    assert {each["kind"] for each in periods["due"]} == {"midterm", "exit_application", "term_end"}


async def test_the_office_proposes_for_a_station_that_closes(world, moving):
    story, unit, station, advisor = moving
    await world.rows("UPDATE station SET status = 'revoked' WHERE id = :it RETURNING 1",
                     it=story.station)  # fmt: skip
    await story.done("transfer_proposed", story.office, station_id=str(station))
    await story.done("transfer_agreed", story.talent)
    assert (await story.done("transferred", unit, **content(advisor)))["status"] == "entered"


async def test_a_transfer_may_be_dropped(moving):
    story, unit, station, advisor = moving
    await story.done("transfer_proposed", station_id=str(station))
    await story.done("transfer_dropped", story.talent)
    answer = await story.act("transferred", unit, **content(advisor))
    assert code(answer) == (404, "fellow-not-found")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"until": date(2032, 9, 14)}, (409, "fellow-too-late")),
        ({"until": date(2027, 1, 31)}, (422, "dates-out-of-order")),
        ({"on": date(2026, 9, 14)}, (422, "date-before-entry")),
        ({"on": date(2027, 2, 2)}, (422, "date-in-future")),
        ({"discipline": "0701"}, (422, "discipline-not-of-station")),
    ],
)
async def test_a_transfer_that_does_not_fit_is_refused(world, moving, changes, expected):
    story, unit, station, advisor = moving
    await story.done("transfer_proposed", station_id=str(station))
    await story.done("transfer_agreed", story.talent)
    before = await world.running.stored()
    assert code(await story.act("transferred", unit, **content(advisor, **changes))) == expected
    assert await world.running.stored() == before


async def test_no_transfer_leads_to_a_station_that_does_not_recruit(world, moving):
    story, _, station, _ = moving
    await world.rows("UPDATE station SET status = 'suspended' WHERE id = :it RETURNING 1",
                     it=station)  # fmt: skip
    answer = await story.act("transfer_proposed", station_id=str(station))
    assert code(answer) == (409, "station-state")
    answer = await story.act("transfer_proposed", station_id=str(story.station))
    assert code(answer) == (404, "station-not-found")


async def test_whom_a_transfer_is_to_bring_the_receiving_unit_sees(world, moving):
    story, unit, station, _ = moving
    others = await world.unit()

    async def coming(who):
        items = (await who.send("GET", "/v1/fellows?coming=true")).json()["items"]
        return [each["id"] for each in items]

    assert await coming(unit) == []
    await story.done("transfer_proposed", station_id=str(station))
    assert (await coming(unit), await coming(others), await coming(story.unit)) == (
        [story.id],
        [],
        [],
    )
    read = await story.read("", unit.headers)
    assert (read["id"], read["transfer_to"]) == (story.id, str(station))
    assert len((await story.read("/entries", unit.headers))["items"]) == 7
    told = await story.read("/next", unit.headers)
    acts = {each["kind"]: each["yours"] for each in told["acts"]}
    assert (acts["transferred"], acts["left_early"]) == (True, False)
    await story.done("transfer_dropped", story.talent)
    assert await coming(unit) == []
    assert code(await unit.send("GET", f"/v1/fellows/{story.id}")) == (404, "fellow-not-found")
