"""Which stations are due, how indicators come to a score, and how grades are distributed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Literal
from uuid import UUID

from talent_rules.spans import elapsed_years

from ..panels.rules import Grade, grade_of
from ..terms.rules import Terms


class Kind(StrEnum):
    """Which stations a round is for."""

    COMPREHENSIVE = "comprehensive"
    """综合评估: every some years."""
    NEW_STATIONS = "new_stations"
    """新设站评估: once, some years after the set-up."""


class Figure(StrEnum):
    """What the system knows of a station in a period."""

    RECRUITED = "recruited"
    """Fellows who entered in the period, also of stations that recruit jointly."""
    EXITED = "exited"
    EXITED_EXCELLENT = "exited_excellent"
    """Whose exit panel gave the best grade."""
    LEFT_EARLY = "left_early"
    INSIDE = "inside"
    """In the station at the end of the period."""
    POSITIONS = "positions"
    """Published in the period."""
    ADVISORS = "advisors"
    """At the end of the period."""
    IDLE_YEARS = "idle_years"
    """Full years without an entry at the end of the period."""


Source = Literal["drawn", "declared", "experts"]


@dataclass(frozen=True)
class Weighed:
    """An indicator as far as scoring asks: a number from `zero` to `full` earns up to `weight`."""

    code: str
    source: Source
    weight: int
    figure: str | None
    zero: int
    full: int


def is_due(kind: str, set_up_on: date, evaluated_on: date | None, on: date, terms: Terms) -> bool:
    """Tell whether a station is due for a round that opens on a day; anniversaries count.

    `evaluated_on` is when its last evaluation was opened, of whichever kind.
    """
    if kind == Kind.NEW_STATIONS:
        known = elapsed_years(set_up_on, on) >= terms["EVALUATION_NEW_YEARS"]
        return evaluated_on is None and known
    return elapsed_years(evaluated_on or set_up_on, on) >= terms["EVALUATION_YEARS"]


def points(
    indicators: Iterable[Weighed],
    drawn: Mapping[str, int],
    declared: Mapping[str, int],
    panel_score: int | None,
) -> dict[str, Fraction]:
    """Return the points that each indicator earned; what was not declared earns none.

    `panel_score` is in hundredths of a point.
    """
    found: dict[str, Fraction] = {}
    for each in indicators:
        if each.source == "experts":
            share = Fraction(panel_score or 0, 10_000)
        else:
            value = drawn.get(each.figure or "") if each.source == "drawn" else None
            value = declared.get(each.code) if each.source == "declared" else value
            share = Fraction(0)
            if value is not None:
                share = Fraction(value - each.zero, each.full - each.zero)
        found[each.code] = each.weight * min(max(share, Fraction(0)), Fraction(1))
    return found


def hundredths(number: Fraction) -> int:
    """Return a number of points in hundredths, half of one rounded up."""
    return (200 * number.numerator + number.denominator) // (2 * number.denominator)


@dataclass(frozen=True)
class Scored:
    """A station's evaluation before its grade; scores in hundredths of a point."""

    id: UUID
    score: int
    panel_score: int = 0


def distribute(
    scored: Sequence[Scored], caps: Mapping[str, int], terms: Terms
) -> dict[UUID, Grade]:
    """Return grades: by score, and of each capped grade at most so many percent, rounded down.

    Who has no place falls to the next grade, so that nobody is graded above one with a better
    score. Of equal scores the experts' decides, then the id. Caps alone make nobody fail.
    """
    room = {
        grade: len(scored) * caps[grade] // 100
        for grade in (Grade.EXCELLENT, Grade.GOOD)
        if grade in caps
    }
    ladder = list(Grade)
    found: dict[UUID, Grade] = {}
    step = 0
    for each in sorted(scored, key=lambda one: (-one.score, -one.panel_score, one.id)):
        step = max(step, ladder.index(grade_of(each.score, terms)))
        while room.get(ladder[step], 1) == 0:
            step += 1
        if ladder[step] in room:
            room[ladder[step]] -= 1
        found[each.id] = ladder[step]
    return found
