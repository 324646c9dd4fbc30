"""The days that matter, at each of their edges."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_postdoc.fellows.acts import Kind
from talent_postdoc.fellows.errors import GroundNotMet, StepMissing, TooEarly, TooLate
from talent_postdoc.fellows.periods import (
    absence,
    check,
    due,
    last_day,
    notice_until,
    overstay,
    periods,
)
from talent_postdoc.fellows.states import fold
from talent_rules.spans import plus_months

from .lives import DAY, TERMS, UNTIL_ENTRY, entries, opened, reviewed

ONE = timedelta(1)


def entered(day, term_until=None):
    """A life up to the entry on a day."""
    until = (term_until or last_day(day, 24)).isoformat()
    early = tuple((kind, day, detail) for kind, _, detail in UNTIL_ENTRY[:5])
    return (*early, (Kind.ENTERED, day, {"term_until": until}))


def known(day, foreign=False, **terms):
    return periods(fold(entries(start=entered(day))), foreign, TERMS | terms)


@pytest.mark.parametrize(
    ("day", "opening", "midterm", "earliest", "usual", "latest", "apply"),
    [
        # Months of other lengths, and 2028 with its leap day.
        ("2026-03-01", "2026-06-01", "2027-03-01", "2027-11-30", "2028-02-29", "2032-02-29",
         "2027-11-30"),
        ("2026-11-30", "2027-03-01", "2027-11-30", "2028-08-29", "2028-11-29", "2032-11-29",
         "2028-08-29"),
        ("2027-11-29", "2028-02-29", "2028-11-29", "2029-08-28", "2029-11-28", "2033-11-28",
         "2029-08-28"),
        ("2028-02-29", "2028-05-29", "2029-03-01", "2029-11-28", "2030-02-28", "2034-02-28",
         "2029-11-30"),
        ("2026-08-31", "2026-12-01", "2027-08-31", "2028-05-30", "2028-08-30", "2032-08-30",
         "2028-05-30"),
    ],
)  # fmt: skip
def test_days_are_counted_by_the_calendar(day, opening, midterm, earliest, usual, latest, apply):
    found = known(date.fromisoformat(day))
    told = (
        found.opening_until, found.midterm_from, found.exit_from, found.exit_usual_from,
        found.exit_until, found.exit_apply_until,
    )  # fmt: skip
    assert [each.isoformat() for each in told] == [
        opening, midterm, earliest, usual, latest, apply,
    ]  # fmt: skip


def test_a_foreigner_may_exit_earlier():
    assert known(DAY, foreign=True).exit_from == date(2027, 2, 28)
    assert known(DAY).exit_from == date(2027, 11, 30)


def test_figures_of_the_region_hold():
    assert known(DAY, OPENING_REPORT=6).opening_until == date(2026, 9, 1)


def checked(entry, *before, foreign=False, start=None):
    """Check an entry after others, by the figures that come with the service."""
    start = start or UNTIL_ENTRY
    life = entries(*before, start=start)
    one = entries(entry, start=())[0]
    check(fold(life), one, foreign, TERMS)


@pytest.mark.parametrize(
    ("edge", "make", "before"),
    [
        (date(2027, 3, 1), reviewed, (opened(),)),
        (date(2027, 9, 1), lambda on: (Kind.EXIT_APPLIED, on, {}), (opened(), reviewed())),
    ],
)
def test_what_comes_too_early_is_refused(edge, make, before):
    with pytest.raises(TooEarly) as raised:
        checked(make(edge - ONE), *before)
    assert raised.value.extensions == {"earliest": edge.isoformat()}
    checked(make(edge), *before)
    checked(make(edge + ONE), *before)


APPLIED = (
    opened(),
    reviewed(date(2027, 3, 1)),
    (Kind.EXIT_APPLIED, date(2027, 9, 1), {}),
    (Kind.EXIT_PANEL, date(2027, 11, 1), {"grade": "good", "passed": True}),
)


def test_an_exit_is_not_before_the_least_nor_after_the_most():
    for edge, beyond, error in (
        (date(2027, 11, 30), -ONE, TooEarly),
        (date(2032, 2, 29), ONE, TooLate),
    ):
        checked((Kind.EXITED, edge, {}), *APPLIED)
        checked((Kind.EXITED, edge - beyond, {}), *APPLIED)
        with pytest.raises(error):
            checked((Kind.EXITED, edge + beyond, {}), *APPLIED)


@pytest.mark.parametrize(("months", "ok"), [(20, False), (21, True), (48, True), (49, False)])
def test_a_term_is_agreed_for_neither_too_short_nor_too_long(months, ok):
    entry = (Kind.ENTERED, DAY, {"term_until": last_day(DAY, months).isoformat()})
    if ok:
        checked(entry, start=UNTIL_ENTRY[:5])
    else:
        with pytest.raises((TooEarly, TooLate)):
            checked(entry, start=UNTIL_ENTRY[:5])


@pytest.mark.parametrize(("months", "ok"), [(11, False), (12, True)])
def test_a_term_of_a_foreigner_may_be_shorter(months, ok):
    entry = (Kind.ENTERED, DAY, {"term_until": last_day(DAY, months).isoformat()})
    if ok:
        checked(entry, foreign=True, start=UNTIL_ENTRY[:5])
    else:
        with pytest.raises(TooEarly):
            checked(entry, foreign=True, start=UNTIL_ENTRY[:5])


def test_who_has_no_certificate_yet_does_not_exit():
    awaited = (Kind.APPLIED, UNTIL_ENTRY[0][1], {"doctorate": "awaited"})
    start = (awaited, *UNTIL_ENTRY[1:])
    exited = (Kind.EXITED, date(2028, 2, 29), {})
    with pytest.raises(StepMissing):
        checked(exited, *APPLIED, start=start)
    proved = (Kind.DOCTORATE_PROVED, date(2026, 7, 1), {"doctorate_on": "2026-06-20"})
    checked(exited, *APPLIED, proved, start=start)


def test_only_a_term_that_ends_before_the_review_does_without_it():
    applied = (Kind.EXIT_APPLIED, date(2027, 12, 1), {})
    with pytest.raises(StepMissing):
        checked(applied, opened())
    for until, ok in ((date(2027, 6, 1), True), (date(2027, 6, 2), False)):
        start = entered(DAY, until)
        if ok:
            checked((Kind.EXIT_APPLIED, date(2027, 2, 1), {}), opened(), start=start, foreign=True)
        else:
            with pytest.raises(StepMissing):
                checked(
                    (Kind.EXIT_APPLIED, date(2027, 2, 1), {}), opened(), start=start, foreign=True
                )


def absent(first, days):
    last = first + timedelta(days - 1)
    return (Kind.ABSENT, first, {"until": last.isoformat()})


def leaving(ground, on=date(2027, 12, 31)):
    return (Kind.LEFT_EARLY, on, {"ground": ground})


@pytest.mark.parametrize(("days", "ok"), [(14, False), (15, True), (16, True)])
def test_absence_running_ends_a_fellowship(days, ok):
    given = absent(date(2026, 5, 1), days)
    if ok:
        checked(leaving("absence"), given)
    else:
        with pytest.raises(GroundNotMet) as raised:
            checked(leaving("absence"), given)
        assert raised.value.extensions["found"] == {"running": 14, "in_year": 14}


@pytest.mark.parametrize(("days", "ok"), [(9, False), (10, True), (11, True)])
def test_absence_in_a_year_ends_a_fellowship(days, ok):
    given = [absent(date(2026, month, 1), 10) for month in (5, 7)]
    given.append(absent(date(2026, 9, 1), days))
    if ok:
        checked(leaving("absence"), *given)
    else:
        with pytest.raises(GroundNotMet):
            checked(leaving("absence"), *given)


def test_a_year_is_any_twelve_months_and_no_more():
    first = [absent(date(2026, 5, 1), 10), absent(date(2026, 7, 1), 10)]
    for last, in_year in ((date(2027, 4, 21), 30), (date(2027, 4, 22), 29)):
        state = fold(entries(*first, absent(last, 10)))
        assert absence(state, date(2028, 1, 1))[1] == in_year


def test_days_given_twice_count_once_and_runs_join():
    given = [absent(date(2026, 5, 1), 10), absent(date(2026, 5, 5), 10)]
    assert absence(fold(entries(*given)), date(2027, 1, 1)) == (14, 14)


@pytest.mark.parametrize(("back", "running"), [(1, 0), (2, 1), (16, 15)])
def test_who_is_not_back_from_leave_is_absent(back, running):
    until = date(2026, 6, 30)
    leave = (Kind.LEAVE, date(2026, 6, 1), {"until": until.isoformat()})
    state = fold(entries(leave, (Kind.RETURNED, until + timedelta(back), {})))
    assert absence(state, date(2027, 1, 1)) == (running, running)
    assert absence(fold(entries(leave)), until + timedelta(3)) == (3, 3)
    assert overstay(state, date(2027, 1, 1)) == 0


@pytest.mark.parametrize(("days", "ok"), [(30, False), (31, True), (32, True)])
def test_overstay_abroad_ends_a_fellowship_beyond_its_days(days, ok):
    until = date(2026, 6, 30)
    stay = (Kind.OVERSEAS, date(2026, 6, 1), {"until": until.isoformat()})
    back = (Kind.RETURNED, until + timedelta(days + 1), {})
    for life in ((stay, back), (stay,)):
        on = until + timedelta(days) if life == (stay,) else date(2027, 1, 1)
        if ok:
            checked(leaving("overseas", on), *life)
        else:
            with pytest.raises(GroundNotMet):
                checked(leaving("overseas", on), *life)


def test_grounds_that_facts_show_are_borne_out_by_them_and_others_by_documents():
    with pytest.raises(GroundNotMet):
        checked(leaving("failed_assessment"))
    checked(leaving("failed_assessment"), opened(), reviewed(grade="failed"))
    for ground in ("fraud", "warning", "illness", "other"):
        checked(leaving(ground))


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        ((), {"opening_report", "midterm", "exit_application", "term_end"}),
        (
            ((Kind.OPENING_REPORT, date(2026, 5, 31), {"passed": False}),),
            {"opening_retry", "midterm", "exit_application", "term_end"},
        ),
        ((opened(),), {"midterm", "exit_application", "term_end"}),
        ((opened(), reviewed()), {"exit_application", "term_end"}),
        (APPLIED, {"term_end"}),
        ((opened(), reviewed(grade="failed")), {"term_end"}),
        ((*APPLIED, (Kind.EXITED, date(2028, 2, 29), {})), set()),
    ],
)
def test_what_is_done_is_not_due_any_more(given, kinds):
    assert set(due(fold(entries(*given)), False, TERMS)) == kinds


def test_the_retry_is_due_a_month_after_the_failure():
    failed = (Kind.OPENING_REPORT, date(2026, 5, 31), {"passed": False})
    found = due(fold(entries(failed)), False, TERMS)
    assert found["opening_retry"] == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("begun", "days", "until"),
    [
        (date(2026, 9, 1), 7, date(2026, 9, 10)),
        (date(2026, 9, 4), 1, date(2026, 9, 7)),
        # The National Day's holidays, with 20 September and 10 October as working days.
        (date(2026, 9, 18), 1, date(2026, 9, 20)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        # No holiday notice yet: weekends alone are free.
        (date(2099, 1, 2), 1, date(2099, 1, 5)),
    ],
)
def test_a_notice_ends_on_its_last_working_day(begun, days, until):
    assert notice_until(begun, days) == until


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.booleans())
def test_periods_stand_in_their_order_whatever_the_day(day, foreign):
    found = known(day, foreign)
    assert day < found.opening_until < found.midterm_from < found.midterm_until
    assert found.midterm_from - ONE <= found.exit_from
    assert found.exit_from <= found.exit_usual_from < found.exit_usual_until < found.exit_until
    assert plus_months(day, 72) == found.exit_until + ONE
    assert found.exit_apply_until < found.term_until


@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(1, 40)), max_size=12),
    st.integers(0, 1000),
)
def test_absence_agrees_with_counting_day_by_day(spans, as_of):
    state = fold(entries(*(absent(DAY + timedelta(start), days) for start, days in spans)))
    last = DAY + timedelta(as_of)
    there = {DAY + timedelta(start + n) for start, days in spans for n in range(days)}
    there = {day for day in there if day <= last}
    longest = run = 0
    for n in range(1000):
        run = run + 1 if DAY + timedelta(n) in there else 0
        longest = max(longest, run)
    best = max(
        (sum(day <= each < plus_months(day, 12) for each in there) for day in there), default=0
    )
    assert absence(state, last) == (longest, best)
