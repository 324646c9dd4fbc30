"""What entries come to."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_postdoc.fellows.acts import ACTS, BEFORE, ENDED, FIRST, IN_STATION, Kind, Side, Status
from talent_postdoc.fellows.errors import (
    BeforeEntry,
    DatesOutOfOrder,
    FellowState,
    StepMissing,
)
from talent_postdoc.fellows.states import fold, follow, standing

from .lives import DAY, UNTIL_ENTRY, entries, opened, reviewed
from .lives import FIRST as CONTENT

ALL = (
    opened(),
    reviewed(),
    (Kind.EXIT_APPLIED, date(2027, 11, 20), {}),
    (Kind.EXIT_PANEL, date(2028, 1, 10), {"grade": "good", "passed": True}),
    (Kind.EXITED, date(2028, 2, 29), {}),
)


def test_a_life_goes_from_application_to_exit():
    states = [fold(entries(start=UNTIL_ENTRY[:n])).status for n in range(1, 7)]
    assert states == ["applied", "applied", "panel", "notice", "admitted", "entered"]
    state = fold(entries(*ALL))
    assert (state.status, state.entered_on, state.ended_on) == (
        Status.EXITED,
        DAY,
        date(2028, 2, 29),
    )
    assert (state.live, state.exit_grade, state.midterm) == (False, "good", "passed")


@pytest.mark.parametrize(("failed", "status"), [(1, "entered"), (2, "leaving")])
def test_an_opening_report_has_one_retry(failed, status):
    tries = [(Kind.OPENING_REPORT, DAY + timedelta(50 + n), {"passed": False}) for n in range(3)]
    assert fold(entries(*tries[:failed])).status == status
    with pytest.raises(FellowState):
        fold(entries(*tries))


def test_who_fails_an_assessment_can_only_leave():
    state = fold(entries(opened(), reviewed(grade="failed")))
    assert state.status is Status.LEAVING
    with pytest.raises(FellowState):
        fold(entries(opened(), reviewed(grade="failed"), (Kind.EXIT_APPLIED, DAY, {})))
    left = (Kind.LEFT_EARLY, date(2027, 5, 1), {"ground": "failed_assessment"})
    assert fold(entries(opened(), reviewed(grade="failed"), left)).status is Status.LEFT_EARLY


@pytest.mark.parametrize(
    ("given", "needed"),
    [
        ((reviewed(),), "opening_report"),
        (((Kind.EXIT_APPLIED, date(2027, 12, 1), {}),), "opening_report"),
        (((Kind.TRANSFERRED, date(2027, 1, 1), {}),), "transfer_agreed"),
        (((Kind.TRANSFER_AGREED, date(2027, 1, 1), {}),), "transfer_proposed"),
        (((Kind.RETURNED, date(2027, 1, 1), {}),), "leave"),
    ],
)
def test_a_step_that_others_must_precede_names_them(given, needed):
    with pytest.raises(StepMissing) as raised:
        fold(entries(*given))
    assert raised.value.extensions == {"needed": needed}


def test_nobody_goes_to_the_panel_without_consent():
    start = (UNTIL_ENTRY[0], UNTIL_ENTRY[2])
    with pytest.raises(StepMissing):
        fold(entries(start=start))
    candidate = (Kind.APPLIED, DAY, CONTENT | {"candidacy_id": "x"})
    assert fold(entries(start=(candidate, (Kind.SUBMITTED, DAY, {})))).status is Status.PANEL


@pytest.mark.parametrize(("days", "refused"), [(-1, True), (0, False), (1, False)])
def test_nothing_is_dated_before_the_entry(days, refused):
    absent = (Kind.ABSENT, DAY + timedelta(days), {"until": "2026-04-01"})
    if refused:
        with pytest.raises(BeforeEntry):
            fold(entries(absent))
    else:
        assert fold(entries(absent)).absences


@pytest.mark.parametrize(("days", "refused"), [(-1, True), (0, False), (1, False)])
def test_no_step_is_dated_before_the_one_before_it(days, refused):
    review = reviewed(opened()[1] + timedelta(days))
    if refused:
        with pytest.raises(DatesOutOfOrder):
            fold(entries(opened(), review))
    else:
        assert fold(entries(opened(), review)).midterm == "passed"


def test_objections_that_stand_keep_the_notice_open():
    notice = UNTIL_ENTRY[:4]
    raised = (Kind.OBJECTION_RAISED, DAY, {})
    with pytest.raises(FellowState):
        fold(entries(raised, UNTIL_ENTRY[4], start=notice))
    settled = (Kind.OBJECTION_SETTLED, DAY, {"upheld": False})
    ended = (Kind.NOTICE_ENDED, DAY, {})
    assert fold(entries(raised, settled, ended, start=notice)).status is Status.ADMITTED
    upheld = (Kind.OBJECTION_SETTLED, DAY, {"upheld": True})
    assert fold(entries(raised, upheld, start=notice)).status is Status.REFUSED


def test_a_transfer_is_proposed_agreed_and_taken():
    proposed = (Kind.TRANSFER_PROPOSED, DAY, {"station_id": "there"})
    agreed, done = (Kind.TRANSFER_AGREED, DAY, {}), (Kind.TRANSFERRED, DAY, {})
    with pytest.raises(StepMissing):
        fold(entries(proposed, done))
    assert fold(entries(proposed, agreed, done)).status is Status.TRANSFERRED
    with pytest.raises(StepMissing):
        fold(entries(proposed, agreed, (Kind.TRANSFER_DROPPED, DAY, {}), done))


@pytest.mark.parametrize(("term", "refused"), [("28", True), ("29", True), ("30", False)])
def test_an_extension_makes_the_term_longer(term, refused):
    day = "2028-02-29" if term == "29" else "2028-02-28" if term == "28" else "2028-03-01"
    extended = (Kind.EXTENDED, DAY, {"term_until": day})
    if refused:
        with pytest.raises(DatesOutOfOrder):
            fold(entries(extended))
    else:
        assert fold(entries(extended)).term_until == date(2028, 3, 1)


def test_a_correction_stands_in_the_place_of_what_it_corrects():
    moved = (Kind.ENTERED, date(2026, 3, 5), {"term_until": "2028-03-04"}, 6)
    again = (Kind.ENTERED, date(2026, 3, 4), {"term_until": "2028-03-03"}, 8)
    state = fold(entries(opened(), moved, again))
    assert (state.entered_on, state.term_until) == (date(2026, 3, 4), date(2028, 3, 3))
    void = (Kind.OPENING_REPORT, DAY, {"void": True}, 7)
    assert not fold(entries(opened(), void)).opening


def test_a_correction_that_what_follows_contradicts_is_refused():
    late = (Kind.ENTERED, date(2026, 6, 1), {"term_until": "2028-05-31"}, 6)
    with pytest.raises((BeforeEntry, DatesOutOfOrder)):
        fold(entries(opened(), late))


def test_every_kind_says_who_records_it_and_where():
    assert set(ACTS) == set(Kind)
    assert {kind for kind, act in ACTS.items() if not act.at} == FIRST
    assert not BEFORE & IN_STATION
    assert not (ENDED | {Status.REFUSED, Status.WITHDRAWN}) & {
        status for act in ACTS.values() for status in act.at
    }
    assert all(act.by <= set(Side) for act in ACTS.values())


DETAILS = {
    Kind.ENTRY_PANEL: st.fixed_dictionaries({"grade": st.just("x"), "passed": st.booleans()}),
    Kind.OBJECTION_SETTLED: st.fixed_dictionaries({"upheld": st.booleans()}),
    Kind.EXCEPTED: st.just({"conditions": ["age"]}),
    Kind.ENTERED: st.just({"term_until": "2028-02-29"}),
    Kind.OPENING_REPORT: st.fixed_dictionaries({"passed": st.booleans()}),
    Kind.TRANSFER_PROPOSED: st.just({"station_id": "there"}),
    Kind.ADVISOR_CHANGED: st.just({"advisor_id": "them"}),
    Kind.LEFT_EARLY: st.just({"ground": "other"}),
    Kind.DOCTORATE_PROVED: st.just({"doctorate_on": "2026-06-30"}),
}
for assessed in (Kind.MIDTERM, Kind.EXIT_PANEL):
    DETAILS[assessed] = DETAILS[Kind.ENTRY_PANEL]
for spanning in (Kind.ABSENT, Kind.LEAVE, Kind.OVERSEAS):
    DETAILS[spanning] = st.just({"until": "2030-01-01"})
for extending in (Kind.EXTENDED, Kind.EXTENSION_ASKED, Kind.EXTENSION_APPROVED):
    DETAILS[extending] = st.dates(date(2027, 1, 1), date(2032, 1, 1)).map(
        lambda day: {"term_until": day.isoformat()}
    )
SOMETHING = st.sampled_from(sorted(set(Kind) - FIRST)).flatmap(
    lambda kind: st.tuples(
        st.just(kind),
        st.integers(0, 1500).map(lambda n: DAY + timedelta(n)),
        DETAILS.get(kind, st.just({})),
    )
)


def taken(wanted, start):
    """What of a sequence is taken, one after the other, and what it comes to."""
    life = entries(start=start)
    state = fold(life)
    for kind, on, detail in wanted:
        one = entries((kind, on, detail), start=())[0]
        try:
            state = follow(state, one)
        except (FellowState, StepMissing, BeforeEntry, DatesOutOfOrder):
            continue
        start = (*start, (kind, on, detail))
    return start, state


@given(st.lists(SOMETHING, max_size=25), st.sampled_from([1, 4, 6]))
def test_whatever_is_taken_comes_to_a_state_that_holds(wanted, begun):
    start, state = taken(wanted, UNTIL_ENTRY[:begun])
    assert fold(entries(start=start)) == state
    assert state.live == (state.status in IN_STATION)
    assert (state.entered_on is not None) == (state.status in IN_STATION | ENDED)
    assert (state.ended_on is not None) == (state.status in ENDED)
    if state.entered_on:
        assert state.entered_on <= state.last_on
        assert state.term_until is not None
        assert state.consented
    if state.ended_on:
        assert state.entered_on <= state.ended_on
    assert len(state.opening) <= 2
    assert sum(passed for _, passed in state.opening) <= 1
    assert state.objections >= 0
    assert state.exit_attempt in (1, 2)
    assert state.exit_attempt == 1 or state.exit_failed_on is not None
    if state.status is Status.EXITED:
        assert state.opened
        assert state.exit_grade is not None


@given(st.lists(SOMETHING, max_size=15), st.data())
def test_corrections_lose_nothing_of_the_history(wanted, data):
    start, before = taken(wanted, UNTIL_ENTRY)
    life = entries(start=start)
    number = data.draw(st.integers(1, len(life)))
    kind, _, detail = start[number - 1]
    same = (kind, start[number - 1][1], detail, number)
    corrected = entries(same, start=start)
    assert corrected[: len(life)] == life
    assert len(standing(corrected)) == len(standing(life))
    assert fold(corrected) == before
    void = entries((kind, DAY, {"void": True}, number), start=start)
    assert [each.number for each in standing(void)] == [
        each.number for each in standing(life) if each.number != number
    ]
    undone = entries((kind, DAY, {"void": True}, number), (*same[:3], len(life) + 1), start=start)
    assert fold(undone) == before


FAILED = (Kind.EXIT_PANEL, date(2028, 1, 10), {"grade": "failed", "passed": False})
AGAIN = (Kind.EXIT_RETRY, date(2028, 1, 20), {})


def test_who_fails_on_exit_is_assessed_once_more_where_the_office_allows_it():
    before = (*ALL[:3], FAILED)
    assert fold(entries(*before)).status is Status.LEAVING
    allowed = fold(entries(*before, AGAIN))
    assert (allowed.status, allowed.exit_attempt) == (Status.EXIT_APPLIED, 2)
    passed = (Kind.EXIT_PANEL, date(2028, 3, 1), {"grade": "passed", "passed": True})
    assert fold(entries(*before, AGAIN, passed)).status is Status.EXIT_ASSESSED
    failed = (Kind.EXIT_PANEL, date(2028, 3, 1), {"grade": "failed", "passed": False})
    assert fold(entries(*before, AGAIN, failed)).status is Status.LEAVING
    third = (Kind.EXIT_RETRY, date(2028, 3, 2), {})
    with pytest.raises(FellowState):
        fold(entries(*before, AGAIN, failed, third))


def test_who_failed_another_assessment_is_not_assessed_on_exit_once_more():
    with pytest.raises(FellowState):
        fold(entries(opened(), reviewed(grade="failed"), AGAIN))


@pytest.mark.parametrize("kind", [Kind.EXTENSION_APPROVED, Kind.EXTENSION_REFUSED])
def test_the_office_decides_once_on_what_was_asked_for(kind):
    asked = (Kind.EXTENSION_ASKED, DAY, {"term_until": "2031-01-01"})
    decided = (kind, DAY, {"term_until": "2031-01-01"})
    with pytest.raises(FellowState):
        fold(entries(asked, asked))
    for wanted in ((decided,), (asked, decided, decided)):
        with pytest.raises(StepMissing):
            fold(entries(*wanted))
    until = date(2031, 1, 1) if kind is Kind.EXTENSION_APPROVED else date(2028, 2, 29)
    assert fold(entries(asked, decided)).term_until == until
