"""Reading and writing talents and their documents, personal columns sealed and opened here."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import DateTime, bindparam, or_, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import among
from talent_kit.pagination import Each, PageParams, paginate
from talent_kit.personal import DataKey

from ..models import Document, Employment, Erased, Talent
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
    """Return a talent; one who was erased is none any more."""
    query = select(Talent).where(Talent.id == talent_id, col(Talent.erased_at).is_(None))
    return (await session.exec(query)).one_or_none()


async def by_login(session: AsyncSession, login: str, *, for_update: bool = False) -> Talent | None:
    """Return the talent of a login, locked for the rest of the transaction if asked."""
    query = select(Talent).where(Talent.login == login)
    return (await session.exec(query.with_for_update() if for_update else query)).one_or_none()


async def by_document(
    session: AsyncSession, blind_index: bytes, *, for_update: bool = False
) -> Talent | None:
    """Return the talent who holds a document, locked for the rest of the transaction if asked."""
    query = select(Talent).join(Document).where(Document.blind_index == blind_index)
    if for_update:
        query = query.with_for_update(of=Talent)
    return (await session.exec(query)).one_or_none()


async def by_documents(
    session: AsyncSession, blind_indexes: Sequence[bytes]
) -> dict[bytes, Talent]:
    """Return the talents who hold some documents, by the document's blind index."""
    query = select(col(Document.blind_index), Talent).join(
        Talent, col(Talent.id) == col(Document.talent_id)
    )
    found = await session.exec(query.where(among(col(Document.blind_index), blind_indexes)))
    return dict(found.all())


# One statement, whose foreign keys are checked at its end: a document that somebody else has
# registered meanwhile is left out together with its talent, and spoils no other row.
_FILE = text("""
    WITH document_made AS (
        INSERT INTO document (
            id, talent_id, kind, sealed_number, sealed_issuer, blind_index, valid_until, added_at
        )
        SELECT id, talent_id, kind, sealed_number, sealed_issuer, blind_index, valid_until, :at
        FROM unnest(
            CAST(:document_ids AS uuid[]), CAST(:talent_ids AS uuid[]), CAST(:kinds AS text[]),
            CAST(:numbers AS bytea[]), CAST(:issuers AS bytea[]), CAST(:indexes AS bytea[]),
            CAST(:valid_untils AS date[])
        ) AS given (
            id, talent_id, kind, sealed_number, sealed_issuer, blind_index, valid_until
        )
        ORDER BY blind_index
        ON CONFLICT (blind_index) DO NOTHING
        RETURNING talent_id
    )
    INSERT INTO talent (id, region, sealed_profile, registered_at, agents_word, version)
    SELECT given.id, region, sealed_profile, :at, :agents_word, 1
    FROM unnest(
        CAST(:talent_ids AS uuid[]), CAST(:regions AS text[]), CAST(:profiles AS bytea[])
    ) AS given (id, region, sealed_profile)
    JOIN document_made ON document_made.talent_id = given.id
    RETURNING id
""").bindparams(bindparam("at", type_=DateTime(timezone=True)))


async def file(
    session: AsyncSession,
    rows: Sequence[tuple[dict[str, Any], dict[str, Any]]],
    at: datetime,
    *,
    agents_word: bool,
) -> set[UUID]:
    """Insert talents, each with a document; return who was, all but those whose document is held.

    Two batches cannot deadlock: each takes its documents in the order of their indexes.
    """
    if not rows:
        return set()
    talents, documents = zip(*rows, strict=True)
    values: dict[str, Any] = {
        "at": at,
        "agents_word": agents_word,
        "talent_ids": [row["id"] for row in talents],
        "regions": [row["region"] for row in talents],
        "profiles": [row["sealed_profile"] for row in talents],
        "document_ids": [row["id"] for row in documents],
        "kinds": [row["kind"] for row in documents],
        "numbers": [row["sealed_number"] for row in documents],
        "issuers": [row["sealed_issuer"] for row in documents],
        "indexes": [row["blind_index"] for row in documents],
        "valid_untils": [row["valid_until"] for row in documents],
    }
    return set((await session.execute(_FILE, values)).scalars())


