"""Attaching files to what they belong to, and reading them."""

import asyncio
from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.blobs import Arrived, BlobDamagedError, Blobs
from talent_kit.clock import Clock
from talent_kit.pagination import Page, PageParams

from ..models.documents import Document
from . import errors, repository
from .kinds import kinds
from .schemas import DocumentOut, KindOut, Wanted
from .sides import Side, on_side, reads, side_of


class Limits(NamedTuple):
    """How many documents an affair may have, and of how many bytes together."""

    many: int
    size: int


async def require_side(
    session: AsyncSession, clock: Clock, who: Principal, subject_kind: str, subject_id: UUID
) -> Side:
    """Return the parties to a subject, of whom the caller is one; raises SubjectNotFound."""
    side = await side_of(session, subject_kind, subject_id)
    if side is None or not await on_side(session, clock, who, side):
        raise errors.SubjectNotFound(field="query.subject_id")
    return side


async def attach(
    session: AsyncSession,
    blobs: Blobs,
    clock: Clock,
    who: Principal,
    kind: str,
    subject_kind: str,
    subject_id: UUID,
    file: Arrived,
    limits: Limits,
) -> DocumentOut:
    """Attach a file that has arrived; raises DocumentsTooMany, DocumentsTooLarge."""
    side = await require_side(session, clock, who, subject_kind, subject_id)
    await repository.one_by_one(session, subject_id)
    many, size = await repository.amount(session, subject_kind, subject_id)
    if many >= limits.many:
        raise errors.DocumentsTooMany(most=limits.many)
    if size + file.size > limits.size:
        raise errors.DocumentsTooLarge(most=limits.size)
    await blobs.keep(session, file)
    row = Document(
        id=file.id,
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        talent_id=side.talent_id,
        region=side.region,
        type=file.type,
        size=file.size,
        checksum=file.checksum,
        made_by=who.subject,
        made_at=clock.now(),
    )
    session.add(row)
    await session.flush()
    await _record(session, clock, who, "attached", row)
    return shown(row)


async def withdraw(
    session: AsyncSession, blobs: Blobs, clock: Clock, who: Principal, document_id: UUID
) -> None:
    """Withdraw what one attached by mistake, before anything was decided upon it."""
    row = await _seen(session, clock, who, document_id)
    if row.made_by != who.subject:
        raise errors.NotYourDocument
    await repository.one_by_one(session, row.subject_id)
    side = await side_of(session, row.subject_kind, row.subject_id)
    relied = None if side is None else side.relied_until
    if relied is not None and row.made_at <= relied:
        raise errors.DocumentRelied
    if not await repository.withdraw(session, row.id, clock.now()):
        raise errors.DocumentNotFound
    await blobs.release(session, row.id)
    await _record(session, clock, who, "withdrawn", row)


async def list_of(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    subject_kind: str,
    subject_id: UUID,
    page: PageParams,
) -> Page[DocumentOut]:
    """List the documents of a subject to its parties, and to who reads for audit."""
    if not await reads(session, clock, who, subject_kind, subject_id):
        raise errors.SubjectNotFound(field="query.subject_id")
    rows, cursor = await repository.page_of_subject(session, subject_kind, subject_id, page)
    return Page(items=[shown(row) for row in rows], next_cursor=cursor)


async def read(
    session: AsyncSession, clock: Clock, who: Principal, document_id: UUID
) -> DocumentOut:
    """Return what is known of a document."""
    return shown(await _seen(session, clock, who, document_id))


async def open_(
    session: AsyncSession, clock: Clock, who: Principal, document_id: UUID
) -> DocumentOut:
    """Return a document whose content the caller is about to get, which is recorded."""
    row = await _seen(session, clock, who, document_id)
    if row.made_by != who.subject:
        await _record(session, clock, who, "opened", row)
    return shown(row)


async def content(blobs: Blobs, document_id: UUID) -> bytes:
    """Return the file itself; raises DocumentDamaged, or StoreError without an answer."""
    try:
        async with blobs.opened(document_id) as (_, file):
            return await asyncio.to_thread(file.read)
    except BlobDamagedError as error:
        raise errors.DocumentDamaged from error


async def attached(session: AsyncSession, subject_kind: str, subject_id: UUID) -> list[Document]:
    """Return what is attached to a subject, oldest first."""
    return await repository.of_subject(session, subject_kind, subject_id)


async def wanted(
    session: AsyncSession, subject_kind: str, subject_id: UUID, asked: Collection[str]
) -> list[Wanted]:
    """Return the kinds of documents that something will ask for, and which are there already."""
    there = {row.kind for row in await attached(session, subject_kind, subject_id)}
    return [Wanted(kind=kind, name=kinds()[kind], attached=kind in there) for kind in sorted(asked)]


async def require(
    session: AsyncSession, subject_kind: str, subject_id: UUID, asked: Collection[str]
) -> None:
    """Raise DocumentsMissing where not every one of these kinds is attached, and will stay so."""
    await repository.one_by_one(session, subject_id)
    there = {row.kind for row in await attached(session, subject_kind, subject_id)}
    if missing := set(asked) - there:
        raise errors.DocumentsMissing(missing)


async def forget(session: AsyncSession, blobs: Blobs, talent_id: UUID) -> int:
    """Let the files about a talent go, and leave what they were; return how many."""
    rows = await repository.of_talent(session, talent_id)
    kept = [row.id for row in rows if row.withdrawn_at is None]
    for document_id in kept:
        await blobs.release(session, document_id)
    return len(kept)


def list_kinds() -> Page[KindOut]:
    """List the kinds of documents that may be attached."""
    return Page(items=[KindOut(kind=kind, name=name) for kind, name in kinds().items()])


def require_kind(kind: str, field: str = "query.kind") -> None:
    """Raise DocumentKindUnknown for a kind that there is not."""
    if kind not in kinds():
        raise errors.DocumentKindUnknown(field=field)


async def _seen(session: AsyncSession, clock: Clock, who: Principal, document_id: UUID) -> Document:
    row = await repository.by_id(session, document_id)
    if row is None:
        raise errors.DocumentNotFound
    if row.made_by == who.subject:
        return row
    if not await reads(session, clock, who, row.subject_kind, row.subject_id):
        raise errors.DocumentNotFound
    return row


async def _record(
    session: AsyncSession, clock: Clock, who: Principal, act: str, row: Document
) -> None:
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action=f"document.{act}",
        subject=f"{row.subject_kind}:{row.subject_id}",
        region=row.region,
        detail={"document": str(row.id), "kind": row.kind, "sha256": row.checksum.hex()},
    )


def shown(row: Document) -> DocumentOut:
    """Return a document as it is shown."""
    known = row.model_dump(exclude={"checksum", "talent_id", "region", "made_by", "withdrawn_at"})
    return DocumentOut(**known, checksum=row.checksum.hex())
