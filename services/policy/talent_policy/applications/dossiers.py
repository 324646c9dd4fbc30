"""One application as a reviewer needs it: on one screen, in one answer."""

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.clock import local_date
from talent_kit.personal import Erased

from ..facts.reading import as_json
from ..facts.vocabulary import catalogue, definitions
from ..library.parts import Parts
from ..models.applications import Application, Decision
from ..packs.compiling import PublishedPack
from ..packs.records import MeasureDecision
from . import deciding, reading, repository
from .deciding import Grounds
from .rules import waiting_days
from .schemas import (
    Dossier,
    DossierDecision,
    DossierFact,
    DossierRequirement,
    Purpose,
)


async def dossier(
    session: AsyncSession, parts: Parts, who: Principal, row: Application, purpose: Purpose
) -> Dossier:
    """Return an application with its grounds as they stand now; kept in the audit log."""
    pack, decision = await deciding.reassess(session, parts, row)
    measure = decision.result.measure.content
    await audit.record(
        session,
        parts.clock,
        actor=who.subject,
        action="application.dossier-read",
        subject=str(row.id),
        region=row.region,
        purpose=purpose,
    )
    made_before = await repository.decisions(session, row.id)
    waits = None
    if row.step is not None:
        today = local_date(parts.clock.now())
        waits = waiting_days(local_date(row.waiting_since), today)
    return Dossier(
        application=await reading.application(session, row),
        waiting_days=waits,
        talent_id=row.talent_id,
        employer_id=row.employer_id,
        title=measure.title,
        article=pack.rules.citations[measure.article],
        outcome=decision.record.result.outcome.value,
        amount_fen=decision.record.result.amount_fen,
        requirements=_requirements(pack, decision),
        facts=_facts(decision),
        missing=list(decision.record.result.missing),
        unverified=deciding.unverified(decision),
        papers=list(measure.papers),
        history=[await _past(session, parts, made) for made in made_before],
        version=row.version,
    )


def _requirements(pack: PublishedPack, decision: MeasureDecision) -> list[DossierRequirement]:
    words = decision.result.measure.conditions
    return [
        DossierRequirement(
            **dict(found),
            text=words[found.id].text,
            article=pack.rules.citations[words[found.id].article],
        )
        for found in decision.record.result.requirements
    ]


def _facts(decision: MeasureDecision) -> list[DossierFact]:
    sources = catalogue().sources
    return [
        DossierFact(
            name=name,
            label=definitions()[name].label,
            value=as_json(fact.value),
            source=fact.source,
            source_label=sources.get(fact.source),
            verified=fact.verified,
            observed_at=fact.observed_at,
        )
        for name, fact in sorted(decision.facts.items())
    ]


async def _past(session: AsyncSession, parts: Parts, made: Decision) -> DossierDecision:
    grounds: Grounds | None
    try:
        grounds = await deciding.grounds_of(session, parts, made)
    except Erased:
        grounds = None
    return DossierDecision.model_validate(
        {
            "number": made.number,
            "result": made.result,
            "decided_at": made.decided_at,
            "decided_by": made.decided_by,
            "amount_fen": made.amount_fen,
            "reason": grounds.reason if grounds else None,
            "determinations": list(grounds.determinations) if grounds else [],
        }
    )
