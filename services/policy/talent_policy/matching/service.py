"""Who is entitled to what: on given facts, or on those that are stored."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal
from talent_kit.clock import Clock, local_date
from talent_kit.pagination import Page, PageParams
from talent_kit.personal import Vault
from talent_kit.regions import regions
from talent_rules import RegionError, Value, WorkingCalendar

from ..callers import acts_for_employer, employer_of, talent_of
from ..facts import repository as subjects
from ..facts.gathering import facts_of_many
from ..facts.known import SubjectFacts
from ..facts.reading import as_json, read_facts
from ..facts.vocabulary import SubjectKind, assumed, parties_of
from ..library.cache import PackCache
from ..library.counting import with_counts
from ..library.service import packs_in_force
from ..packs.compiling import CompiledMeasure, PublishedPack
from ..packs.deciding import decide, environment
from ..packs.records import MeasureDecision, evaluate_measure
from .errors import MeasureUnknown, RegionUnknown
from .explaining import explain
from .schemas import (
    EvaluationCreate,
    EvaluationRead,
    FactProvenance,
    Match,
    MeasureOutcome,
    PackUsed,
    SubjectMatches,
    SubjectRead,
)


async def evaluate(
    session: AsyncSession, cache: PackCache, asked: EvaluationCreate, language: str
) -> EvaluationRead:
    """Answer a question on given facts; raises FactsInvalid, RegionUnknown, MeasureUnknown."""
    given = read_facts(asked.facts, asked.as_of, language)
    values = {**assumed(), **given}
    try:
        packs = await packs_in_force(session, cache, asked.region, asked.as_of)
    except RegionError:
        raise RegionUnknown(field="body.region") from None
    if packs:
        _require_known(packs, asked.measures or ())
    return EvaluationRead(
        as_of=asked.as_of,
        region=asked.region,
        packs=[_used(pack) for pack in packs],
        assumed=_assumed(packs, asked, given),
        measures=[outcome for pack in packs for outcome in answer(pack, asked, values, language)],
    )


def _assumed(
    packs: Sequence[PublishedPack], asked: EvaluationCreate, given: Mapping[str, Value]
) -> dict[str, Any]:
    """Return what was assumed of the facts that the answered measures look at."""
    reads = frozenset[str]().union(
        *(measure.reads for pack in packs for measure in _answered(pack, asked))
    )
    taken = assumed().keys() - given.keys()
    return {name: as_json(assumed()[name]) for name in sorted(taken & reads)}


def answer(
    pack: PublishedPack, asked: EvaluationCreate, values: Mapping[str, Value], language: str
) -> list[MeasureOutcome]:
    """Return what each measure of a pack comes to, to which the asking subject is a party."""
    env = environment(pack.rules, asked.as_of, regions(), WorkingCalendar())
    return [
        explain(pack.rules, decide(measure, values, env), asked.as_of, language)
        for measure in _answered(pack, asked)
    ]


def _answered(pack: PublishedPack, asked: EvaluationCreate) -> list[CompiledMeasure]:
    return [
        measure
        for measure in pack.rules.measures.values()
        if asked.subject in parties_of(measure.content.per)
        and (asked.measures is None or measure.content.id in asked.measures)
    ]


def _require_known(packs: Sequence[PublishedPack], measures: Sequence[str]) -> None:
    known = {measure for pack in packs for measure in pack.rules.measures}
    for index, measure in enumerate(measures):
        if measure not in known:
            raise MeasureUnknown(field=f"body.measures.{index}")


class _Caller(NamedTuple):
    """For whom matches are listed: the talent's own, or the employer's."""

    talent_id: UUID | None
    employer_id: UUID | None

    @property
    def alone(self) -> tuple[SubjectKind, UUID]:
        if self.talent_id is not None:
            return SubjectKind.PERSON, self.talent_id
        if self.employer_id is not None:
            return SubjectKind.ORGANISATION, self.employer_id
        raise LookupError("a caller who is nobody")

    def sees(self, measure: CompiledMeasure) -> bool:
        """Tell whether a measure is shown: what a person may get is not the employer's affair."""
        return self.talent_id is not None or measure.content.payee == "organisation"


async def matches(
    session: AsyncSession,
    vault: Vault,
    clock: Clock,
    cache: PackCache,
    who: Principal,
    page: PageParams,
    language: str,
) -> Page[SubjectMatches]:
    """List what applies today to the caller, then to the caller's employments and matters."""
    caller = await _caller(session, who)
    today = local_date(clock.now())
    listed, cursor = await subjects.subject_page(
        session, page, talent_id=caller.talent_id, employer_id=caller.employer_id
    )
    if page.below is None:
        listed.insert(0, caller.alone)
    gathered = await facts_of_many(session, vault, listed, today)
    packs = {
        region: await _packs(session, cache, region, today)
        for region in {facts.region for facts in gathered}
    }
    gathered = await with_counts(
        session, [(facts, packs[facts.region]) for facts in gathered], today
    )
    found = [_matches(facts, packs[facts.region], today, caller, language) for facts in gathered]
    return Page(items=[each for each in found if each.measures], next_cursor=cursor)


async def _caller(session: AsyncSession, who: Principal) -> _Caller:
    """Return for whom the caller asks; raises what `callers` does."""
    if acts_for_employer(who):
        return _Caller(None, await employer_of(session, who))
    return _Caller(await talent_of(session, who), None)


async def _packs(
    session: AsyncSession, cache: PackCache, region: str, day: date
) -> list[PublishedPack]:
    try:
        return await packs_in_force(session, cache, region, day)
    except RegionError:
        return []


def _matches(
    facts: SubjectFacts,
    packs: Sequence[PublishedPack],
    day: date,
    caller: _Caller,
    language: str,
) -> SubjectMatches:
    made = []
    for pack in packs:
        made += [
            _match(pack, evaluate_measure(pack, name, facts, day, regions()), day, language)
            for name, measure in pack.rules.measures.items()
            if measure.content.per is facts.parties.kind and caller.sees(measure)
        ]
    return SubjectMatches(
        subject=SubjectRead(kind=SubjectKind(facts.parties.kind), id=facts.parties.id),
        as_of=day,
        region=facts.region,
        packs=[_used(pack) for pack in packs],
        measures=made,
    )


def _match(pack: PublishedPack, decision: MeasureDecision, day: date, language: str) -> Match:
    shown = explain(pack.rules, decision.result, day, language)
    return Match(
        **dict(shown),
        on_verified_facts=decision.on_verified_facts,
        facts=[
            FactProvenance(
                name=name,
                source=fact.source,
                verified=fact.verified,
                observed_at=fact.observed_at,
            )
            for name, fact in sorted(decision.facts.items())
        ],
    )


def _used(pack: PublishedPack) -> PackUsed:
    return PackUsed(id=pack.id, name=pack.name, version=pack.version, digest=pack.rules.digest)
