"""Reading documents."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import PageParams, paginate

from ..models.documents import Document


async def by_id(session: AsyncSession, document_id: UUID) -> Document | None:
    return await session.get(Document, document_id)


async def of_subject(session: AsyncSession, kind: str, subject_id: UUID) -> list[Document]:
    """Return all documents of a subject, oldest first."""
    query = select(Document).where(Document.subject_id == subject_id, Document.subject_kind == kind)
    return list((await session.exec(query.order_by(col(Document.id)))).all())


async def page_of_subject(
    session: AsyncSession, kind: str, subject_id: UUID, page: PageParams
) -> tuple[Sequence[Document], str | None]:
    """Return a page of a subject's documents, newest first."""
    query = select(Document).where(Document.subject_id == subject_id, Document.subject_kind == kind)
    return await paginate(session, query, col(Document.id), page)


async def of_talent(session: AsyncSession, talent_id: UUID) -> list[Document]:
    """Return what was attached about a talent, oldest first."""
    query = select(Document).where(Document.talent_id == talent_id)
    return list((await session.exec(query.order_by(col(Document.id)))).all())
