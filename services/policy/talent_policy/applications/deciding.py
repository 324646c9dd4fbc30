"""Assessing an application by the rules, and keeping the grounds of each decision."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.personal import Erased
from talent_kit.regions import regions
from talent_rules import Outcome, State, WorkingCalendar

from ..disbursements.errors import AlreadyClaimed
from ..entitlements.repository import claimed
from ..facts.errors import NoSubject
from ..facts.gathering import facts_of
from ..facts.known import Parties as SubjectParties
from ..facts.known import SubjectFacts
from ..facts.vocabulary import SubjectKind
from ..library.counting import counted_then, with_counts
from ..library.parts import Parts
from ..library.service import published_pack
from ..models.applications import Application, Decision
from ..packs.compiling import PublishedPack
from ..packs.deciding import claims, environment
from ..packs.records import (
    CannotReplay,
    DecisionRecord,
    MeasureDecision,
    evaluate_measure,
    replay,
)
from . import repository
from .errors import DeterminationMissing, FactsMissing, FactsUnverified, NotEligible
from .rules import undecided
from .schemas import Determination


class Grounds(BaseModel):
    """What is sealed with a decision: the rules' record and the person's words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    record: DecisionRecord
    determinations: tuple[Determination, ...] = ()
    reason: str | None = None


async def gather(
    session: AsyncSession,
    parts: Parts,
    pack: PublishedPack,
    subject: tuple[SubjectKind, UUID],
    day: date,
) -> SubjectFacts:
    """Return what is known of the subject of an application, with the counters of the pack.

    Raises NoSubject.
    """
    facts = await facts_of(session, parts.vault, *subject, day)
    return (await with_counts(session, [(facts, [pack])], day))[0]


def assess(
    pack: PublishedPack,
    measure: str,
    subject: SubjectFacts,
    as_of: date,
    determinations: Sequence[Determination] = (),
) -> MeasureDecision:
    """Evaluate a measure for a subject; determinations settle what is left to a person."""
    settled = {given.requirement: given.satisfied for given in determinations}
    return evaluate_measure(pack, measure, subject, as_of, regions(), determinations=settled)


async def reassess(
    session: AsyncSession,
    parts: Parts,
    application: Application,
    determinations: Sequence[Determination] = (),
    facts: SubjectFacts | None = None,
) -> tuple[PublishedPack, MeasureDecision]:
    """Evaluate an application anew: its own pack version and day, the facts now on file.

    `facts` are those of its subject where they were gathered with those of others. What was granted
    does not count itself: its counters are those that its decision saw.
    """
    pack = await published_pack(session, parts.packs, application.pack_id)
    kind, day = SubjectKind(application.subject_kind), application.as_of
    try:
        if facts is None:
            subject = await gather(session, parts, pack, (kind, application.subject_id), day)
        else:
            subject = (await with_counts(session, [(facts, [pack])], day))[0]
    except NoSubject:  # such as an employment that was rejected meanwhile: nothing is known of it
        subject = SubjectFacts(_parties(application), application.region, {})
    measure = pack.rules.measures[application.measure]
    if measure.counters and not undecided(application.status):
        granting = await repository.last_decision(session, application.id, "approved")
        with suppress(Erased):
            if granting is not None:
                then = counted_then((await grounds_of(session, parts, granting)).record)
                subject = replace(subject, counted={measure.scope: then})
    return pack, assess(pack, application.measure, subject, day, determinations)


def _parties(application: Application) -> SubjectParties:
    return SubjectParties(
        SubjectKind(application.subject_kind),
        application.subject_id,
        person=application.talent_id,
        organisation=application.employer_id,
    )


def refuse_ineligible(decision: MeasureDecision) -> None:
    """Raise NotEligible with the requirements that are not met."""
    if decision.result.outcome is Outcome.INELIGIBLE:
        texts = decision.result.measure.conditions
        raise NotEligible(
            requirements=[
                {
                    "id": found.id,
                    "article": texts[found.id].article,
                    "text": texts[found.id].text.model_dump(),
                }
                for found in decision.result.requirements
                if found.state is State.FALSE
            ]
        )


