"""The states of a grant."""

from enum import StrEnum


class Status(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    """Under review, until the publication of the award has bound."""
    AWARDED = "awarded"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    """Awarded, and ended by the office, or since the fellow left early: nothing more is due."""
