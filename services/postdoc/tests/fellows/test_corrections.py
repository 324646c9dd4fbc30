"""Corrections are entries of their own; nothing that was recorded is lost."""

from datetime import date
from uuid import uuid4

import pytest_asyncio

from .story import ENTRY, START, TERM, Story, code

REASON = "进站日期录入有误"


@pytest_asyncio.fixture
async def story(world):
    return await (await Story.begun(world)).entered()


async def entry(story, kind):
    items = (await story.read("/entries"))["items"]
    return next(each for each in reversed(items) if each["kind"] == kind)


async def correct(story, identifier, content, who=None, reason=REASON):
    path = f"/v1/fellows/{story.id}/entries/{identifier}/correction"
    body = {"reason": reason, "content": content}
    return await story.world.send("POST", path, who or story.office, json=body)


def entered(on, until):
    return {"kind": "entered", "on": on, "term_until": until}


async def test_the_office_puts_an_entry_right_and_both_stay(world, story):
    wrong = await entry(story, "entered")
    answer = await correct(story, wrong["id"], entered("2026-09-11", "2028-09-10"))
    assert answer.status_code == 201, answer.text
    assert (answer.json()["entered_on"], answer.json()["term_until"]) == (
        "2026-09-11",
        "2028-09-10",
    )
    items = (await story.read("/entries"))["items"]
    assert [each["kind"] for each in items[-2:]] == ["entered", "entered"]
    assert (items[-2]["on"], items[-1]["on"]) == (ENTRY.isoformat(), "2026-09-11")
    assert (items[-1]["corrects"], items[-1]["reason"]) == (wrong["id"], REASON)
    assert (await story.events())[-1] == ("updated", "in_station")
    (row,) = await world.rows("SELECT due_on FROM deadline WHERE kind = 'opening_report'")
    assert row.due_on == date(2026, 12, 11)
    assert REASON not in await world.running.stored()


async def test_what_was_corrected_is_corrected_again_by_its_correction(story):
    wrong = await entry(story, "entered")
    await correct(story, wrong["id"], entered("2026-09-11", "2028-09-10"))
    again = await correct(story, wrong["id"], entered("2026-09-12", "2028-09-11"))
    assert code(again) == (409, "entry-corrected")
    by = again.json()["by"]
    right = await correct(story, by, entered("2026-09-12", "2028-09-11"))
    assert right.json()["entered_on"] == "2026-09-12"


async def test_an_entry_that_never_was_frees_the_doctor(world, story):
    wrong = await entry(story, "entered")
    undone = (await correct(story, wrong["id"], None)).json()
    assert (undone["status"], undone["entered_on"]) == ("admitted", None)
    assert (await story.events())[-1] == ("withdrawn", "left_early")
    assert not await world.rows("SELECT 1 FROM deadline WHERE met_on IS NULL")
    again = await story.done("entered", on=ENTRY, term_until=TERM)
    assert again["status"] == "entered"
    assert (await story.events())[-1] == ("entered", "in_station")


async def test_what_does_not_fit_with_the_rest_is_refused(world, story):
    wrong = await entry(story, "entered")
    world.today(date(2027, 1, 1))
    await story.done("opening_report", on=date(2026, 12, 1), passed=True)
    before = await world.running.stored()
    late = await correct(story, wrong["id"], entered("2026-12-02", "2028-12-01"))
    assert code(late) == (422, "date-before-entry")
    short = await correct(story, wrong["id"], entered("2026-09-11", "2028-06-09"))
    assert code(short) == (409, "fellow-too-early")
    future = await correct(story, wrong["id"], entered("2027-01-02", "2029-01-01"))
    assert code(future) == (422, "date-in-future")
    other = await correct(story, wrong["id"], {"kind": "submitted"})
    assert code(other) == (409, "entry-not-correctable")
    assert await world.running.stored() == before


async def test_some_entries_are_never_corrected_and_others_are_not_there(story):
    for kind in ("applied", "notice_ended"):
        answer = await correct(story, (await entry(story, kind))["id"], None)
        assert code(answer) == (409, "entry-not-correctable")
    assert code(await correct(story, uuid4(), None)) == (404, "fellow-entry-not-found")
    wrong = await entry(story, "entered")
    far = story.world.office(region="330800")
    answer = await correct(story, wrong["id"], None, far)
    assert code(answer) == (404, "fellow-not-found")
    answer = await correct(story, wrong["id"], None, reason=" ")
    assert code(answer) == (422, "invalid")


async def test_an_early_exit_that_was_wrong_is_undone_unless_there_is_another_station(world, story):
    await story.attach("leave_form", "opinion")
    await story.done("left_early", on=ENTRY, ground="other")
    wrong = await entry(story, "left_early")
    world.today(START)
    other = await Story.begun(world, talent=story.talent)
    await other.admitted()
    world.today(date(2026, 9, 20))
    await other.done("entered", on=date(2026, 9, 20), term_until=date(2028, 9, 19))
    assert (await other.read())["entry"] == "again"
    answer = await correct(story, wrong["id"], None)
    assert code(answer) == (409, "already-in-station")


async def test_what_an_application_said_is_put_right(world, story):
    first = (await story.read("/entries"))["items"][0]
    right = {
        "kind": "applied",
        "discipline": "0812",
        "arrangement": "in_service",
        "doctorate": "held",
        "doctorate_on": "2026-06-20",
    }
    answer = await correct(story, first["id"], right)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["arrangement"], told["doctorate_on"]) == ("in_service", "2026-06-20")
    assert (told["advisor_id"], told["status"]) == (str(story.advisor), "entered")
    assert (await story.read("/entries"))["items"][0] == first
    by = (await story.read("/entries"))["items"][-1]["id"]
    future = await correct(story, by, right | {"doctorate_on": "2026-09-15"})
    assert code(future) == (422, "date-in-future")
    awaited = await correct(story, by, right | {"doctorate": "awaited"})
    assert code(awaited) == (422, "invalid")
    other = await entry(story, "submitted")
    assert code(await correct(story, other["id"], right)) == (409, "entry-not-correctable")
