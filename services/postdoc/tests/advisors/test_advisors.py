"""Advisors over HTTP: whose they are, what they may guide, when they end."""

from datetime import date

import pytest
from talent_postdoc.advisors import service
from talent_postdoc.advisors.errors import AdvisorNotFound

from .rows import CONTENT


@pytest.fixture
async def unit(world):
    return await world.unit()


@pytest.fixture
async def station(world, unit):
    return await world.station(unit)


async def added(unit, station, **changes):
    given = CONTENT | {"station_id": str(station), "from_on": "2026-01-01"} | changes
    return await unit.send("POST", "/v1/advisors", json=given)


async def test_a_unit_adds_changes_and_ends_an_advisor_whom_the_office_sees(world, unit, station):
    answer = await added(unit, station)
    assert answer.status_code == 201
    one = answer.json()
    assert (one["most"], one["fellows"], one["qualified"]) == (5, 0, True)
    assert one["title_name"]["zh"] == "教授"
    path = f"/v1/advisors/{one['id']}"
    changed = await unit.send("PUT", path, version=1, json=CONTENT | {"name": "新名", "most": 2})
    assert (changed.json()["name"], changed.json()["most"]) == ("新名", 2)
    assert changed.headers["ETag"] == '"2"'
    ended = await unit.send("POST", f"{path}/end", version=2, json={"until_on": "2026-08-31"})
    assert ended.json()["until_on"] == "2026-08-31"
    again = await unit.send("PUT", path, version=3, json=CONTENT)
    assert (again.status_code, again.json()["code"]) == (409, "advisor-ended")
    listed = await world.send("GET", f"/v1/advisors?station_id={station}", world.office())
    assert [each["name"] for each in listed.json()["items"]] == ["新名"]
    actions = await world.rows("SELECT action, detail::text FROM audit ORDER BY position")
    assert [row.action for row in actions] == [
        "advisor.added",
        "advisor.changed",
        "advisor.ended",
    ]
    assert not [row for row in actions if "名" in row.detail]


async def test_names_are_sealed_in_the_database(world, unit, station):
    await added(unit, station)
    (row,) = await world.rows("SELECT name_sealed FROM advisor")
    assert CONTENT["name"].encode() not in bytes(row.name_sealed)


async def test_others_neither_see_nor_change(world, unit, station):
    one = (await added(unit, station)).json()["id"]
    other, far = await world.unit(), world.office(region="330800")
    for answer in (
        await other.send("GET", f"/v1/advisors?station_id={station}"),
        await added(other, station),
        await other.send("PUT", f"/v1/advisors/{one}", version=1, json=CONTENT),
        await world.send("GET", f"/v1/advisors?station_id={station}", far),
    ):
        assert answer.status_code == 404


async def test_fellows_count_as_load_and_keep_an_advisor_from_ending(world, unit, station):
    one = (await added(unit, station)).json()["id"]
    await world.fellow(station, unit, advisor_id=one)
    await world.fellow(station, unit, advisor_id=one, live=False)
    listed = (await unit.send("GET", f"/v1/advisors?station_id={station}")).json()["items"]
    assert listed[0]["fellows"] == 1
    path = f"/v1/advisors/{one}/end"
    answer = await unit.send("POST", path, version=1, json={"until_on": "2026-09-01"})
    assert (answer.status_code, answer.json()["code"]) == (409, "still-guiding")
    assert answer.json()["fellows"] == 1


@pytest.mark.parametrize(
    ("title", "from_on", "today", "status"),
    [
        ("principal_engineer", "2019-01-31", date(2019, 1, 31), 422),
        ("principal_engineer", "2019-02-01", date(2019, 2, 1), 201),
        ("professor_engineer", "2019-02-01", date(2019, 2, 1), 201),
        ("wizard", "2026-01-01", date(2026, 9, 1), 422),
    ],
)
async def test_titles_are_of_the_catalogue_of_the_day(
    world, unit, station, title, from_on, today, status
):
    world.today(today)
    answer = await added(unit, station, title=title, from_on=from_on)
    assert answer.status_code == status
    if status == 422:
        assert (answer.json()["code"], answer.json()["field"]) == ("title-unknown", "body.title")


@pytest.mark.parametrize(("until_on", "status"), [("2025-12-31", 422), ("2026-01-01", 200)])
async def test_nobody_ends_before_they_began(unit, station, until_on, status):
    one = (await added(unit, station)).json()["id"]
    path = f"/v1/advisors/{one}/end"
    answer = await unit.send("POST", path, version=1, json={"until_on": until_on})
    assert answer.status_code == status


async def test_a_closed_station_takes_no_advisor(world, unit):
    answer = await added(unit, await world.station(unit, status="revoked"))
    assert (answer.status_code, answer.json()["code"]) == (409, "station-state")


@pytest.mark.parametrize(
    ("day", "guides"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 6, 30), True),
        (date(2026, 7, 1), False),
    ],
)
async def test_who_guides_on_a_day(world, unit, station, day, guides):
    one = await world.advisor(station, from_on=date(2026, 1, 1), until_on=date(2026, 6, 30))
    elsewhere = await world.station(unit)
    async with world.running.service.database.transaction() as session:
        if guides:
            assert (await service.of_station(session, station, one, day)).id == one
        else:
            with pytest.raises(AdvisorNotFound):
                await service.of_station(session, station, one, day)
        with pytest.raises(AdvisorNotFound):
            await service.of_station(session, elsewhere, one, date(2026, 3, 1))


async def test_everybody_reads_which_titles_there_are(world):
    answer = await world.send("GET", "/v1/advisors/titles")
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    found = {each["code"]: each for each in answer.json()["items"]}
    assert found["senior_engineer"] == {
        "code": "senior_engineer",
        "name": {"zh": "高级工程师", "en": "Senior engineer"},
        "rank": "vice_senior",
        "awarded_from": None,
        "awarded_until": None,
    }
    assert found["professor_engineer"]["awarded_until"] == "2019-01-31"
