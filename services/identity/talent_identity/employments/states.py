"""The states of an employment, and what each act makes of them."""

from collections.abc import Mapping
from enum import StrEnum


class Status(StrEnum):
    DECLARED = "declared"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    ENDED = "ended"


class Word(StrEnum):
    """On whose word an employment is declared; an office's needs nobody else's."""

    TALENT = "talent"
    EMPLOYER = "employer"
    OFFICE = "office"


class Act(StrEnum):
    """`EDIT` is the talent's, `END` the employer's; the others are the side's that is asked."""

    EDIT = "edit"
    CONFIRM = "confirm"
    REJECT = "reject"
    END = "end"


TRANSITIONS: Mapping[tuple[Status, Act], Status] = {
    (Status.DECLARED, Act.EDIT): Status.DECLARED,
    (Status.REJECTED, Act.EDIT): Status.DECLARED,
    (Status.DECLARED, Act.CONFIRM): Status.CONFIRMED,
    (Status.DECLARED, Act.REJECT): Status.REJECTED,
    (Status.CONFIRMED, Act.END): Status.ENDED,
}


def after(status: Status, act: Act) -> Status | None:
    """Return the state after an act, or None where the act is not possible."""
    return TRANSITIONS.get((status, act))
