"""A doctor goes through a station, over HTTP."""

from datetime import date, timedelta

import pytest
from talent_kit.auth import Role

from .story import DOCUMENTS, ENTRY, START, TERM, Story, code


async def test_a_doctor_enters_is_assessed_and_exits(world):
    story = await (await Story.begun(world)).assessed()
    world.today(date(2028, 9, 13))
    exited = await story.done("exited", story.office, on=TERM)
    assert (exited["status"], exited["entered_on"], exited["ended_on"]) == (
        "exited",
        ENTRY.isoformat(),
        TERM.isoformat(),
    )
    kinds = [each["kind"] for each in (await story.read("/entries"))["items"]]
    assert kinds == [
        "applied", "consented", "submitted", "entry_panel", "notice_ended", "entered",
        "opening_report", "midterm", "exit_applied", "exit_panel", "exited",
    ]  # fmt: skip
    told = await story.events()
    assert (told[0], told[-1]) == (("entered", "in_station"), ("exited", "completed"))
    assert set(told[1:-1]) == {("updated", "in_station")}
    rows = await world.rows("SELECT action FROM audit WHERE subject = :it", it=f"fellow:{story.id}")
    assert {f"fellow.{kind}" for kind in kinds} <= {row.action for row in rows}
    assert not await world.rows("SELECT 1 FROM deadline WHERE met_on IS NULL")


async def test_what_is_due_is_kept_as_deadlines(world):
    story = await (await Story.begun(world)).entered()
    query = "SELECT kind, due_on, remind_on, talent_id FROM deadline WHERE met_on IS NULL"
    rows = {row.kind: row for row in await world.rows(query)}
    assert {kind: row.due_on for kind, row in rows.items()} == {
        "opening_report": date(2026, 12, 14),
        "midterm": date(2027, 12, 14),
        "exit_application": date(2028, 6, 13),
        "term_end": TERM,
    }
    assert rows["midterm"].remind_on == date(2027, 12, 14) - timedelta(30)
    assert rows["midterm"].talent_id == story.talent.id
    due = (await story.read("/periods"))["due"]
    assert {each["kind"]: each["until"] for each in due} == {
        kind: row.due_on.isoformat() for kind, row in rows.items()
    }


@pytest.mark.parametrize(("days", "status"), [(9, "notice"), (10, "admitted"), (11, "admitted")])
async def test_a_notice_ends_by_itself_after_seven_working_days(world, days, status):
    story = await Story.begun(world)
    await story.attach(*DOCUMENTS)
    await story.done("consented", story.talent)
    await story.done("submitted")
    await story.done("entry_panel", panel_id=await story.panel("entry", "passed"))
    world.today(START + timedelta(days))
    await world.running.worker.timers.step()
    assert (await story.read())["status"] == status


async def test_a_notice_that_is_made_longer_meanwhile_ends_later(world):
    story = await Story.begun(world)
    await story.attach(*DOCUMENTS)
    await story.done("consented", story.talent)
    await story.done("submitted")
    await story.done("entry_panel", panel_id=await story.panel("entry", "passed"))
    longer = {"region": "350700", "valid_from": "2026-09-01", "value": 9, "reason": "示例文件"}
    path = "/v1/terms/ENTRY_NOTICE/values"
    who = world.staff(Role.POLICY_ADMIN)
    assert (await world.send("POST", path, who, json=longer)).status_code == 201
    for days, status in ((10, "notice"), (13, "notice"), (14, "admitted")):
        world.today(START + timedelta(days))
        await world.running.worker.timers.step()
        assert (await story.read())["status"] == status


async def test_an_objection_holds_the_notice_until_it_is_settled(world):
    story = await Story.begun(world)
    await story.attach(*DOCUMENTS)
    await story.done("consented", story.talent)
    await story.done("submitted")
    await story.done("entry_panel", panel_id=await story.panel("entry", "passed"))
    await story.done("objection_raised", story.office)
    world.today(START + timedelta(20))
    await world.running.worker.timers.step()
    answer = await story.act("entered", on=START + timedelta(20), term_until=TERM)
    assert code(answer) == (409, "fellow-state")
    await story.done("objection_settled", story.office, upheld=False)
    await world.running.worker.timers.step()
    assert (await story.read())["status"] == "admitted"


