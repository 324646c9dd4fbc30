"""The course of a review: which acts are possible when, and what each makes of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from talent_rules import WorkingCalendar

from ..publications import Publication, last_day
from .plans import Plan, Step, StepKind


class Status(StrEnum):
    """Where a review as a whole is."""

    OPEN = "open"
    RETURNED = "returned"
    """Who began it has to correct it, and goes on where it was returned."""
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """Returned, and not corrected in time."""


ENDED = frozenset({Status.APPROVED, Status.REFUSED, Status.WITHDRAWN, Status.LAPSED})


class ActKind(StrEnum):
    """What can happen to a review."""

    BEGUN = "begun"
    APPROVED = "approved"
    RETURNED = "returned"
    REFUSED = "refused"
    PASSED = "passed"
    """The experts are for it."""
    FAILED = "failed"
    OBJECTED = "objected"
    DISMISSED = "dismissed"
    """An objection was looked into and does not stand."""
    UPHELD = "upheld"
    """An objection stands: the review ends."""
    RESUBMITTED = "resubmitted"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """What was returned was not corrected in time."""
    BOUND = "bound"
    """The publication ended without an objection that stands."""
    ESCALATED = "escalated"
    """The step was not done in time: the offices above may do it too."""
    DATED = "dated"
    """The holiday notice came out, so that the last day is known."""


class ActNotPossible(Exception):  # noqa: N818 - a state of the review, not a fault
    """The review is not where this act is possible."""


@dataclass(frozen=True)
class Course:
    """Where a review is; days are those of Asia/Shanghai.

    `since` is the day on which the step began, or on which it was returned, which does not count;
    `due` its last day, or that of the correction, None while no holiday notice tells it or where
    there is none. `standing` objections wait for an answer.
    """

    plan: Plan
    since: date
    due: date | None
    position: int = 0
    status: Status = Status.OPEN
    round: int = 1
    standing: int = 0
    escalated: bool = False

    @property
    def step(self) -> Step:
        return self.plan[self.position]

    @property
    def publication(self) -> Publication:
        """What a step that publishes is: open for objections, then binding."""
        return Publication(self.since, self.step.days, self.due, self.standing)

    @property
    def days(self) -> int | None:
        """The working days that now run: of the step, or of the correction; None where none do."""
        return self.step.correction_days if self.status is Status.RETURNED else self.step.days


def begun(plan: Plan, on: date, calendar: WorkingCalendar) -> Course:
    """Return the course of a review that begins; raises ValueError for a plan that is none."""
    names = {step.name for step in plan}
    if not plan or len(names) < len(plan):
        raise ValueError("a plan has steps, each with a name of its own")
    return Course(plan=plan, since=on, due=last_day(on, plan[0].days, calendar))


_CHECKED = frozenset({StepKind.CHECK})
_DONE_BY: Mapping[ActKind, frozenset[StepKind]] = {
    ActKind.APPROVED: _CHECKED,
    ActKind.REFUSED: _CHECKED,
    ActKind.RETURNED: frozenset({StepKind.CHECK, StepKind.EXPERTS}),
    ActKind.PASSED: frozenset({StepKind.EXPERTS}),
    ActKind.FAILED: frozenset({StepKind.EXPERTS}),
    ActKind.OBJECTED: frozenset({StepKind.PUBLICATION}),
    ActKind.DISMISSED: frozenset({StepKind.PUBLICATION}),
    ActKind.UPHELD: frozenset({StepKind.PUBLICATION}),
    ActKind.BOUND: frozenset({StepKind.PUBLICATION}),
    ActKind.ESCALATED: frozenset(StepKind),
    ActKind.DATED: frozenset(StepKind),
}
"""In which kinds of step of an open review an act is possible at all."""


def possible(course: Course, act: ActKind, on: date) -> bool:
    """Tell whether an act is possible on a day."""
    if act is ActKind.RESUBMITTED:
        return course.status is Status.RETURNED
    if course.status is Status.RETURNED and act is ActKind.DATED:
        return course.due is None and course.days is not None
    if act is ActKind.LAPSED:
        over = course.due is not None and course.due < on
        return course.status is Status.RETURNED and over
    if act is ActKind.WITHDRAWN:
        return course.status in {Status.OPEN, Status.RETURNED}
    if course.status is not Status.OPEN or course.step.kind not in _DONE_BY.get(act, ()):
        return False
    published = course.publication
    match act:
        case ActKind.OBJECTED:
            return published.takes_objections(on)
        case ActKind.DISMISSED | ActKind.UPHELD:
            return course.standing > 0
        case ActKind.BOUND:
            return published.binds(on)
        case ActKind.ESCALATED:
            waits = course.step.kind is not StepKind.PUBLICATION or course.standing > 0
            return published.over(on) and waits and not course.escalated
        case ActKind.DATED:
            return course.due is None
        case _:
            return True


def after(course: Course, act: ActKind, on: date, calendar: WorkingCalendar) -> Course:
    """Return the course after an act; raises ActNotPossible."""
    if not possible(course, act, on):
        raise ActNotPossible(act)
    match act:
        case ActKind.APPROVED | ActKind.PASSED | ActKind.BOUND:
            return _onward(course, on, calendar)
        case ActKind.REFUSED | ActKind.FAILED | ActKind.UPHELD:
            return replace(course, status=Status.REFUSED)
        case ActKind.RETURNED:
            back = replace(course, status=Status.RETURNED, since=on)
            return replace(back, due=_due(back, calendar))
        case ActKind.LAPSED:
            return replace(course, status=Status.LAPSED)
        case ActKind.RESUBMITTED:
            again = replace(course, status=Status.OPEN, round=course.round + 1)
            return _entered(again, course.position, on, calendar)
        case ActKind.OBJECTED:
            return replace(course, standing=course.standing + 1)
        case ActKind.DISMISSED:
            return replace(course, standing=course.standing - 1)
        case ActKind.ESCALATED:
            return replace(course, escalated=True)
        case ActKind.DATED:
            return replace(course, due=_due(course, calendar))
        case _:
            return replace(course, status=Status.WITHDRAWN)


def by_itself(course: Course, on: date, calendar: WorkingCalendar) -> ActKind | None:
    """Return what happens without anybody on a day; nothing is ever decided in a check."""
    if course.status in ENDED or course.days is None:
        return None
    if course.due is None:
        return ActKind.DATED if _due(course, calendar) is not None else None
    acts = (ActKind.BOUND, ActKind.ESCALATED, ActKind.LAPSED)
    return next((act for act in acts if possible(course, act, on)), None)


def next_look(course: Course, on: date) -> date | None:
    """Return the day from which something may happen by itself: tomorrow, while it is unknown."""
    if course.status in ENDED or course.days is None:
        return None
    if course.due is None:
        return on + timedelta(days=1)
    if course.status is Status.RETURNED:
        return course.due + timedelta(days=1)
    binds = course.step.kind is StepKind.PUBLICATION and not course.standing
    return None if course.escalated and not binds else course.due + timedelta(days=1)


def _due(course: Course, calendar: WorkingCalendar) -> date | None:
    return None if course.days is None else last_day(course.since, course.days, calendar)


def _onward(course: Course, on: date, calendar: WorkingCalendar) -> Course:
    position = course.position + 1
    if position == len(course.plan):
        return replace(course, status=Status.APPROVED)
    return _entered(course, position, on, calendar)


def _entered(course: Course, position: int, on: date, calendar: WorkingCalendar) -> Course:
    due = last_day(on, course.plan[position].days, calendar)
    return replace(course, position=position, since=on, due=due, standing=0, escalated=False)
