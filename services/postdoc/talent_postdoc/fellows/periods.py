"""Periods of a fellowship, by the figures of its region; the last days are within them.

Months count as `talent_rules.spans` has it: a day that a month lacks is the first of the next. The
last day in the station belongs to the time in it, so 24 months from 1 March end on the last day of
February.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from talent_rules import UnknownYear, WorkingCalendar
from talent_rules.spans import ONE_DAY, plus_months

from ..terms.rules import Terms
from .acts import IN_STATION, Kind, Status
from .errors import (
    ExtensionNeedsApproval,
    GroundNotMet,
    NoSecondAssessment,
    StepMissing,
    TooEarly,
    TooLate,
)
from .states import Entry, State


@dataclass(frozen=True)
class Periods:
    """The days that matter in a fellowship."""

    opening_until: date
    opening_retry_until: date | None
    """Of the one retry, once a report has failed."""
    midterm_from: date
    midterm_until: date
    exit_from: date
    """The earliest last day in the station."""
    exit_usual_from: date
    exit_usual_until: date
    exit_until: date
    """The latest last day in the station, all extensions included."""
    exit_retry_until: date | None
    """Of the second assessment on exit, once the first has failed."""
    exit_apply_from: date
    exit_apply_until: date
    doctorate_until: date
    term_until: date


def last_day(start: date, months: int) -> date:
    """Return the last day of so many months from a first day on."""
    return plus_months(start, months) - ONE_DAY


def periods(state: State, foreign: bool, terms: Terms) -> Periods:
    """Return the days that matter for one who has entered."""
    if state.entered_on is None or state.counted_from is None or state.term_until is None:
        raise StepMissing(needed="entered")
    entered, start = state.entered_on, state.counted_from
    failed = [day for day, passed in state.opening if not passed]
    least = terms["TERM_LEAST_FOREIGN" if foreign else "TERM_LEAST"]
    ahead, earliest = terms["EXIT_AHEAD"], last_day(start, least)
    retry = plus_months(failed[0], terms["OPENING_RETRY"]) if failed else None
    latest = last_day(start, terms["TERM_MOST"])
    again = state.exit_failed_on and plus_months(state.exit_failed_on, terms["EXIT_RETRY"])
    return Periods(
        opening_until=plus_months(entered, terms["OPENING_REPORT"]),
        opening_retry_until=retry,
        midterm_from=plus_months(start, terms["MIDTERM_FROM"]),
        midterm_until=plus_months(start, terms["MIDTERM_UNTIL"]),
        exit_from=earliest,
        exit_usual_from=last_day(start, terms["TERM_USUAL"]),
        exit_usual_until=last_day(start, terms["TERM_USUAL_MOST"]),
        exit_until=latest,
        exit_retry_until=again and min(again, latest),
        exit_apply_from=plus_months(earliest + ONE_DAY, -ahead),
        exit_apply_until=plus_months(state.term_until + ONE_DAY, -ahead) - ONE_DAY,
        doctorate_until=plus_months(start, terms["DOCTORATE_PROOF"]),
        term_until=state.term_until,
    )


def due(state: State, foreign: bool, terms: Terms) -> dict[str, date]:
    """Return what must still be done, by its kind, with the last day."""
    if state.status not in IN_STATION:
        return {}
    known = periods(state, foreign, terms)
    found = {"term_end": known.term_until}
    if state.proved_on is None:
        found["doctorate_proof"] = known.doctorate_until
    if state.away is not None and state.away.overseas:
        found["overseas_return"] = state.away.until
    if state.status is Status.EXIT_APPLIED and known.exit_retry_until is not None:
        found["exit_retry"] = known.exit_retry_until
    if state.status is not Status.ENTERED:
        return found
    if not state.opened:
        again = known.opening_retry_until
        found |= {"opening_retry": again} if again else {"opening_report": known.opening_until}
    if state.midterm is None and needs_midterm(state, known):
        found["midterm"] = known.midterm_until
    return found | {"exit_application": known.exit_apply_until}


def needs_midterm(state: State, known: Periods) -> bool:
    """Tell whether the agreed time reaches beyond the mid-term review; of foreigners it may not."""
    return state.term_until is not None and state.term_until > known.midterm_until


def notice_until(begun: date, working_days: int) -> date:
    """Return the last day of a notice; in years without a holiday notice weekends alone are free.

    The day on which it begins does not count.
    """
    try:
        return WorkingCalendar().add(begun, working_days)
    except UnknownYear:
        day, left = begun, working_days
        while left:
            day += ONE_DAY
            left -= day.weekday() < 5
        return day


def check(state: State, entry: Entry, foreign: bool, terms: Terms) -> None:
    """Raise for an entry outside its period: TooEarly, TooLate, StepMissing, GroundNotMet, and
    ExtensionNeedsApproval or NoSecondAssessment.
    """
    if entry.kind is Kind.ENTERED:
        _check_term(entry.on, date.fromisoformat(entry.detail["term_until"]), foreign, terms)
        return
    if state.counted_from is None:
        return
    known = periods(state, foreign, terms)
    match entry.kind:
        case Kind.MIDTERM:
            _not_before(entry.on, known.midterm_from)
        case Kind.EXTENDED | Kind.EXTENSION_ASKED | Kind.EXTENSION_APPROVED:
            _check_extension(state, entry, known)
        case Kind.EXIT_APPLIED:
            if state.midterm is None and needs_midterm(state, known):
                raise StepMissing(needed="midterm")
            _not_before(entry.on, known.exit_apply_from)
        case Kind.EXIT_RETRY:
            if not terms["EXIT_RETRY"]:
                raise NoSecondAssessment
            _not_after(entry.on, known.exit_retry_until or known.exit_until, "body.kind")
        case Kind.EXIT_PANEL if known.exit_retry_until is not None:
            _not_after(entry.on, known.exit_retry_until, "body.panel_id")
        case Kind.EXITED:
            if state.proved_on is None:
                raise StepMissing(needed="doctorate_proved")
            _not_before(entry.on, known.exit_from)
            _not_after(entry.on, known.exit_until, "body.on")
        case Kind.LEFT_EARLY:
            _check_ground(state, entry, known, terms)
        case _:
            pass


def _check_term(entered: date, term_until: date, foreign: bool, terms: Terms) -> None:
    least = terms["TERM_LEAST_FOREIGN" if foreign else "TERM_LEAST"]
    earliest = last_day(entered, least)
    if term_until < earliest:
        raise TooEarly(field="body.term_until", earliest=earliest.isoformat())
    _not_after(term_until, last_day(entered, terms["TERM_USUAL_MOST"]), "body.term_until")


def _check_extension(state: State, entry: Entry, known: Periods) -> None:
    """An extension beyond the usual longest time is asked for, and no longer than that approved."""
    until = date.fromisoformat(entry.detail["term_until"])
    _not_after(until, known.exit_until, "body.term_until")
    if entry.kind is Kind.EXTENDED and until > known.exit_usual_until:
        raise ExtensionNeedsApproval(until=known.exit_usual_until.isoformat())
    if entry.kind is Kind.EXTENSION_ASKED and until <= known.exit_usual_until:
        earliest = known.exit_usual_until + ONE_DAY
        raise TooEarly(field="body.term_until", earliest=earliest.isoformat())
    if entry.kind is Kind.EXTENSION_APPROVED and state.extension_asked is not None:
        _not_after(until, state.extension_asked, "body.term_until")


def _check_ground(state: State, entry: Entry, known: Periods, terms: Terms) -> None:
    """What can be told from the facts must be borne out by them; the rest by documents."""
    again = known.exit_retry_until if state.status is Status.EXIT_APPLIED else None
    failed = state.status is Status.LEAVING or (again is not None and entry.on > again)
    match entry.detail["ground"]:
        case "failed_assessment" if not failed:
            raise GroundNotMet(field="body.ground", needed=Status.LEAVING, found=state.status)
        case "absence":
            running, in_year = absence(state, entry.on)
            enough = running >= terms["ABSENCE_RUNNING"] or in_year >= terms["ABSENCE_YEAR"]
            if not enough:
                raise GroundNotMet(
                    field="body.ground",
                    needed={"running": terms["ABSENCE_RUNNING"], "in_year": terms["ABSENCE_YEAR"]},
                    found={"running": running, "in_year": in_year},
                )
        case "overseas" if overstay(state, entry.on) <= terms["OVERSEAS_OVERSTAY"]:
            needed = terms["OVERSEAS_OVERSTAY"] + 1
            raise GroundNotMet(field="body.ground", needed=needed, found=overstay(state, entry.on))


def absence(state: State, as_of: date) -> tuple[int, int]:
    """Return the most days of absence running, and the most in any year, up to a day.

    Whoever is not back from leave is absent from the day after its last; abroad that is overstay.
    """
    spans = [*state.absences, *_overrun(state, as_of, overseas=False)]
    days = sorted({day for span in spans for day in _days(*span) if day <= as_of})
    running = longest = in_year = 0
    for index, day in enumerate(days):
        running = running + 1 if index and day - days[index - 1] == ONE_DAY else 1
        longest = max(longest, running)
        in_year = max(in_year, bisect_left(days, plus_months(day, 12)) - index)
    return longest, in_year


def overstay(state: State, as_of: date) -> int:
    """Return the days by which the longest stay abroad exceeded its last day, up to a day."""
    spans = _overrun(state, as_of, overseas=True)
    return max(((end - start).days + 1 for start, end in spans), default=0)


def _overrun(state: State, as_of: date, *, overseas: bool) -> Iterable[tuple[date, date]]:
    for away in state.aways:
        last = as_of if away.back_on is None else min(as_of, away.back_on - ONE_DAY)
        if away.overseas == overseas and last > away.until:
            yield away.until + ONE_DAY, last


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(n) for n in range((last - first).days + 1))


def _not_before(day: date, earliest: date) -> None:
    if day < earliest:
        raise TooEarly(field="body.on", earliest=earliest.isoformat())


def _not_after(day: date, latest: date, place: str) -> None:
    if day > latest:
        raise TooLate(field=place, latest=latest.isoformat())
