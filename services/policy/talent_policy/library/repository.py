"""Queries of packs and their published versions."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy
from sqlalchemy import ColumnElement, Date, Select, bindparam, or_
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import one_of
from talent_kit.identifiers import new_id
from talent_kit.pagination import PageParams, paginate

from ..models.library import Pack, PackVersion


class VersionFound(NamedTuple):
    """A published version without its content."""

    id: UUID
    version: int
    digest: str


async def lock_pack(session: AsyncSession, name: str, region: str) -> Pack:
    """Return the pack of a name, made at version 0 if it is new, locked until the end."""
    made = insert(Pack).values(id=new_id(), name=name, region=region, version=0)
    await session.execute(made.on_conflict_do_nothing())
    query = select(Pack).where(col(Pack.name) == name).with_for_update()
    return (await session.exec(query)).one()


async def add(session: AsyncSession, version: PackVersion) -> None:
    session.add(version)
    await session.flush()


async def find(session: AsyncSession, identifier: UUID) -> PackVersion | None:
    return await session.get(PackVersion, identifier)


async def version(session: AsyncSession, identifier: UUID) -> VersionFound | None:
    """Return a published version without its content, which is large."""
    query = select(PackVersion.id, PackVersion.version, PackVersion.digest)
    found = (await session.exec(query.where(col(PackVersion.id) == identifier))).one_or_none()
    return None if found is None else VersionFound(*found)


async def content_by_digest(session: AsyncSession, digest: str) -> Any:
    """Return the content of a digest, or None."""
    query = select(PackVersion.content).where(col(PackVersion.digest) == digest).limit(1)
    return (await session.exec(query)).one_or_none()


async def newest_digest(session: AsyncSession, name: str) -> str | None:
    """Return the digest of a pack's newest version."""
    pack = select(Pack.id).where(col(Pack.name) == name).scalar_subquery()
    query = select(PackVersion.digest).where(col(PackVersion.pack_id) == pack)
    return (await session.exec(query.order_by(col(PackVersion.version).desc()).limit(1))).first()


async def page(
    session: AsyncSession, params: PageParams
) -> tuple[Sequence[PackVersion], str | None]:
    """Return published versions without their content, newest first."""
    query = select(PackVersion).options(defer(PackVersion.content))
    return await paginate(session, query, col(PackVersion.id), params)


async def in_force(
    session: AsyncSession, regions: Sequence[str] | None, as_of: date
) -> list[VersionFound]:
    """Return, for each pack of some regions (None: of all), its newest version for a day.

    None where that has ended. So a version with a last day ends the pack, and the ones before it do
    not come back.
    """
    values: dict[str, Any] = {"as_of": as_of}
    if regions is not None:
        values["regions"] = list(regions)
    query = _IN_FORCE if regions is None else _IN_FORCE_IN
    return [VersionFound(*row) for row in await session.execute(query, values)]


def _in_force(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Return the statement, made once: making it anew costs more than running it."""
    day = bindparam("as_of", type_=Date)
    found = (
        sqlalchemy.select(*(getattr(PackVersion, name) for name in _FOUND))
        .where(col(PackVersion.valid_from) <= day, *conditions)
        .order_by(col(PackVersion.pack_id), col(PackVersion.version).desc())
        .ext(distinct_on(col(PackVersion.pack_id)))
        .subquery()
    )
    return sqlalchemy.select(*(found.c[name] for name in VersionFound._fields)).where(
        or_(found.c.valid_until.is_(None), found.c.valid_until >= day)
    )


_FOUND = (*VersionFound._fields, "pack_id", "valid_until")
_IN_FORCE = _in_force()
_IN_FORCE_IN = _in_force(one_of(col(PackVersion.region), "regions"))
