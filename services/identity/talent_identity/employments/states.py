"""The states of an employment, and what each act makes of them."""

from collections.abc import Mapping
from enum import StrEnum


class Status(StrEnum):
    DECLARED = "declared"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    ENDED = "ended"


class Act(StrEnum):
    """`EDIT` is the talent's; the others are the employer's."""

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
