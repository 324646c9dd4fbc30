"""Corrections (更正): a talent objects to a fact of others, a reviewer of the region answers."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import OutsideRegion, Principal, Role
from talent_kit.clock import Clock
from talent_kit.database import violated_constraint
from talent_kit.identifiers import new_id
from talent_kit.pagination import Page, PageParams
from talent_kit.personal import Vault
from talent_kit.problems import Forbidden
from talent_kit.versions import require_version

from ..callers import talent_of
from ..facts.errors import NoSubject, OwnSubject
from ..facts.subjects import acts_as, find_subject, is_party
from ..facts.vocabulary import definitions
from ..models.rights import Correction, CorrectionStatus
from . import repository
from .errors import (
    CorrectionClosed,
    CorrectionOpen,
    FactOfAnother,
    NoCorrection,
    TooManyCorrections,
)
from .schemas import CorrectionClose, CorrectionCreate, CorrectionRead

MAX_OPEN = 10
_WORDS = ("correction", "words_sealed")


async def ask(
    session: AsyncSession,
    vault: Vault,
    clock: Clock,
    who: Principal,
    talent_id: UUID,
    given: CorrectionCreate,
) -> CorrectionRead:
    """Ask for a correction; raises NoSubject, FactOfAnother, CorrectionOpen, TooManyCorrections."""
    subject = await find_subject(session, given.subject.kind, given.subject.id)
    if acts_as(who, subject) != "talent" or subject.region is None:
        raise NoSubject
    fact = definitions().get(given.fact)
    if fact is None or fact.owner is not subject.kind:
        raise FactOfAnother(field="body.fact")
    if await repository.open_corrections(session, talent_id) >= MAX_OPEN:
        raise TooManyCorrections
    row = Correction(
        id=new_id(),
        talent_id=talent_id,
        region=subject.region,
        subject_kind=subject.kind,
        subject_id=subject.id,
        fact=given.fact,
        objection=given.objection,
        words_sealed=None,
        asked_at=clock.now(),
    )
    if given.words is not None:
        key = await vault.data_key(session, talent_id)
        row.words_sealed = key.seal(given.words, *_WORDS, row.id)
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        if violated_constraint(error) == "uq_correction_open":
            raise CorrectionOpen from error
        raise
    await _record(session, clock, who, row, "correction.asked")
    return (await _shown(session, vault, [row]))[0]


async def corrections(
    session: AsyncSession,
    vault: Vault,
    clock: Clock,
    who: Principal,
    status: str | None,
    page: PageParams,
) -> Page[CorrectionRead]:
    """List the caller's own; for a reviewer, those of the region and below, which is audited."""
    if Role.REVIEWER not in who.roles:
        talent_id = await talent_of(session, who)
        rows, following = await repository.corrections_of(session, talent_id, page)
    else:
        if who.region is None:
            raise Forbidden(field="token.region")
        regions = who.regions(clock)
        rows, following = await repository.corrections_in(session, regions, status, page)
        await audit.record_many(
            session,
            clock,
            actor=who.subject,
            action="correction.read",
            subjects=[(f"person:{row.talent_id}", row.region) for row in rows],
        )
    return Page(items=await _shown(session, vault, rows), next_cursor=following)


async def close(
    session: AsyncSession,
    vault: Vault,
    clock: Clock,
    who: Principal,
    correction_id: UUID,
    given: CorrectionClose,
    expected: int,
) -> CorrectionRead:
    """Close a correction as a reviewer of its region who is no party to it."""
    row = await repository.correction(session, correction_id)
    if row is None:
        raise NoCorrection
    if not who.oversees(row.region, clock):
        raise OutsideRegion
    if is_party(who, await find_subject(session, row.subject_kind, row.subject_id)):
        raise OwnSubject
    require_version(row.version, expected)
    if row.status != CorrectionStatus.OPEN:
        raise CorrectionClosed(status_now=row.status)
    row.status, row.closed_at, row.closed_by = given.outcome, clock.now(), who.subject
    row.version += 1
    await session.flush()
    await _record(session, clock, who, row, "correction.closed")
    return (await _shown(session, vault, [row]))[0]


async def _record(
    session: AsyncSession, clock: Clock, who: Principal, row: Correction, action: str
) -> None:
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action=action,
        subject=f"person:{row.talent_id}",
        region=row.region,
        detail={"correction": str(row.id), "fact": row.fact, "status": row.status},
    )


async def _shown(
    session: AsyncSession, vault: Vault, rows: Sequence[Correction]
) -> list[CorrectionRead]:
    keys = await vault.data_keys(session, list({row.talent_id for row in rows}))
    return [
        CorrectionRead(
            **row.model_dump(),
            words=keys[row.talent_id].open(row.words_sealed, *_WORDS, row.id)
            if row.words_sealed is not None and row.talent_id in keys
            else None,
        )
        for row in rows
    ]
