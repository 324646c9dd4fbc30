"""What becomes of each row that an authority's list files."""

from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from talent_kit.problems import Problem


class Outcome(StrEnum):
    """`known` rows were on file already, so that a list filed twice changes nothing."""

    FILED = "filed"
    KNOWN = "known"
    REFUSED = "refused"


class Filed(NamedTuple):
    """One row's outcome: the id of what is on file, or the problem that a single request gets."""

    outcome: Outcome
    id: UUID | None = None
    problem: Problem | None = None
    waits: bool = False
    """Whether the row is them is for the person alone to say: the sender is not told."""

    @classmethod
    def refused(cls, problem: Problem) -> "Filed":
        return cls(Outcome.REFUSED, problem=problem)
