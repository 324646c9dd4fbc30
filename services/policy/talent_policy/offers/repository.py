"""Queries of offers and what they claim."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import Text, Uuid, and_, bindparam, delete, func, literal, or_
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import among, insert_many, one_of, pairs
from talent_kit.pagination import PageParams, paginate

from ..models.matches import Offer, OfferClaim, OfferStatus

Claims = Collection[tuple[str, str]]
"""Scope and key of each."""


async def offer(session: AsyncSession, offer_id: UUID, *, lock: bool = False) -> Offer | None:
    query = select(Offer).where(col(Offer.id) == offer_id)
    return (await session.exec(query.with_for_update() if lock else query)).one_or_none()


async def add(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Save new offers."""
    table: Any = Offer
    await insert_many(session, table.__table__, rows)


async def open_of(session: AsyncSession, subjects: Collection[UUID]) -> Sequence[Offer]:
    """Return the open offers of some subjects, locked."""
    return (await session.execute(_OPEN_OF, {"subjects": list(subjects)})).scalars().all()


_OPEN_OF = (
    sqlalchemy.select(Offer)
    .where(one_of(col(Offer.subject_id), "subjects"), col(Offer.status) == OfferStatus.OPEN)
    .order_by(col(Offer.id))
    .with_for_update()
)


async def open_for(
    session: AsyncSession, subject: UUID, pack_name: str, measure: str, claims: Claims
) -> Sequence[Offer]:
    """Return the open offers of one measure to a subject, or of any of the claims, locked."""
    values = {"subject": subject, "pack_name": pack_name, "measure": measure} | _arrays(claims)
    return (await session.execute(_OPEN_FOR, values)).scalars().all()


def _arrays(claims: Claims) -> dict[str, Any]:
    """Return the values of `_CLAIMS`."""
    scopes, keys = tuple(zip(*claims, strict=True)) or ((), ())
    return {"scopes": list(scopes), "keys": list(keys)}


_CLAIMS = pairs(scope="scopes", key="keys")
_HOLDING = sqlalchemy.select(col(OfferClaim.offer_id)).join(
    _CLAIMS, (col(OfferClaim.scope) == _CLAIMS.c.scope) & (col(OfferClaim.key) == _CLAIMS.c.key)
)
_SAME = and_(
    col(Offer.subject_id) == bindparam("subject"),
    col(Offer.pack_name) == bindparam("pack_name"),
    col(Offer.measure) == bindparam("measure"),
)
_OPEN_FOR = (
    sqlalchemy.select(Offer)
    .where(or_(_SAME, col(Offer.id).in_(_HOLDING)), col(Offer.status) == OfferStatus.OPEN)
    .order_by(col(Offer.id))
    .with_for_update()
)


async def hold(session: AsyncSession, offers: dict[tuple[str, str], UUID]) -> set[tuple[str, str]]:
    """Let offers (by claim: the offer's id) hold what they claim; return what was free.

    Always in the same order: two workers cannot deadlock.
    """
    if not offers:
        return set()
    wanted = sorted(offers)
    given = select(
        func.unnest(literal([scope for scope, _ in wanted], ARRAY(Text))),
        func.unnest(literal([key for _, key in wanted], ARRAY(Text))),
        func.unnest(literal([offers[claim] for claim in wanted], ARRAY(Uuid))),
    )
    table: Any = OfferClaim
    held = await session.execute(
        insert(table)
        .from_select(["scope", "key", "offer_id"], given)
        .on_conflict_do_nothing()
        .returning(table.scope, table.key)
    )
    return {(scope, key) for scope, key in held}


async def let_go(session: AsyncSession, offers: Collection[UUID]) -> None:
    """Free what some offers claim."""
    if offers:
        await session.execute(delete(OfferClaim).where(among(col(OfferClaim.offer_id), offers)))


async def held(session: AsyncSession, claims: Claims) -> set[tuple[str, str]]:
    """Return which claims some offer holds."""
    if not claims:
        return set()
    return {(scope, key) for scope, key in await session.execute(_HELD, _arrays(claims))}


_HELD = sqlalchemy.select(col(OfferClaim.scope), col(OfferClaim.key)).join(
    _CLAIMS, (col(OfferClaim.scope) == _CLAIMS.c.scope) & (col(OfferClaim.key) == _CLAIMS.c.key)
)


async def page(
    session: AsyncSession,
    page: PageParams,
    status: str | None,
    *,
    talent_id: UUID | None = None,
    employer_id: UUID | None = None,
) -> tuple[Sequence[Offer], str | None]:
    """Return the offers in which the talent, or the employer, is paid."""
    query = select(Offer)
    if talent_id is not None:
        query = query.where(col(Offer.talent_id) == talent_id, col(Offer.payee_kind) == "person")
    if employer_id is not None:
        query = query.where(
            col(Offer.employer_id) == employer_id, col(Offer.payee_kind) == "organisation"
        )
    if status is not None:
        query = query.where(col(Offer.status) == status)
    return await paginate(session, query, col(Offer.id), page)
