"""Reading and writing talents and their documents, personal columns sealed and opened here."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import PageParams, paginate
from talent_kit.personal import DataKey

from ..models import Document, Talent
from .profile import Profile

_PROFILE = TypeAdapter(Profile)


def seal_profile(key: DataKey, talent_id: UUID, profile: Profile) -> bytes:
    """Encrypt a profile for its talent's row."""
    return key.seal(_PROFILE.dump_json(profile).decode(), "talent", "sealed_profile", talent_id)


def open_profile(key: DataKey, talent: Talent) -> Profile:
    """Decrypt a talent's profile."""
    return opened_profile(key, talent.id, talent.sealed_profile)


def opened_profile(key: DataKey, talent_id: UUID, sealed: bytes) -> Profile:
    """Decrypt a profile that was read without its row."""
    return _PROFILE.validate_json(key.open(sealed, "talent", "sealed_profile", talent_id))


def open_number(key: DataKey, document: Document) -> str:
    """Decrypt a document's number."""
    return key.open(document.sealed_number, "document", "sealed_number", document.id)


def open_issuer(key: DataKey, document: Document) -> str | None:
    """Decrypt the state that issued a passport."""
    if document.sealed_issuer is None:
        return None
    return key.open(document.sealed_issuer, "document", "sealed_issuer", document.id)


async def by_id(session: AsyncSession, talent_id: UUID) -> Talent | None:
    return (await session.exec(select(Talent).where(Talent.id == talent_id))).one_or_none()


async def by_login(session: AsyncSession, login: str, *, for_update: bool = False) -> Talent | None:
    """Return the talent of a login, locked for the rest of the transaction if asked."""
    query = select(Talent).where(Talent.login == login)
    return (await session.exec(query.with_for_update() if for_update else query)).one_or_none()


async def by_document(session: AsyncSession, blind_index: bytes) -> Talent | None:
    query = select(Talent).join(Document).where(Document.blind_index == blind_index)
    return (await session.exec(query)).one_or_none()


async def by_ids(session: AsyncSession, talent_ids: Sequence[UUID]) -> Sequence[Talent]:
    return (await session.exec(select(Talent).where(col(Talent.id).in_(talent_ids)))).all()


async def documents_of(
    session: AsyncSession, talent_ids: Sequence[UUID]
) -> dict[UUID, list[Document]]:
    """Return the documents of each talent, in the order they were added."""
    query = select(Document).where(col(Document.talent_id).in_(talent_ids))
    found: dict[UUID, list[Document]] = {talent_id: [] for talent_id in talent_ids}
    for document in (await session.exec(query.order_by(col(Document.id)))).all():
        found[document.talent_id].append(document)
    return found


# Steps from one region to the next on the index; DISTINCT would read every row.
_REGIONS = text("""
    WITH RECURSIVE step (region) AS (
        (SELECT region FROM talent ORDER BY region LIMIT 1)
        UNION ALL
        SELECT (SELECT t.region FROM talent t WHERE t.region > step.region
                ORDER BY t.region LIMIT 1)
        FROM step WHERE step.region IS NOT NULL
    )
    SELECT region FROM step WHERE region IS NOT NULL
""")


async def regions_with_talents(session: AsyncSession) -> Sequence[str]:
    return (await session.execute(_REGIONS)).scalars().all()


async def page_of_regions(
    session: AsyncSession, regions: Sequence[str], page: PageParams
) -> tuple[Sequence[Talent], str | None]:
    """Return a page of the talents of some regions, newest first."""
    query = select(Talent).where(col(Talent.region).in_(regions))
    return await paginate(session, query, Talent.id, page)