async def by_ids(session: AsyncSession, talent_ids: Sequence[UUID]) -> Sequence[Talent]:
    return (await session.exec(select(Talent).where(col(Talent.id).in_(talent_ids)))).all()


async def known(session: AsyncSession, talent_ids: Collection[UUID]) -> set[UUID]:
    """Return those of some ids that are talents'."""
    query = select(Talent.id).where(among(col(Talent.id), talent_ids))
    query = query.where(col(Talent.erased_at).is_(None))
    return set((await session.exec(query)).all())


async def places_of_work(
    session: AsyncSession, talent_ids: Collection[UUID]
) -> dict[UUID, set[str]]:
    """Return the regions of the employments that talents stand by or an office confirmed."""
    query = select(Employment.talent_id, Employment.region).where(
        col(Employment.talent_id).in_(talent_ids),
        or_(
            col(Employment.status).in_(["confirmed", "ended"]),
            col(Employment.declared_by) == "talent",
        ),
    )
    found: dict[UUID, set[str]] = {}
    for talent_id, region in (await session.exec(query)).all():
        found.setdefault(talent_id, set()).add(region)
    return found


async def never_claimed(session: AsyncSession, talent_ids: Collection[UUID]) -> dict[UUID, Talent]:
    """Return those of some talents who have no login, locked."""
    query = select(Talent).where(among(col(Talent.id), talent_ids), col(Talent.login).is_(None))
    query = query.where(col(Talent.erased_at).is_(None)).order_by(col(Talent.id))
    query = query.with_for_update().execution_options(populate_existing=True)
    return {talent.id: talent for talent in (await session.exec(query)).all()}


async def documents_of(
    session: AsyncSession, talent_ids: Sequence[UUID]
) -> dict[UUID, list[Document]]:
    """Return the documents of each talent, in the order they were added."""
    query = select(Document).where(col(Document.talent_id).in_(talent_ids))
    found: dict[UUID, list[Document]] = {talent_id: [] for talent_id in talent_ids}
    for document in (await session.exec(query.order_by(col(Document.id)))).all():
        found[document.talent_id].append(document)
    return found


_ERASED = text("""
    WITH RECURSIVE same (marker, talent_id) AS (
        SELECT marker, talent_id FROM erased WHERE marker = ANY(:markers)
        UNION
        SELECT same.marker, other.talent_id
        FROM same
        JOIN erased AS own ON own.talent_id = same.talent_id
        JOIN erased AS other ON other.marker = own.marker
    )
    SELECT marker, talent_id FROM same ORDER BY talent_id
""")


async def erased_by_markers(
    session: AsyncSession, markers: Collection[bytes]
) -> dict[bytes, list[UUID]]:
    """Return the erased talents who were the holders of some documents, by the document's marker.

    Those count too who share another document with one of them, and so on.
    """
    found: dict[bytes, list[UUID]] = {}
    for marker, talent_id in await session.execute(_ERASED, {"markers": list(markers)}):
        found.setdefault(marker, []).append(talent_id)
    return found


async def set_formerly(session: AsyncSession, talent_id: UUID, former: Sequence[UUID]) -> None:
    """Note which erased talents were the same person."""
    await session.execute(
        update(Talent).where(col(Talent.id) == talent_id).values(formerly=list(former))
    )


async def mark_erased(
    session: AsyncSession, markers: Collection[bytes], talent_ids: Collection[UUID]
) -> None:
    """Keep, for each marker, who was erased; what is kept already stays."""
    rows = [
        {"marker": marker, "talent_id": talent_id} for marker in markers for talent_id in talent_ids
    ]
    if rows:
        await session.execute(insert(Erased).on_conflict_do_nothing(), rows)


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
    query = select(Talent).where(col(Talent.erased_at).is_(None))
    return await paginate(session, query, col(Talent.id), page, Each(col(Talent.region), regions))
