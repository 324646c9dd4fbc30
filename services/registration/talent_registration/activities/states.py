"""The states of an activity, and what each act makes of them."""

from collections.abc import Mapping
from enum import StrEnum


class Status(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    FINISHED = "finished"


class Act(StrEnum):
    """`PUBLISH` and `SEND_BACK` are the reviewing office's, the others the organiser's."""

    EDIT = "edit"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    PUBLISH = "publish"
    CANCEL = "cancel"
    FINISH = "finish"


TRANSITIONS: Mapping[tuple[Status, Act], Status] = {
    (Status.DRAFT, Act.EDIT): Status.DRAFT,
    (Status.DRAFT, Act.SUBMIT): Status.SUBMITTED,
    (Status.SUBMITTED, Act.SEND_BACK): Status.DRAFT,
    (Status.SUBMITTED, Act.PUBLISH): Status.PUBLISHED,
    (Status.DRAFT, Act.CANCEL): Status.CANCELLED,
    (Status.SUBMITTED, Act.CANCEL): Status.CANCELLED,
    (Status.PUBLISHED, Act.CANCEL): Status.CANCELLED,
    (Status.PUBLISHED, Act.FINISH): Status.FINISHED,
}


def after(status: Status, act: Act) -> Status | None:
    """Return the state after an act, or None where the act is not possible."""
    return TRANSITIONS.get((status, act))
