"""Reading documents."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import PageParams, paginate

from ..models.documents import Document


async def by_id(session: AsyncSession, document_id: UUID) -> Document | None:
    """Return a document that was not withdrawn."""
    row = await session.get(Document, document_id)
    return None if row is None or row.withdrawn_at is not None else row


async def amount(session: AsyncSession, kind: str, subject_id: UUID) -> tuple[int, int]:
    """Return how many documents a subject has, and their bytes."""
    query = select(func.count(), func.coalesce(func.sum(Document.size), 0))
    many, size = (await session.exec(query.where(*_of(kind, subject_id)))).one()
    return many, int(size)


async def one_by_one(session: AsyncSession, subject_id: UUID) -> None:
    """Let nobody else count, require or withdraw the documents of a subject meanwhile."""
    await session.execute(_ONE_BY_ONE, {"subject": str(subject_id)})


_ONE_BY_ONE = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('document:' || CAST(:subject AS text), 0))"
)


async def withdraw(session: AsyncSession, document_id: UUID, now: datetime) -> bool:
    """Mark a document as withdrawn; tell whether it was not before."""
    changed = update(Document).where(
        col(Document.id) == document_id, col(Document.withdrawn_at).is_(None)
    )
    done = await session.execute(changed.values(withdrawn_at=now).returning(col(Document.id)))
    return done.one_or_none() is not None


async def of_subject(session: AsyncSession, kind: str, subject_id: UUID) -> list[Document]:
    """Return all documents of a subject, oldest first."""
    query = select(Document).where(*_of(kind, subject_id))
    return list((await session.exec(query.order_by(col(Document.id)))).all())


async def page_of_subject(
    session: AsyncSession, kind: str, subject_id: UUID, page: PageParams
) -> tuple[Sequence[Document], str | None]:
    """Return a page of a subject's documents, newest first."""
    query = select(Document).where(*_of(kind, subject_id))
    return await paginate(session, query, col(Document.id), page)


def _of(kind: str, subject_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Document.subject_id) == subject_id,
        col(Document.subject_kind) == kind,
        col(Document.withdrawn_at).is_(None),
    )


async def of_talent(session: AsyncSession, talent_id: UUID) -> list[Document]:
    """Return what was attached about a talent, oldest first, also what was withdrawn."""
    query = select(Document).where(Document.talent_id == talent_id)
    return list((await session.exec(query.order_by(col(Document.id)))).all())
