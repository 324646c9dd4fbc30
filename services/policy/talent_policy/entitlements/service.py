"""Matching marked subjects with the measures in force, and keeping what they come to."""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import Clock, local_date
from talent_kit.identifiers import new_id
from talent_kit.regions import regions
from talent_rules import Environment, Outcome, WorkingCalendar

from ..facts.gathering import facts_of_many
from ..facts.known import SubjectFacts
from ..facts.vocabulary import SubjectKind
from ..library.counting import with_counts
from ..library.parts import Parts
from ..library.service import every_pack_in_force, packs_for
from ..offers import service as offers
from ..offers.schemas import Offerable
from ..packs.compiling import CompiledMeasure, PublishedPack
from ..packs.deciding import environment
from . import marks, repository, runs
from .marks import Held, Subject
from .rules import Difference, Figures, Judged, Place, differences, judge

_TURN = 10
"""Subjects judged in one go."""

OFFER = "offer"
"""The mode of a measure that is offered without an application."""


async def match(session: AsyncSession, parts: Parts, held: Mapping[Subject, Held]) -> None:
    """Match what was marked, keep what changed, make and end offers; the marks are done then."""
    subjects = [subject for subject, each in held.items() if each.matched]
    figures = await _match(session, parts, subjects)
    await marks.spread(session, held)
    await marks.remove(session, held.values())
    # Last, since every batch adds to the same rows and waits for the one before.
    await repository.add_to_figures(session, figures)
    await _count(session, parts, held)


async def set_aside(session: AsyncSession, parts: Parts, held: Mapping[Subject, Held]) -> None:
    """Leave out what cannot be matched; its runs do not wait for it."""
    await marks.set_aside(session, held.values())
    await _count(session, parts, held)


async def _count(session: AsyncSession, parts: Parts, held: Mapping[Subject, Held]) -> None:
    done = Counter(run for each in held.values() for run in each.runs)
    await runs.count_matched(session, parts.clock, done)


async def _match(session: AsyncSession, parts: Parts, subjects: Sequence[Subject]) -> Figures:
    """Keep what changed, make and end offers; return what to add to the figures."""
    today = local_date(parts.clock.now())
    ids = [subject.id for subject in subjects]
    before = await repository.kept(session, ids)
    scheme = Scheme(await every_pack_in_force(session, parts.packs, today), today)
    asked = [subject for subject in subjects if subject.kind in scheme.kinds]
    names = scheme.reads({subject.kind for subject in asked})
    gathered = await facts_of_many(session, parts.vault, asked, today, names)
    counted = await with_counts(
        session, [(facts, scheme.packs(facts.region)) for facts in gathered], today
    )
    judged = []
    for number, facts in enumerate(counted):
        judged += scheme.judge(facts)
        if number % _TURN == 0:
            # A request that waits in this process gets its turn.
            await asyncio.sleep(0)
    applied = await _taken(session, ids, judged)
    found = differences(before, [(each, each.place in applied) for each in judged])
    await _keep(session, parts.clock, today, found, applied)
    await offers.follow(
        session,
        parts.clock,
        ids,
        [_offerable(each) for each in judged if each.place not in applied and _is_offer(each)],
    )
    return found.figures


class Scheme:
    """The measures in force on a day, by region and by what they are evaluated per."""

    def __init__(self, packs: Sequence[PublishedPack], day: date) -> None:
        self._packs = packs
        self._day = day
        self._calendar = WorkingCalendar()
        self._in_region: dict[str, list[PublishedPack]] = {}
        self._measures: dict[
            tuple[str, str], list[tuple[PublishedPack, CompiledMeasure, Environment]]
        ] = {}
        every = [measure for pack in packs for measure in pack.rules.measures.values()]
        self.kinds = {measure.content.per for measure in every}
        self._every = every

    def reads(self, kinds: Collection[SubjectKind]) -> set[str]:
        """Return every fact that the measures of some kinds look at."""
        return {name for each in self._every if each.content.per in kinds for name in each.reads}

    def packs(self, region: str) -> list[PublishedPack]:
        """Return the packs that apply in a region."""
        packs = self._in_region.get(region)
        if packs is None:
            packs = self._in_region[region] = packs_for(self._packs, region, self._day)
        return packs

    def judge(self, facts: SubjectFacts) -> list[Judged]:
        """Return what each measure comes to that a subject may be entitled to."""
        place = (facts.region, facts.parties.kind)
        measures = self._measures.get(place)
        if measures is None:
            measures = self._measures[place] = [
                (pack, measure, self._environment(pack))
                for pack in self.packs(facts.region)
                for measure in pack.rules.measures.values()
                if measure.content.per is facts.parties.kind
            ]
        found = (judge(pack, measure, facts, env) for pack, measure, env in measures)
        return [each for each in found if each is not None]

    def _environment(self, pack: PublishedPack) -> Environment:
        return environment(pack.rules, self._day, regions(), self._calendar)


async def _taken(
    session: AsyncSession, ids: Sequence[UUID], judged: Sequence[Judged]
) -> set[Place]:
    """Return what was applied for, or was granted already for another subject."""
    taken = await repository.applied_for(session, ids)
    claims = {claim for each in judged for claim in each.claims}
    granted = await repository.claimed(session, claims)
    return taken | {each.place for each in judged if not granted.isdisjoint(each.claims)}


async def _keep(
    session: AsyncSession, clock: Clock, today: date, found: Difference, applied: set[Place]
) -> None:
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "subject_kind": judged.facts.parties.kind.value,
            "as_of": today,
            "matched_at": clock.now(),
            **place._asdict(),
            **judged.kept(applied=place in applied)._asdict(),
        }
        for place, judged in found.changed.items()
    ]
    await repository.save(session, rows)
    await repository.forget(session, found.gone)


def _is_offer(judged: Judged) -> bool:
    eligible = judged.outcome is Outcome.ELIGIBLE and judged.by_registers
    return judged.mode == OFFER and eligible and bool(judged.claims)


def _offerable(judged: Judged) -> Offerable:
    parties, header = judged.facts.parties, judged.pack.rules.content.pack
    return Offerable(
        subject_kind=parties.kind.value,
        subject_id=parties.id,
        pack_name=judged.pack.name,
        measure=judged.measure.content.id,
        pack_id=judged.pack.id,
        region=judged.facts.region,
        talent_id=parties.person,
        employer_id=parties.organisation,
        payee_kind=judged.measure.content.payee,
        amount_fen=judged.amount_fen or 0,
        expires_on=header.valid_until,
        claims=tuple((claim.scope, claim.key) for claim in judged.claims),
    )
