"""Many applications in one request: each is decided by itself, within one transaction.

A refusal undoes what its own item did and nothing else. What all need is read at once.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal
from talent_kit.database import savepoint
from talent_kit.personal import Erased
from talent_kit.problems import Problem

from ..facts.gathering import facts_of_many
from ..facts.known import SubjectFacts
from ..facts.vocabulary import SubjectKind
from ..library.parts import Parts
from ..models.applications import Application
from . import repository
from . import service as applications
from .errors import ApplicantErased
from .schemas import ApprovalItem, Approve, BatchReport, ItemDone, RefusalItem, Refuse

Item = TypeVar("Item", ApprovalItem, RefusalItem)
Decide = Callable[[Item, SubjectFacts | None], Awaitable[Application]]


async def approve(
    session: AsyncSession,
    parts: Parts,
    who: Principal,
    items: Sequence[ApprovalItem],
    language: str,
) -> BatchReport:
    """Approve one after the other; where a budget ends, those before it stand."""

    async def decide(item: ApprovalItem, facts: SubjectFacts | None) -> Application:
        given = Approve(determinations=item.determinations)
        return await applications.approve(session, parts, who, item.id, given, item.version, facts)

    return await _each(session, parts, items, decide, language)


async def refuse(
    session: AsyncSession,
    parts: Parts,
    who: Principal,
    step: str,
    items: Sequence[RefusalItem],
    language: str,
) -> BatchReport:
    """Reject or return (`step`) one after the other."""

    async def decide(item: RefusalItem, facts: SubjectFacts | None) -> Application:
        given = Refuse(reason=item.reason)
        return await applications.refuse(
            session, parts, who, item.id, step, given, item.version, facts
        )

    return await _each(session, parts, items, decide, language)


async def _each(
    session: AsyncSession,
    parts: Parts,
    items: Sequence[Item],
    decide: Decide[Item],
    language: str,
) -> BatchReport:
    locked = await repository.locked(session, [item.id for item in items])
    facts = await _facts(session, parts, locked.values())
    report = []
    for item in items:
        try:
            report.append(await _one(session, item, decide, facts.get(item.id)))
        except Problem as problem:
            report.append(ItemDone(id=item.id, done=False, problem=problem.body(language)))
    return BatchReport(done=sum(item.done for item in report), items=report)


async def _one(
    session: AsyncSession, item: Item, decide: Decide[Item], facts: SubjectFacts | None
) -> ItemDone:
    try:
        async with savepoint(session):
            row = await decide(item, facts)
            return ItemDone.model_validate(
                {"id": row.id, "done": True, "status": row.status, "version": row.version}
            )
    except Erased as error:
        raise ApplicantErased from error


async def _facts(
    session: AsyncSession, parts: Parts, rows: Iterable[Application]
) -> dict[UUID, SubjectFacts]:
    """Return what is known of each application's subject on its day, a few queries for each day."""
    by_day: defaultdict[date, list[Application]] = defaultdict(list)
    for row in rows:
        by_day[row.as_of].append(row)
    found: dict[UUID, SubjectFacts] = {}
    for day, together in by_day.items():
        subjects = {(SubjectKind(row.subject_kind), row.subject_id) for row in together}
        gathered = {
            (facts.parties.kind, facts.parties.id): facts
            for facts in await facts_of_many(session, parts.vault, list(subjects), day)
        }
        for row in together:
            known = gathered.get((SubjectKind(row.subject_kind), row.subject_id))
            if known is not None:
                found[row.id] = known
    return found
