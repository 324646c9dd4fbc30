"""The states of a position, and what each act makes of them."""

from collections.abc import Mapping
from enum import StrEnum


class Status(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    """Nobody may apply any more; those who did can still be accepted."""
    FILLED = "filled"
    TAKEN_DOWN = "taken_down"
    """By the office (下架): nobody sees it, nobody is accepted any more."""


class Act(StrEnum):
    EDIT = "edit"
    PUBLISH = "publish"
    CLOSE = "close"
    APPLY = "apply"
    ACCEPT = "accept"
    FILL = "fill"
    """Accept the last one wanted."""
    TAKE_DOWN = "take_down"
    RELEASE = "release"
    """Give back the place of somebody accepted, who does not come."""


TRANSITIONS: Mapping[tuple[Status, Act], Status] = {
    (Status.DRAFT, Act.EDIT): Status.DRAFT,
    (Status.DRAFT, Act.PUBLISH): Status.PUBLISHED,
    (Status.DRAFT, Act.CLOSE): Status.CLOSED,
    (Status.PUBLISHED, Act.EDIT): Status.PUBLISHED,
    (Status.PUBLISHED, Act.CLOSE): Status.CLOSED,
    (Status.PUBLISHED, Act.APPLY): Status.PUBLISHED,
    (Status.PUBLISHED, Act.ACCEPT): Status.PUBLISHED,
    (Status.PUBLISHED, Act.FILL): Status.FILLED,
    (Status.PUBLISHED, Act.RELEASE): Status.PUBLISHED,
    (Status.CLOSED, Act.ACCEPT): Status.CLOSED,
    (Status.CLOSED, Act.FILL): Status.FILLED,
    (Status.CLOSED, Act.RELEASE): Status.CLOSED,
    (Status.FILLED, Act.RELEASE): Status.CLOSED,
    (Status.PUBLISHED, Act.TAKE_DOWN): Status.TAKEN_DOWN,
    (Status.CLOSED, Act.TAKE_DOWN): Status.TAKEN_DOWN,
    (Status.FILLED, Act.TAKE_DOWN): Status.TAKEN_DOWN,
    (Status.TAKEN_DOWN, Act.RELEASE): Status.TAKEN_DOWN,
}


def after(status: str, act: Act) -> Status | None:
    """Return the state after an act, or None where the act is not possible."""
    return TRANSITIONS.get((Status(status), act))
