"""The course of a review, without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review_plan import CHECK, EXPERTS, PLAN, PUBLICATION
from talent_kit.reviews import Level
from talent_kit.reviews.plans import responsible
from talent_kit.reviews.rules import (
    ENDED,
    ActKind,
    ActNotPossible,
    Status,
    after,
    begun,
    by_itself,
    next_look,
    possible,
)
from talent_rules import WorkingCalendar

DAY = date(2026, 9, 1)
"""A Tuesday; ten working days later is the 15th, five the 8th."""
CALENDAR = WorkingCalendar()


def gone(course, *acts, on=DAY):
    for act in acts:
        course = after(course, act, on, CALENDAR)
    return course


def later(day, days):
    return day + timedelta(days=days)


def test_a_plan_has_steps_with_names_of_their_own():
    for plan in ((), (CHECK, CHECK)):
        with pytest.raises(ValueError, match="a plan has steps"):
            begun(plan, DAY, CALENDAR)


def test_each_step_passed_in_its_order_ends_approved():
    course = begun(PLAN, DAY, CALENDAR)
    seen = []
    for act in (ActKind.APPROVED, ActKind.APPROVED, ActKind.PASSED):
        seen.append(course.step.name)
        course = gone(course, act)
    assert [*seen, course.step.name] == ["city", "province", "experts", "publication"]
    assert gone(course, ActKind.BOUND, on=date(2026, 9, 9)).status is Status.APPROVED


@pytest.mark.parametrize(
    ("since", "due"),
    [
        (date(2026, 9, 1), date(2026, 9, 8)),
        (date(2026, 9, 5), date(2026, 9, 11)),  # a Saturday: the next five working days
        (date(2026, 9, 30), date(2026, 10, 13)),  # the holiday of a week in between
    ],
)
def test_the_last_day_counts_working_days_after_the_first(since, due):
    assert begun((PUBLICATION,), since, CALENDAR).due == due


@pytest.mark.parametrize(("days", "bound"), [(6, False), (7, False), (8, True)])
def test_a_publication_binds_by_itself_once_its_last_day_is_over(days, bound):
    course = begun((PUBLICATION,), DAY, CALENDAR)
    expected = ActKind.BOUND if bound else None
    assert by_itself(course, later(DAY, days), CALENDAR) is expected


@pytest.mark.parametrize(("days", "may"), [(0, True), (7, True), (8, False)])
def test_objections_are_lodged_until_the_last_day(days, may):
    course = begun((PUBLICATION,), DAY, CALENDAR)
    assert possible(course, ActKind.OBJECTED, later(DAY, days)) is may


def test_a_publication_with_an_objection_waits_for_its_answer_and_escalates_once():
    late = later(DAY, 8)
    course = gone(begun((PUBLICATION,), DAY, CALENDAR), ActKind.OBJECTED)
    assert by_itself(course, late, CALENDAR) is ActKind.ESCALATED
    escalated = gone(course, ActKind.ESCALATED, on=late)
    assert by_itself(escalated, late, CALENDAR) is None
    assert next_look(escalated, late) is None
    answered = gone(escalated, ActKind.DISMISSED, on=late)
    assert by_itself(answered, late, CALENDAR) is ActKind.BOUND
    assert gone(escalated, ActKind.UPHELD, on=late).status is Status.REFUSED


def test_of_two_objections_both_are_answered_before_it_binds():
    course = gone(begun((PUBLICATION,), DAY, CALENDAR), ActKind.OBJECTED, ActKind.OBJECTED)
    one = gone(course, ActKind.DISMISSED)
    assert by_itself(one, later(DAY, 8), CALENDAR) is ActKind.ESCALATED
    assert by_itself(gone(one, ActKind.DISMISSED), later(DAY, 8), CALENDAR) is ActKind.BOUND


@pytest.mark.parametrize("step", [CHECK, EXPERTS])
@pytest.mark.parametrize("days", [-1, 0, 1])
def test_what_is_overdue_escalates_and_is_never_decided_by_itself(step, days):
    course = begun((step,), DAY, CALENDAR)
    on = later(course.due, days)
    assert by_itself(course, on, CALENDAR) is (ActKind.ESCALATED if days > 0 else None)
    if days > 0:
        assert by_itself(gone(course, ActKind.ESCALATED, on=on), later(on, 999), CALENDAR) is None


def test_what_was_returned_goes_on_where_it_was_with_its_time_anew():
    course = gone(begun(PLAN, DAY, CALENDAR), ActKind.APPROVED, ActKind.RETURNED)
    assert by_itself(course, later(DAY, 999), CALENDAR) is None
    with pytest.raises(ActNotPossible):
        gone(course, ActKind.APPROVED)
    again = gone(course, ActKind.RESUBMITTED, on=date(2026, 9, 15))
    assert (again.step.name, again.round, again.status) == ("province", 2, Status.OPEN)
    assert (again.since, again.due) == (date(2026, 9, 15), date(2026, 10, 12))


def test_a_last_day_beyond_the_notices_is_fixed_when_the_notice_is_out():
    known, then = WorkingCalendar(last_year=2025), WorkingCalendar(last_year=2026)
    on = date(2025, 12, 26)
    course = begun((PUBLICATION,), on, known)
    assert course.due is None
    assert by_itself(course, date(2026, 6, 1), known) is None
    assert next_look(course, on) == date(2025, 12, 27)
    assert possible(course, ActKind.OBJECTED, date(2026, 6, 1))
    assert by_itself(course, later(on, 1), then) is ActKind.DATED
    dated = after(course, ActKind.DATED, later(on, 1), then)
    assert dated.due == date(2026, 1, 5)
    assert by_itself(dated, later(on, 1), then) is None


@pytest.mark.parametrize(
    ("region", "level", "found"),
    [
        ("350702", Level.COUNTY, "350702"),
        ("350702", Level.CITY, "350700"),
        ("350702", Level.PROVINCE, "350000"),
        ("350702", Level.NATION, "000000"),
        ("350700", Level.COUNTY, "350700"),
        ("310000", Level.CITY, "310000"),
    ],
)
def test_a_step_is_of_the_office_of_its_level_or_the_nearest_above(region, level, found):
    assert responsible(region, level, DAY) == found


MOVES = st.lists(
    st.tuples(st.sampled_from([kind for kind in ActKind if kind != "begun"]), st.integers(0, 20)),
    max_size=40,
)
PLANS = st.lists(st.sampled_from(PLAN), min_size=1, max_size=4, unique=True).map(tuple)
ONWARD = {
    "check": {ActKind.APPROVED},
    "experts": {ActKind.PASSED},
    "publication": {ActKind.BOUND},
}


@settings(max_examples=300, deadline=None)
@given(PLANS, MOVES)
def test_whatever_is_tried_in_whatever_order_a_review_stays_sound(plan, moves):
    day = DAY.replace(month=1)
    course = begun(plan, day, CALENDAR)
    passed = []
    for act, days in moves:
        day = min(later(day, days), date(2026, 11, 1))
        before = course
        if not possible(before, act, day):
            with pytest.raises(ActNotPossible):
                after(before, act, day, CALENDAR)
            continue
        assert before.status not in ENDED, "nothing happens to what has ended"
        course = after(before, act, day, CALENDAR)
        if act in ONWARD[before.step.kind] and before.status is Status.OPEN:
            passed.append(before.step.name)
            assert before.standing == 0 or act is not ActKind.BOUND
        else:
            assert course.position == before.position, "only passing a step leads on"
        assert course.standing >= 0
        assert course.round - before.round == (act is ActKind.RESUBMITTED)
    if course.status is Status.APPROVED:
        assert passed == [step.name for step in plan], "each step once, in its order"
    else:
        assert passed == [step.name for step in plan[: course.position]]


@settings(max_examples=100, deadline=None)
@given(PLANS, st.integers(0, 400))
def test_time_alone_decides_nothing_but_publications_and_comes_to_rest(plan, days):
    course = begun(plan, DAY.replace(month=1), CALENDAR)
    on, done = later(course.since, days), []
    while act := by_itself(course, on, CALENDAR):
        course = after(course, act, on, CALENDAR)
        done.append(act)
        assert len(done) <= 2 * len(plan)
    assert set(done) <= {ActKind.BOUND, ActKind.ESCALATED}
    for step in plan[: course.position]:
        assert step.kind == "publication"


CORRECTED = CHECK.model_copy(update={"correction_days": 5})


@pytest.mark.parametrize(("days", "lapsed"), [(-1, False), (0, False), (1, True)])
def test_what_is_not_corrected_in_its_time_lapses_by_itself(days, lapsed):
    course = gone(begun((CORRECTED,), DAY, CALENDAR), ActKind.RETURNED, on=date(2026, 9, 3))
    assert (course.since, course.due) == (date(2026, 9, 3), date(2026, 9, 10))
    assert next_look(course, date(2026, 9, 3)) == date(2026, 9, 11)
    on = later(course.due, days)
    assert by_itself(course, on, CALENDAR) is (ActKind.LAPSED if lapsed else None)
    if lapsed:
        over = gone(course, ActKind.LAPSED, on=on)
        assert (over.status, next_look(over, on)) == (Status.LAPSED, None)
        with pytest.raises(ActNotPossible):
            gone(over, ActKind.RESUBMITTED, on=on)
    again = gone(course, ActKind.RESUBMITTED, on=course.due)
    assert (again.status, again.due) == (Status.OPEN, date(2026, 9, 23))
    with pytest.raises(ActNotPossible):
        gone(again, ActKind.LAPSED, on=date(2027, 1, 4))


def test_what_escalated_before_it_was_returned_lapses_too():
    late = date(2026, 9, 16)
    course = gone(begun((CORRECTED,), DAY, CALENDAR), ActKind.ESCALATED, on=late)
    back = gone(course, ActKind.RETURNED, on=late)
    assert by_itself(back, later(back.due, 1), CALENDAR) is ActKind.LAPSED


def test_a_correction_whose_last_day_no_notice_tells_is_dated_later():
    known, then = WorkingCalendar(last_year=2025), WorkingCalendar(last_year=2026)
    on = date(2025, 12, 30)
    back = after(begun((CORRECTED,), on, then), ActKind.RETURNED, on, known)
    assert (back.due, by_itself(back, later(on, 99), known)) == (None, None)
    assert next_look(back, on) == date(2025, 12, 31)
    assert by_itself(back, on, then) is ActKind.DATED
    assert after(back, ActKind.DATED, on, then).due is not None
