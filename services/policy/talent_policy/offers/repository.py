"""Queries of offers and what they claim."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, and_, delete, func, literal, or_
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import insert_many
from talent_kit.pagination import PageParams, paginate

from ..facts.populations import among
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
    query = select(Offer).where(
        among(col(Offer.subject_id), subjects), col(Offer.status) == OfferStatus.OPEN
    )
    return (await session.exec(query.order_by(col(Offer.id)).with_for_update())).all()


async def open_for(
    session: AsyncSession, subject: UUID, pack_name: str, measure: str, claims: Claims
) -> Sequence[Offer]:
    """Return the open offers of one measure to a subject, or of any of the claims, locked."""
    table: Any = OfferClaim
    keys = [and_(table.scope == scope, table.key == key) for scope, key in claims]
    same = and_(
        col(Offer.subject_id) == subject,
        col(Offer.pack_name) == pack_name,
        col(Offer.measure) == measure,
    )
    holding = select(table.offer_id).where(or_(*keys)) if keys else None
    which = same if holding is None else or_(same, col(Offer.id).in_(holding))
    query = select(Offer).where(which, col(Offer.status) == OfferStatus.OPEN)
    return (await session.exec(query.order_by(col(Offer.id)).with_for_update())).all()


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
    scopes, names = zip(*claims, strict=True)
    wanted = select(
        func.unnest(literal(scopes, ARRAY(Text))).label("scope"),
        func.unnest(literal(names, ARRAY(Text))).label("key"),
    ).subquery()
    query = select(OfferClaim.scope, OfferClaim.key).join(
        wanted,
        (col(OfferClaim.scope) == wanted.c.scope) & (col(OfferClaim.key) == wanted.c.key),
    )
    return {(scope, key) for scope, key in (await session.exec(query)).all()}


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
