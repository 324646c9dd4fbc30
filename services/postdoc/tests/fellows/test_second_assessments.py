"""A second assessment on exit: allowed by the office, in time, by a panel of its own."""

from datetime import date, timedelta

import pytest
from talent_postdoc.fellows.acts import Kind
from talent_postdoc.fellows.errors import GroundNotMet, NoSecondAssessment, TooLate
from talent_postdoc.fellows.periods import check, due
from talent_postdoc.fellows.states import fold

from ..panels.experts import experts
from .lives import TERMS, entries
from .story import Story, code
from .test_states import AGAIN, ALL, FAILED

LAST = date(2028, 7, 10)
"""Six months after the first."""


def checked(entry, *after, **terms):
    (one,) = entries(entry, start=())
    check(fold(entries(*ALL[:3], FAILED, *after)), one, False, TERMS | terms)


@pytest.mark.parametrize(("days", "ok"), [(-1, True), (0, True), (1, False)])
def test_it_is_allowed_and_held_until_its_last_day(days, ok):
    on = LAST + timedelta(days)
    held = (Kind.EXIT_PANEL, on, {"grade": "passed", "passed": True})
    for entry, after in (((Kind.EXIT_RETRY, on, {}), ()), (held, (AGAIN,))):
        if ok:
            checked(entry, *after)
        else:
            with pytest.raises(TooLate):
                checked(entry, *after)


def test_a_region_may_have_none():
    with pytest.raises(NoSecondAssessment):
        checked(AGAIN, EXIT_RETRY=0)
    checked(AGAIN, EXIT_RETRY=1)


def test_it_ends_with_the_longest_time_in_the_station():
    late = [(kind, date(2032, 1, 10) if kind is not Kind.OPENING_REPORT else on, detail)
            for kind, on, detail in (*ALL[:3], FAILED)]  # fmt: skip
    state = fold(entries(*late, (Kind.EXIT_RETRY, date(2032, 1, 20), {})))
    assert due(state, False, TERMS)["exit_retry"] == date(2032, 2, 29)


@pytest.mark.parametrize(("days", "ok"), [(0, False), (1, True)])
def test_who_lets_it_pass_leaves_early_for_the_failed_assessment(days, ok):
    left = (Kind.LEFT_EARLY, LAST + timedelta(days), {"ground": "failed_assessment"})
    if ok:
        checked(left, AGAIN)
    else:
        with pytest.raises(GroundNotMet):
            checked(left, AGAIN)
    checked((*left[:1], FAILED[1], left[2]))


async def failed(world):
    story = await (await Story.begun(world)).reviewed()
    world.today(date(2028, 6, 1))
    await story.done("exit_applied", story.talent)
    first = await story.panel("exit", "failed")
    assert (await story.done("exit_panel", panel_id=first))["status"] == "leaving"
    return story, first


async def test_the_office_allows_it_and_a_second_panel_counts(world):
    story, first = await failed(world)
    assert (await story.act("exit_retry")).status_code == 403
    allowed = await story.done("exit_retry", story.office)
    assert allowed["status"] == "exit_applied"
    (row,) = await world.rows("SELECT due_on FROM deadline WHERE kind = 'exit_retry'")
    assert row.due_on == date(2028, 12, 1)
    again = await story.act("exit_panel", panel_id=first)
    assert code(again)[1] == "panel-not-concluded"
    world.today(date(2028, 8, 1))
    second = await story.panel("exit", "passed", attempt=2)
    assert (await story.done("exit_panel", panel_id=second))["status"] == "exit_assessed"
    exited = await story.done("exited", story.office, on=date(2028, 8, 1))
    assert exited["status"] == "exited"
    assert not await world.rows("SELECT 1 FROM deadline WHERE met_on IS NULL")


async def test_a_second_panel_is_convened_once_the_office_allows_it(world):
    story, first = await failed(world)
    body = {"purpose": "exit", "subject_id": story.id, "members": experts(5)}
    early = await story.unit.send("POST", "/v1/panels", json=body)
    assert (*code(early), early.json()["panel_id"]) == (409, "panel-exists", first)
    await story.done("exit_retry", story.office)
    assert (await story.unit.send("POST", "/v1/panels", json=body)).status_code == 201
    assert code(await story.unit.send("POST", "/v1/panels", json=body))[1] == "panel-exists"


async def test_who_fails_twice_is_left_to_leave(world):
    story, _ = await failed(world)
    await story.done("exit_retry", story.office)
    second = await story.panel("exit", "failed", attempt=2)
    assert (await story.done("exit_panel", panel_id=second))["status"] == "leaving"
    assert code(await story.act("exit_retry", story.office)) == (409, "fellow-state")
    await story.attach("leave_form", "opinion")
    left = await story.done("left_early", on=date(2028, 6, 1), ground="failed_assessment")
    assert left["status"] == "left_early"
