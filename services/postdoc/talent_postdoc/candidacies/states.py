"""The states of a candidacy, and what each act makes of them."""

from collections.abc import Mapping
from enum import StrEnum


class Status(StrEnum):
    APPLIED = "applied"
    SHORTLISTED = "shortlisted"
    INVITED = "invited"
    INTERVIEWED = "interviewed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """Nobody decided before the position was filled or its texts had to go."""


class Act(StrEnum):
    """`APPLY` and `WITHDRAW` are the doctor's, `LAPSE` the clock's, the others the unit's."""

    APPLY = "apply"
    WITHDRAW = "withdraw"
    SHORTLIST = "shortlist"
    INVITE = "invite"
    RECORD = "record"
    ACCEPT = "accept"
    REFUSE = "refuse"
    LAPSE = "lapse"


OPEN = (Status.APPLIED, Status.SHORTLISTED, Status.INVITED, Status.INTERVIEWED)
"""In which the unit still has to decide."""

TRANSITIONS: Mapping[tuple[Status, Act], Status] = {
    (Status.APPLIED, Act.APPLY): Status.APPLIED,
    (Status.WITHDRAWN, Act.APPLY): Status.APPLIED,
    (Status.APPLIED, Act.SHORTLIST): Status.SHORTLISTED,
    (Status.SHORTLISTED, Act.INVITE): Status.INVITED,
    # Another day or place.
    (Status.INVITED, Act.INVITE): Status.INVITED,
    (Status.INVITED, Act.RECORD): Status.INTERVIEWED,
    (Status.INTERVIEWED, Act.ACCEPT): Status.ACCEPTED,
    **{(status, Act.REFUSE): Status.REFUSED for status in OPEN},
    **{(status, Act.LAPSE): Status.LAPSED for status in OPEN},
    **{(status, Act.WITHDRAW): Status.WITHDRAWN for status in (*OPEN, Status.ACCEPTED)},
}


def after(status: str, act: Act) -> Status | None:
    """Return the state after an act, or None where the act is not possible."""
    return TRANSITIONS.get((Status(status), act))