async def test_an_objection_that_is_upheld_refuses(world):
    story = await Story.begun(world)
    await story.attach(*DOCUMENTS)
    await story.done("consented", story.talent)
    await story.done("submitted")
    await story.done("entry_panel", panel_id=await story.panel("entry", "passed"))
    await story.done("objection_raised", story.office)
    refused = await story.done("objection_settled", story.office, upheld=True)
    assert refused["status"] == "refused"
    assert await story.events() == []


async def test_a_panel_that_fails_a_doctor_refuses_them(world):
    story = await Story.begun(world)
    await story.attach(*DOCUMENTS)
    await story.done("consented", story.talent)
    await story.done("submitted")
    failed = await story.done("entry_panel", panel_id=await story.panel("entry", "failed"))
    assert failed["status"] == "refused"


GROUNDS = {
    "fraud": ("leave_form", "fraud_finding"),
    "warning": ("leave_form", "disciplinary_decision"),
    "illness": ("leave_form", "medical_certificate"),
    "other": ("leave_form", "opinion"),
}


@pytest.mark.parametrize("ground", GROUNDS)
async def test_leaving_early_asks_for_what_its_ground_asks(world, ground):
    story = await (await Story.begun(world)).entered()
    world.today(date(2026, 11, 1))
    answer = await story.act("left_early", on=date(2026, 11, 1), ground=ground)
    assert code(answer) == (409, "documents-missing")
    assert answer.json()["missing"] == sorted(GROUNDS[ground])
    await story.attach(*GROUNDS[ground])
    left = await story.done("left_early", on=date(2026, 11, 1), ground=ground)
    assert (left["status"], left["ended_on"]) == ("left_early", "2026-11-01")
    assert (await story.events())[-1] == ("withdrawn", "left_early")
    (row,) = await world.rows("SELECT value FROM outbox ORDER BY position DESC LIMIT 1")
    assert ground.encode() not in bytes(row.value)


async def test_absence_and_overstay_are_counted_and_shown(world):
    story = await (await Story.begun(world)).entered()
    world.today(date(2027, 3, 1))
    await story.attach("leave_form", "attendance_record", "overseas_approval")
    await story.done("absent", on=date(2026, 10, 1), until=date(2026, 10, 14))
    answer = await story.act("left_early", on=date(2027, 3, 1), ground="absence")
    assert code(answer) == (409, "ground-not-met")
    await story.done("overseas", on=date(2026, 11, 1), until=date(2026, 12, 1))
    absence = (await story.read("/periods"))["absence"]
    assert (absence["running"], absence["in_year"], absence["overstay"]) == (14, 14, 90)
    left = await story.done("left_early", on=date(2027, 3, 1), ground="overseas")
    assert left["status"] == "left_early"


async def test_a_fellow_dies(world):
    story = await (await Story.begun(world)).entered()
    assert code(await story.act("died", on=ENTRY)) == (409, "documents-missing")
    await story.attach("death_certificate")
    assert (await story.done("died", on=ENTRY))["status"] == "died"


async def test_a_certificate_that_is_awaited_is_brought(world):
    story = await Story.begun(world, doctorate="awaited", doctorate_on=None)
    submitted = {each["kind"]: each for each in (await story.read("/next"))["acts"]}["submitted"]
    assert "defence_proof" in {each["kind"] for each in submitted["documents"]}
    await story.attach("defence_proof")
    await story.entered()
    rows = await world.rows("SELECT due_on FROM deadline WHERE kind = 'doctorate_proof'")
    assert [row.due_on for row in rows] == [date(2027, 3, 14)]
    proved = await story.done("doctorate_proved", doctorate_on=date(2026, 7, 1))
    assert (proved["doctorate"], proved["doctorate_on"]) == ("held", "2026-07-01")
    assert not await world.rows(
        "SELECT 1 FROM deadline WHERE kind = 'doctorate_proof' AND met_on IS NULL"
    )
