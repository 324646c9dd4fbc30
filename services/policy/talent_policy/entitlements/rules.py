"""What is kept of a measure for a subject, and what changed since it was kept."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from talent_rules import Environment, Outcome

from ..facts.known import SubjectFacts
from ..packs.compiling import CompiledMeasure, PublishedPack
from ..packs.deciding import Claim, claims, decide

REGISTER = 2
"""The weight of a register's word."""


class Kept(NamedTuple):
    """What a match says, as it is stored."""

    pack_id: UUID
    region: str
    talent_id: UUID | None
    employer_id: UUID | None
    outcome: str
    amount_fen: int | None
    by_registers: bool
    applied: bool


class Place(NamedTuple):
    """Which match: the subject's, of a measure of a pack."""

    subject_id: UUID
    pack_name: str
    measure: str


class Sort(NamedTuple):
    """What a figure counts."""

    region: str
    pack_name: str
    measure: str
    subject_kind: str
    outcome: str
    applied: bool


Figures = Mapping[Sort, tuple[int, int]]
"""Subjects and fen to add to each figure, which may be below zero."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A measure that comes to something for a subject."""

    pack: PublishedPack
    measure: CompiledMeasure
    facts: SubjectFacts
    outcome: Outcome
    amount_fen: int | None
    by_registers: bool
    mode: str
    claims: tuple[Claim, ...]

    @property
    def place(self) -> Place:
        return Place(self.facts.parties.id, self.pack.name, self.measure.content.id)

    def kept(self, *, applied: bool) -> Kept:
        parties = self.facts.parties
        return Kept(
            self.pack.id,
            self.facts.region,
            parties.person,
            parties.organisation,
            self.outcome.value,
            self.amount_fen,
            self.by_registers,
            applied,
        )


def judge(
    pack: PublishedPack, measure: CompiledMeasure, subject: SubjectFacts, env: Environment
) -> Judged | None:
    """Decide a measure without its reasons; None where the subject is not entitled."""
    known, values = subject.known, subject.values
    counted = subject.counted.get(measure.scope)
    if counted:
        known = {**known, **counted}
        values = {**values, **{name: fact.value for name, fact in counted.items()}}
    result = decide(measure, values, env, brief=True)
    if result.outcome is Outcome.INELIGIBLE:
        return None
    by_registers = False
    if result.outcome is Outcome.ELIGIBLE and not subject.one_hand:
        used = [(name, known[name]) for name in measure.reads if name in known]
        sure = {name: fact.value for name, fact in used if fact.weight >= REGISTER}
        if len(sure) == len(used):
            by_registers = True
        else:
            again = decide(measure, sure, env)
            by_registers = (again.outcome, again.amount_fen) == (
                result.outcome,
                result.amount_fen,
            )
    made: tuple[Claim, ...] = ()
    if result.outcome is Outcome.ELIGIBLE:
        made = claims(measure, subject.parties, values, env)
    return Judged(
        pack,
        measure,
        subject,
        result.outcome,
        result.amount_fen,
        by_registers,
        result.mode,
        made,
    )


@dataclass(frozen=True)
class Difference:
    """What to write so that the kept matches say what was judged now."""

    changed: Mapping[Place, Judged]
    gone: tuple[Place, ...]
    figures: Figures


def differences(
    before: Mapping[Place, tuple[str, Kept]],
    now: Iterable[tuple[Judged, bool]],
) -> Difference:
    """Compare what was kept (the subject's kind and the match) with what was judged."""
    changed: dict[Place, Judged] = {}
    left = dict(before)
    subjects: Counter[Sort] = Counter()
    amounts: Counter[Sort] = Counter()

    def count(place: Place, kind: str, kept: Kept, sign: int) -> None:
        sort = Sort(kept.region, place.pack_name, place.measure, kind, kept.outcome, kept.applied)
        subjects[sort] += sign
        amounts[sort] += sign * (kept.amount_fen or 0)

    for judged, applied in now:
        place, kept = judged.place, judged.kept(applied=applied)
        was = left.pop(place, None)
        if was is not None and was[1] == kept:
            continue
        changed[place] = judged
        if was is not None:
            count(place, *was, -1)
        count(place, judged.facts.parties.kind.value, kept, 1)
    for place, was in left.items():
        count(place, *was, -1)
    figures = {
        sort: (subjects[sort], amounts[sort])
        for sort in subjects
        if subjects[sort] or amounts[sort]
    }
    return Difference(changed, tuple(left), figures)
