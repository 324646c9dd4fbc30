"""Who may sit on which panel, when it can conclude, and which grade follows from its votes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from ..terms.rules import Terms


class Purpose(StrEnum):
    """What a panel is convened for."""

    SET_UP = "set_up"
    ENTRY = "entry"
    MID_TERM = "mid_term"
    EXIT = "exit"
    EVALUATION = "evaluation"
    GRANT = "grant"


class Grade(StrEnum):
    EXCELLENT = "excellent"
    GOOD = "good"
    PASSED = "passed"
    FAILED = "failed"


class MemberKind(StrEnum):
    """From where a member comes."""

    UNIVERSITY_SUPERVISOR = "university_supervisor"
    """Supervises at a mobile station (流动站合作导师)."""
    INDUSTRY = "industry"
    OUTSIDE = "outside"
    """From outside the unit that the panel is about (外单位专家)."""
    OFFICIAL = "official"
    OTHER = "other"


@dataclass(frozen=True)
class Composition:
    """What a purpose asks of its panel; figures by their names among the terms."""

    least: str
    grades: tuple[Grade, ...]
    """Which may be given, the best first."""
    most: str | None = None
    supervisors: str | None = None
    outside: str | None = None
    advisor_chairs: bool = True
    by_office: bool = False
    """Whether the office convenes it, and nobody of the unit sits on it."""
    scored: bool = False
    """Whether members give points, from which the grade follows."""
    reports: frozenset[str] = frozenset()
    """Of a fellow, which documents it assesses: there before the experts are called."""


_ALL = tuple(Grade)
_PASS = (Grade.PASSED, Grade.FAILED)

COMPOSITION: dict[Purpose, Composition] = {
    Purpose.SET_UP: Composition("SET_UP_PANEL", _PASS, by_office=True),
    Purpose.ENTRY: Composition("ENTRY_PANEL", _PASS, supervisors="ENTRY_PANEL_MOBILE"),
    Purpose.MID_TERM: Composition(
        "MIDTERM_PANEL",
        (Grade.EXCELLENT, Grade.PASSED, Grade.FAILED),
        most="MIDTERM_PANEL_MOST",
        advisor_chairs=False,
        reports=frozenset({"midterm_report"}),
    ),
    Purpose.EXIT: Composition(
        "EXIT_PANEL", _ALL, outside="EXIT_PANEL_OUTSIDE", reports=frozenset({"exit_report"})
    ),
    Purpose.EVALUATION: Composition("EVALUATION_PANEL", _ALL, by_office=True, scored=True),
    Purpose.GRANT: Composition("GRANT_PANEL", _PASS, by_office=True),
}


@dataclass(frozen=True)
class Seat:
    """A member as far as composition and conflicts ask."""

    login: str
    name: str
    kind: str
    organisation: str
    advisor: bool
    chair: bool


@dataclass(frozen=True)
class Breach:
    """What a panel lacks or has too much of; `code` is stable."""

    code: Literal[
        "too-few", "too-many", "too-few-supervisors", "too-few-outside", "chairs", "advisor-chairs"
    ]
    needed: int
    found: int


FOR_GOOD = frozenset({"too-many", "advisor-chairs"})
"""Which breaches no further member mends."""


def breaches(purpose: Purpose, seats: Collection[Seat], terms: Terms) -> list[Breach]:
    """Return how a panel breaks the rules of its purpose."""
    asked = COMPOSITION[purpose]
    found: list[Breach] = []

    def at_least(code: str, term: str | None, number: int) -> None:
        if term is not None and number < terms[term]:
            found.append(Breach(code, terms[term], number))  # type: ignore[arg-type]

    at_least("too-few", asked.least, len(seats))
    if asked.most is not None and len(seats) > terms[asked.most]:
        found.append(Breach("too-many", terms[asked.most], len(seats)))
    supervisors = [each for each in seats if each.kind == MemberKind.UNIVERSITY_SUPERVISOR]
    at_least("too-few-supervisors", asked.supervisors, len(supervisors))
    outside = [each for each in seats if each.kind == MemberKind.OUTSIDE]
    at_least("too-few-outside", asked.outside, len(outside))
    chairs = [each for each in seats if each.chair]
    if len(chairs) != 1:
        found.append(Breach("chairs", 1, len(chairs)))
    advising = [each for each in chairs if each.advisor]
    if advising and not asked.advisor_chairs:
        found.append(Breach("advisor-chairs", 0, len(advising)))
    return found


def twice(seats: Sequence[Seat]) -> int | None:
    """Return the place of the first who sits already: by login, or by name and organisation."""
    seen: set[tuple[str, ...]] = set()
    for place, seat in enumerate(seats):
        marks = {(seat.login,), (same(seat.name), same(seat.organisation))}
        if not marks.isdisjoint(seen):
            return place
        seen |= marks
    return None


@dataclass(frozen=True)
class Interests:
    """Who is too near to what a panel assesses."""

    person: str | None
    """The login of whom it is about."""
    agents: frozenset[str]
    """Who acts for the unit."""
    names: frozenset[str]
    """What the unit is called, as `same` has it."""
    advisor: str | None = None
    """The name of the fellow's advisor, as `same` has it."""


