"""What is refused, and what the refusal says."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from talent_kit.auth import Role

from .story import DOCUMENTS, ENTRY, START, TERM, Story, code


async def test_who_is_not_meant_to_record_something_is_told_who_is(world):
    story = await Story.begun(world)
    answer = await story.act("consented")
    assert code(answer) == (403, "fellow-act-role")
    assert answer.json()["may"] == ["talent"]
    assert code(await story.act("submitted", story.talent)) == (403, "fellow-act-role")
    answer = await story.act("notice_ended", story.office)
    assert code(answer) == (422, "invalid")


async def test_others_do_not_see_that_there_is_such_a_fellow(world):
    story = await Story.begun(world)
    others = (await world.unit(), await world.talent())
    far = [world.office(region="330800"), world.staff(Role.AUDITOR, region="330800")]
    for who in (*(each.headers for each in others), *far):
        for rest in ("", "/entries", "/periods"):
            answer = await world.send("GET", f"/v1/fellows/{story.id}{rest}", who)
            assert code(answer) == (404, "fellow-not-found")
    answer = await story.act("withdrawn", others[0])
    assert code(answer) == (404, "fellow-not-found")


async def test_each_party_reads_it(world):
    story = await Story.begun(world)
    for who in (story.unit.headers, story.talent.headers, story.office, world.staff(Role.AUDITOR)):
        assert (await story.read("", who))["id"] == story.id
        assert len((await story.read("/entries", who))["items"]) == 1
    answer = await world.send("GET", f"/v1/fellows/{story.id}/periods", story.unit.headers)
    assert code(answer) == (409, "fellow-step-missing")


async def test_lists_show_what_is_one_s_own(world):
    story, other = await Story.begun(world), await Story.begun(world)
    mine = (await story.talent.send("GET", "/v1/fellows/me")).json()["items"]
    assert [each["id"] for each in mine] == [story.id]
    nobody = world.signed_in("nobody", Role.TALENT)
    assert (await world.send("GET", "/v1/fellows/me", nobody)).json()["items"] == []
    units = (await story.unit.send("GET", "/v1/fellows")).json()["items"]
    assert [each["id"] for each in units] == [story.id]
    assert (await (await world.unit()).send("GET", "/v1/fellows")).json()["items"] == []
    office = (await world.send("GET", "/v1/fellows?status=applied", story.office)).json()
    assert {each["id"] for each in office["items"]} == {story.id, other.id}
    none = await world.send("GET", "/v1/fellows?status=exited", story.office)
    assert none.json()["items"] == []
    path = f"/v1/fellows?station_id={other.station}"
    assert code(await story.unit.send("GET", path)) == (404, "station-not-found")
    theirs = (await other.unit.send("GET", path)).json()["items"]
    assert [each["id"] for each in theirs] == [other.id]


async def test_what_follows_from_nothing_before_is_refused(world):
    story = await Story.begun(world)
    answer = await story.act("exited", story.office, on=START)
    assert code(answer) == (409, "fellow-state")
    assert (answer.json()["state"], answer.json()["act"]) == ("applied", "exited")
    await story.attach(*DOCUMENTS)
    answer = await story.act("submitted")
    assert (code(answer), answer.json()["needed"]) == ((409, "fellow-step-missing"), "consented")
    await story.done("consented", story.talent)
    assert code(await story.act("consented", story.talent)) == (409, "fellow-state")


async def test_no_day_is_in_the_future_before_the_entry_or_out_of_order(world):
    story = await (await Story.begun(world)).entered()
    tomorrow = ENTRY + timedelta(1)
    answer = await story.act("opening_report", on=tomorrow, passed=True)
    assert (code(answer), answer.json()["field"]) == ((422, "date-in-future"), "body.on")
    answer = await story.act("opening_report", on=ENTRY - timedelta(1), passed=True)
    assert (code(answer), answer.json()["entered_on"]) == ((422, "date-before-entry"), "2026-09-14")
    world.today(date(2027, 10, 1))
    await story.done("opening_report", on=date(2026, 12, 1), passed=True)
    await story.attach("midterm_report")
    early = await story.panel("mid_term", on=date(2026, 11, 30))
    answer = await story.act("midterm", panel_id=early)
    assert (code(answer), answer.json()["earliest"]) == ((422, "dates-out-of-order"), "2026-12-01")
    answer = await story.act("absent", on=date(2027, 1, 2), until=date(2027, 1, 1))
    assert code(answer) == (422, "invalid")
    assert answer.json()["errors"][0]["code"] == "dates-out-of-order"
    answer = await story.act("absent", on=date(2027, 9, 30), until=date(2027, 10, 2))
    assert (code(answer), answer.json()["field"]) == ((422, "date-in-future"), "body.until")


async def test_the_mid_term_is_not_before_its_month(world):
    story = await (await Story.begun(world)).entered()
    world.today(date(2027, 9, 14))
    await story.attach("midterm_report")
    await story.done("opening_report", on=date(2026, 12, 1), passed=True)
    panel = await story.panel("mid_term", on=date(2027, 9, 13))
    answer = await story.act("midterm", panel_id=panel)
    assert (code(answer), answer.json()["earliest"]) == ((409, "fellow-too-early"), "2027-09-14")


async def test_a_panel_must_have_concluded_on_this_fellow(world):
    story, other = await Story.begun(world), await Story.begun(world)
    await story.attach(*DOCUMENTS)
    await story.done("consented", story.talent)
    await story.done("submitted")
    for panel in (str(uuid4()), await other.panel("entry", "passed"), await story.panel("exit")):
        answer = await story.act("entry_panel", panel_id=panel)
        assert code(answer) == (409, "panel-not-concluded")


@pytest.mark.parametrize(
    ("born", "met"),
    # 36 on the day, the day after, and 35 for long.
    [(date(1990, 9, 1), False), (date(1990, 9, 2), True), (date(1991, 3, 1), True)],
)
async def test_nobody_is_older_than_the_highest_age_on_the_day(world, born, met):
    story = await Story.begun(world, talent=await world.talent(born=born))
    await story.attach(*DOCUMENTS)
    await story.done("consented", story.talent)
    answer = await story.act("submitted")
    if met:
        assert answer.status_code == 201
    else:
        assert code(answer) == (409, "entry-conditions")
        assert [each["name"] for each in answer.json()["conditions"]] == ["age"]


@pytest.mark.parametrize(
    ("day", "met"), [("2023-08-31", False), ("2023-09-01", True), ("2023-09-02", True)]
)
async def test_no_doctorate_is_older_than_its_years(world, day, met):
    story = await Story.begun(world, doctorate_on=day)
    await story.attach(*DOCUMENTS)
    await story.done("consented", story.talent)
    answer = await story.act("submitted")
    if met:
        assert answer.status_code == 201
    else:
        assert [each["name"] for each in answer.json()["conditions"]] == ["doctorate"]


async def test_the_office_may_except_beforehand_from_each_condition(world):
    old = await world.talent(born=date(1980, 1, 1))
    story = await Story.begun(
        world, talent=old, doctorate_on="2010-06-30", arrangement="in_service", same_unit=True
    )
    await story.attach(*DOCUMENTS, "employer_consent")
    await story.done("consented", story.talent)
    answer = await story.act("submitted")
    names = ["age", "doctorate", "in_service", "same_unit"]
    assert [each["name"] for each in answer.json()["conditions"]] == names
    await story.done("excepted", story.office, conditions=names[:3])
    answer = await story.act("submitted")
    assert [each["name"] for each in answer.json()["conditions"]] == ["same_unit"]
    assert code(await story.act("excepted", conditions=["same_unit"])) == (403, "fellow-act-role")
    await story.done("excepted", story.office, conditions=["same_unit"])
    assert (await story.done("submitted"))["status"] == "panel"


async def test_an_application_names_what_there_is(world):
    story = await Story.begun(world)
    for changes, expected in (
        ({"talent_id": str(uuid4())}, (404, "talent-not-found")),
        ({"station_id": str(uuid4())}, (404, "station-not-found")),
        ({"joint_station_id": str(uuid4())}, (404, "station-not-found")),
        ({"advisor_id": str(uuid4())}, (404, "advisor-not-found")),
        ({"discipline": "0701"}, (422, "discipline-not-of-station")),
        ({"candidacy_id": str(uuid4())}, (404, "candidacy-not-found")),
        ({"doctorate_on": "2026-09-02"}, (422, "date-in-future")),
        ({"doctorate_on": None}, (422, "invalid")),
        ({"doctorate": "awaited"}, (422, "invalid")),
    ):
        assert code(await story.apply(**changes)) == expected, changes


@pytest.mark.parametrize("status", ["suspended", "revoked"])
async def test_nobody_enters_a_station_that_does_not_recruit(world, status):
    story = await (await Story.begun(world)).admitted()
    await world.rows(f"UPDATE station SET status = '{status}' RETURNING 1")
    world.today(ENTRY)
    answer = await story.act("entered", on=ENTRY, term_until=TERM)
    assert (code(answer), answer.json()["state"]) == ((409, "station-state"), status)
    assert code(await story.apply()) == (409, "station-state")


@pytest.mark.parametrize(("most", "taken"), [(1, False), (2, True)])
async def test_an_advisor_guides_no_more_than_allowed(world, most, taken):
    unit = await world.unit()
    station = await world.station(unit)
    advisor = await world.advisor(station, most=most)
    await world.fellow(station, unit, advisor_id=advisor)
    story = await Story.begun(world, unit=unit, station=station, advisor=advisor)
    await story.admitted()
    world.today(ENTRY)
    answer = await story.act("entered", on=ENTRY, term_until=TERM)
    if taken:
        assert answer.status_code == 201
    else:
        assert (code(answer), answer.json()["most"]) == ((409, "advisor-full"), 1)


async def test_nobody_enters_without_an_advisor(world):
    story = await (await Story.begun(world, advisor_id=None)).admitted()
    world.today(ENTRY)
    answer = await story.act("entered", on=ENTRY, term_until=TERM)
    assert code(answer) == (409, "advisor-missing")
