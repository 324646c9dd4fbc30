"""When a warning is raised and what follows from a day that passed."""

from datetime import date, timedelta
from enum import StrEnum

from talent_rules.spans import plus_months

from ..terms.rules import Terms


class Cause(StrEnum):
    """Why a station is warned."""

    EVALUATION = "evaluation"
    """It failed its evaluation."""
    IDLE = "idle"
    """Nobody entered it for years."""


class Status(StrEnum):
    OPEN = "open"
    SUSPENDED = "suspended"
    """The day passed; benefits are suspended until a further day."""
    PROPOSED = "proposed"
    """Revocation is proposed: the office decides, once nobody is in the station any more."""
    MENDED = "mended"
    CLOSED = "closed"
    """Its station was merged or revoked."""


def cutoff(today: date, years: int) -> date:
    """Return the last day of which the anniversary after so many years is today or before.

    An anniversary of 29 February is 1 March in common years.
    """
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # today is 29 February, and that year had none
        return date(today.year - years, 2, 28)


def mend_until(warned_on: date, terms: Terms) -> date:
    """Return the last day of the time that a warned station has, the day of warning not counted."""
    return plus_months(warned_on, terms["WARNING_MONTHS"])


def suspended_until(suspended_on: date, terms: Terms) -> date:
    """Return the last day of a suspension before revocation is proposed."""
    return plus_months(suspended_on, terms["SUSPENSION_MONTHS"])


def remind_on(due: date, today: date, terms: Terms) -> date:
    """Return the day from which people are reminded of another."""
    return max(today, due - timedelta(days=terms["REMIND_AHEAD"]))


def after_the_day(cause: str, status: str) -> Status:
    """Return what a warning becomes once its day has passed and nothing was mended.

    Idle stations lose their benefits first; a failed evaluation leads straight to the proposal.
    """
    if cause == Cause.IDLE and status == Status.OPEN:
        return Status.SUSPENDED
    return Status.PROPOSED