def conflict(
    purpose: Purpose, seat: Seat, near: Interests
) -> Literal["subject", "same-unit", "advisor-not-said"] | None:
    """Return why someone may not sit, as far as can be found; what they know they declare."""
    if seat.login == near.person:
        return "subject"
    of_unit = seat.login in near.agents or same(seat.organisation) in near.names
    if of_unit and (COMPOSITION[purpose].by_office or seat.kind == MemberKind.OUTSIDE):
        return "same-unit"
    if near.advisor is not None and same(seat.name) == near.advisor and not seat.advisor:
        return "advisor-not-said"
    return None


def same(text: str) -> str:
    """Return what is alike of two spellings of one name."""
    return "".join(text.split()).casefold()


def needed_for_quorum(members: int, terms: Terms) -> int:
    """Return how many of the members must have voted: the share is kept in thirds."""
    return -(-members * terms["PANEL_QUORUM"] // 3)


@dataclass(frozen=True)
class Ballot:
    """What one member says; points where the purpose asks for them."""

    grade: str
    score: int | None = None


@dataclass(frozen=True)
class Result:
    grade: Grade
    score: int | None
    """In hundredths of a point."""


def result(purpose: Purpose, ballots: Sequence[Ballot], terms: Terms) -> Result:
    """Return what follows from the votes, of which there is at least one.

    With points, the grade of their mean. Without, the best grade that the asked share of those
    who voted (PANEL_MAJORITY, in thirds) gave or exceeded; the worst where there is none.
    """
    asked = COMPOSITION[purpose]
    scores = [each.score for each in ballots if each.score is not None]
    score = (200 * sum(scores) + len(scores)) // (2 * len(scores)) if scores else None
    if asked.scored and score is not None:
        return Result(grade_of(score, terms), score)
    place = {grade: number for number, grade in enumerate(asked.grades)}
    for grade in asked.grades:
        for_it = sum(place[Grade(each.grade)] <= place[grade] for each in ballots)
        if 3 * for_it >= terms["PANEL_MAJORITY"] * len(ballots):
            return Result(grade, score)
    raise AssertionError("all votes are at least the worst grade")


def grade_of(score: int, terms: Terms) -> Grade:
    """Return the grade of points in hundredths."""
    for grade, term in _FROM.items():
        if score >= 100 * terms[term]:
            return grade
    return Grade.FAILED


_FROM = {
    Grade.EXCELLENT: "SCORE_EXCELLENT",
    Grade.GOOD: "SCORE_GOOD",
    Grade.PASSED: "SCORE_PASSED",
}


def passes(grades: Iterable[str]) -> bool:
    """Tell whether none of the grades is the failing one."""
    return all(grade != Grade.FAILED for grade in grades)
