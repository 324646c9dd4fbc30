"""What is known of one subject at one day, and where each fact comes from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from talent_rules import Value

from .vocabulary import SubjectKind

EMPLOYER = "employer"
"""The source of what an employer confirms of an employment."""
REVIEWER = "reviewer"
"""The source of what a reviewer has seen proof of."""


class KnownFact(NamedTuple):
    """A fact's value with its provenance."""

    value: Value
    source: str
    verified: bool
    observed_at: datetime

    @property
    def weight(self) -> int:
        """2 for a register's word, 1 for what a reviewer has seen proof of, 0 for a declaration."""
        return 0 if not self.verified else 1 if self.source == REVIEWER else 2


class Parties(NamedTuple):
    """The subjects of one evaluation: the one that it is evaluated per, and who take part in it."""

    kind: SubjectKind
    id: UUID
    person: UUID | None = None
    organisation: UUID | None = None

    def of(self, kind: SubjectKind) -> UUID | None:
        """Return the party of a kind."""
        if kind is self.kind:
            return self.id
        if kind is SubjectKind.PERSON:
            return self.person
        return self.organisation if kind is SubjectKind.ORGANISATION else None


@dataclass(frozen=True)
class SubjectFacts:
    """All known facts about the parties of one evaluation."""

    parties: Parties
    region: str
    """Where the matter, the employment's organisation, or the person belongs."""
    known: Mapping[str, KnownFact]
    counted: Mapping[str, Mapping[str, KnownFact]] = field(default_factory=dict)
    """What measures have granted already, by the measure's scope: see `library.counting`."""
    one_hand: bool = False
    """The talent is or was an agent of the employer: no register's word on what is between them."""

    @cached_property
    def values(self) -> dict[str, Value]:
        return {name: fact.value for name, fact in self.known.items()}


class Stated(NamedTuple):
    """What one source says of a fact, with the days on which it holds, both inclusive."""

    fact: KnownFact
    valid_from: date | None
    valid_until: date | None


def prevailing(statements: Iterable[Stated], as_of: date) -> KnownFact | None:
    """Return the fact that counts: a register's word beats a reviewer's, that a declaration's.

    Among equals the newest wins.

    Of two observed at the same instant the source that comes first by name counts, so that the
    answer does not depend on the order of rows.
    """
    holding = [
        stated.fact
        for stated in statements
        if (stated.valid_from is None or stated.valid_from <= as_of)
        and (stated.valid_until is None or as_of <= stated.valid_until)
    ]
    if len(holding) == 1:
        return holding[0]
    holding.sort(key=lambda fact: fact.source)
    return max(holding, key=lambda fact: (fact.weight, fact.observed_at), default=None)