async def refuse_claimed(
    session: AsyncSession, pack: PublishedPack, decision: MeasureDecision, facts: SubjectFacts
) -> None:
    """Raise AlreadyClaimed where a person would have to decide on what was granted before.

    What the rules grant at once, the award refuses.
    """
    measure = pack.rules.measures[decision.record.measure]
    if decision.claims:
        return
    env = environment(pack.rules, decision.record.as_of, regions(), WorkingCalendar())
    with suppress(LookupError):  # a part is not known yet
        made = claims(measure, facts.parties, facts.values, env)
        if await claimed(session, set(made)):
            raise AlreadyClaimed


def require_approvable(decision: MeasureDecision) -> None:
    """Raise what still stands against an approval.

    NotEligible, DeterminationMissing, FactsMissing, or FactsUnverified: a declared fact becomes a
    verified one by the reviewer's own observation.
    """
    refuse_ineligible(decision)
    result = decision.result
    if result.outcome is Outcome.NEEDS_PERSON:
        open_ = [found.id for found in result.requirements if found.state is State.REFERRED]
        raise DeterminationMissing(requirements=open_)
    if result.outcome is Outcome.UNKNOWN:
        raise FactsMissing(facts=list(result.missing))
    if not decision.on_verified_facts:
        raise FactsUnverified(facts=unverified(decision))


def unverified(decision: MeasureDecision) -> list[str]:
    """Return the facts that were looked at and are declared only."""
    return [name for name, fact in sorted(decision.facts.items()) if not fact.verified]


async def record(
    session: AsyncSession,
    parts: Parts,
    application: Application,
    decision: MeasureDecision,
    result: Literal["approved", "rejected", "returned"],
    by: str | None,
    *,
    determinations: Sequence[Determination] = (),
    reason: str | None = None,
) -> None:
    """Keep a decision with its grounds, sealed with the data key of whoever it is about."""
    owner = application.talent_id or application.employer_id
    if owner is None:
        raise LookupError("an application without parties")
    # One that nothing has changed yet was not decided either.
    fresh = application.version == 1
    before = 0 if fresh else await repository.decisions_made(session, application.id)
    row = Decision(
        application_id=application.id,
        number=before + 1,
        result=result,
        decided_by=by,
        decided_at=parts.clock.now(),
        pack_digest=decision.record.pack_digest,
        as_of=application.as_of,
        amount_fen=decision.result.amount_fen if result == "approved" else None,
        key_owner=owner,
        record_sealed=b"",
    )
    grounds = Grounds(record=decision.record, determinations=tuple(determinations), reason=reason)
    key = await parts.vault.data_key(session, owner)
    row.record_sealed = key.seal(grounds.model_dump_json(), "decision", "record", row.id)
    session.add(row)
    await session.flush()


async def grounds_of(session: AsyncSession, parts: Parts, row: Decision) -> Grounds:
    """Open the grounds of a decision; raises Erased."""
    key = await parts.vault.data_key(session, row.key_owner)
    opened = key.open(row.record_sealed, "decision", "record", row.id)
    return Grounds.model_validate_json(opened)


async def settled_by_person(
    session: AsyncSession, parts: Parts, application: Application
) -> tuple[Determination, ...]:
    """Return what a person decided when the application was approved; raises Erased."""
    row = await repository.last_decision(session, application.id)
    return () if row is None else (await grounds_of(session, parts, row)).determinations


async def replays(
    session: AsyncSession, parts: Parts, application: Application, grounds: Grounds
) -> bool:
    """Tell whether the rules, asked again, give what they gave."""
    pack = await published_pack(session, parts.packs, application.pack_id)
    try:
        return replay(grounds.record, pack.rules, regions()) == grounds.record.result
    except CannotReplay:
        return False
