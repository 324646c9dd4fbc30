"""Queries over everything that is kept of one talent."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, or_, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import among
from talent_kit.idempotency import forget_answers
from talent_kit.pagination import Each, PageParams, paginate

from ..models.applications import Application, ApplicationStatus, Decision
from ..models.facts import Employment, Observation, Person, Standing
from ..models.matches import Match, Offer
from ..models.matters import Matter
from ..models.money import BankOrder, OrderStatus, Payee, Payment, PaymentStatus
from ..models.rights import Correction, Erasure

_UNDECIDED = (ApplicationStatus.PENDING, ApplicationStatus.RETURNED)
_ENDED = (PaymentStatus.PAID, PaymentStatus.STOPPED)


async def begin_erasure(
    session: AsyncSession, talent_id: UUID, formerly: Collection[UUID], at: datetime
) -> bool:
    """Note that a talent is erased; tell whether that is news."""
    values = {"talent_id": talent_id, "formerly": list(formerly), "erased_at": at}
    statement = insert(Erasure).values(values).on_conflict_do_nothing()
    made = await session.execute(statement.returning(col(Erasure.talent_id)))
    return made.scalar_one_or_none() is not None


async def erasure(session: AsyncSession, talent_id: UUID) -> Erasure | None:
    """Return a talent's erasure, locked."""
    query = select(Erasure).where(Erasure.talent_id == talent_id).with_for_update()
    return (await session.exec(query)).one_or_none()


async def erased(session: AsyncSession, talent_ids: Collection[UUID]) -> set[UUID]:
    """Return those of some talents who were erased."""
    query = select(Erasure.talent_id).where(among(col(Erasure.talent_id), talent_ids))
    return set((await session.exec(query)).all())


async def included(session: AsyncSession, talent_ids: Collection[UUID]) -> set[UUID]:
    """Return the former selves that some erased talents had taken over themselves."""
    if not talent_ids:
        return set()
    query = select(Erasure.formerly).where(among(col(Erasure.talent_id), talent_ids))
    return {former for formerly in (await session.exec(query)).all() for former in formerly}


async def person(session: AsyncSession, talent_id: UUID) -> Person | None:
    """Return a talent's projection, locked."""
    query = select(Person).where(Person.talent_id == talent_id).with_for_update()
    return (await session.exec(query)).one_or_none()


async def undecided(session: AsyncSession, talent_id: UUID) -> Sequence[Application]:
    """Return the applications that concern a talent and are not decided, locked."""
    query = select(Application).where(
        Application.talent_id == talent_id, col(Application.status).in_(_UNDECIDED)
    )
    return (await session.exec(query.order_by(col(Application.id)).with_for_update())).all()


async def unended(
    session: AsyncSession, talent_id: UUID, *, only: Collection[str] = ()
) -> Sequence[Payment]:
    """Return the payments to a talent, or planned by reason of one, that have not ended, locked."""
    query = (
        select(Payment)
        .join(Application, col(Application.id) == col(Payment.application_id))
        .where(
            col(Application.talent_id) == talent_id,
            col(Payment.status).not_in(_ENDED),
            or_(
                col(Payment.payee_owner) == talent_id,
                col(Payment.status) == PaymentStatus.PLANNED,
            ),
        )
    )
    if only:
        query = query.where(col(Payment.status).in_(only))
    locked = query.order_by(col(Payment.id)).with_for_update(of=Payment)
    return (await session.exec(locked)).all()


async def open_orders(session: AsyncSession, payment_ids: Collection[UUID]) -> Sequence[BankOrder]:
    """Return the orders that the bank has, or will have, locked."""
    query = select(BankOrder).where(
        col(BankOrder.payment_id).in_(payment_ids),
        col(BankOrder.status).in_((OrderStatus.READY, OrderStatus.SENT)),
    )
    return (await session.exec(query.order_by(col(BankOrder.id)).with_for_update())).all()


async def orders_to(session: AsyncSession, talent_id: UUID) -> Sequence[UUID]:
    """Return all orders that were to pay a talent."""
    query = (
        select(BankOrder.id)
        .join(Payment, col(Payment.id) == col(BankOrder.payment_id))
        .join(Application, col(Application.id) == col(Payment.application_id))
        .where(Application.talent_id == talent_id, Payment.payee_owner == talent_id)
    )
    return (await session.exec(query)).all()


async def remove(session: AsyncSession, talent_id: UUID, login: str | None) -> None:
    """Remove facts, subjects, account and objections of a talent, and the login wherever it is."""
    of_talent: tuple[Any, ...] = (Observation, Correction, Matter, Employment, Person)
    for table in of_talent:
        await session.execute(delete(table).where(table.talent_id == talent_id))
    await session.execute(delete(Standing).where(col(Standing.id) == talent_id))
    own = (col(Payee.kind) == "person") & (col(Payee.owner_id) == talent_id)
    await session.execute(delete(Payee).where(own))
    if login is not None:
        of_login = (col(Application.talent_id) == talent_id) & (col(Application.login) == login)
        await session.execute(update(Application).where(of_login).values(login=""))
        await forget_answers(session, login)


# What a talent was granted counts as granted to the same person under another pseudonym. Keys name
# persons as `person:ID` (packs.deciding); a counter of both is their sum.
_CARRY_CLAIMS = text("""
        INSERT INTO claim (scope, key, application_id)
        SELECT claim.scope, replace(claim.key, :former, :now), claim.application_id
        FROM application JOIN claim ON claim.application_id = application.id
        WHERE application.talent_id = CAST(:former_id AS uuid)
            AND position(:former IN claim.key) > 0
        ON CONFLICT DO NOTHING
    """)
_TWICE = text("""
        SELECT DISTINCT greatest(claim.application_id, held.application_id)
        FROM application JOIN claim ON claim.application_id = application.id
        JOIN claim AS held ON held.scope = claim.scope
            AND held.key = replace(claim.key, :former, :now)
        WHERE application.talent_id = CAST(:former_id AS uuid)
            AND position(:former IN claim.key) > 0
            AND held.application_id <> claim.application_id
    """)
_CARRY_COUNTERS = text("""
        INSERT INTO counter (scope, key, used)
        SELECT scope, replace(key, :former, :now), used FROM counter
        WHERE position(:former IN key) > 0
        ON CONFLICT (scope, key) DO UPDATE SET used = counter.used + excluded.used
    """)


async def carry_claims(session: AsyncSession, former: UUID, now: UUID) -> set[UUID]:
    """Let what an erased talent was granted once count for the same person's new pseudonym.

    Return the later application of each two by which the same was granted twice.
    """
    values = {"former": f"person:{former}", "now": f"person:{now}", "former_id": former}
    await session.execute(_CARRY_CLAIMS, values)
    return set((await session.execute(_TWICE, values)).scalars())


async def carry_counters(session: AsyncSession, former: UUID, now: UUID) -> None:
    """Add to the new pseudonym's counters what was granted to the former one."""
    values = {"former": f"person:{former}", "now": f"person:{now}"}
    await session.execute(_CARRY_COUNTERS, values)


async def facts(session: AsyncSession, talent_id: UUID) -> Sequence[Observation]:
    """Return every word about a talent, by subject, fact and day."""
    query = select(Observation).where(Observation.talent_id == talent_id)
    order = (Observation.subject_kind, Observation.subject_id, Observation.name, Observation.id)
    return (await session.exec(query.order_by(*(col(each) for each in order)))).all()


async def applications(session: AsyncSession, talent_id: UUID) -> Sequence[Application]:
    """Return the applications that concern a talent, whoever is paid, newest first."""
    query = select(Application).where(Application.talent_id == talent_id)
    return (await session.exec(query.order_by(col(Application.id).desc()))).all()


async def matters(session: AsyncSession, talent_id: UUID) -> Sequence[Matter]:
    """Return the matters that a talent is a party to, newest first."""
    query = select(Matter).where(Matter.talent_id == talent_id)
    return (await session.exec(query.order_by(col(Matter.id).desc()))).all()


async def offers(session: AsyncSession, talent_id: UUID) -> Sequence[Offer]:
    """Return the offers to a talent, newest first."""
    query = select(Offer).where(Offer.talent_id == talent_id, Offer.payee_kind == "person")
    return (await session.exec(query.order_by(col(Offer.id).desc()))).all()


async def found(session: AsyncSession, subjects: Collection[UUID]) -> Sequence[Match]:
    """Return what was found for subjects, by measure."""
    query = select(Match).where(col(Match.subject_id).in_(subjects))
    return (await session.exec(query.order_by(col(Match.measure), col(Match.id)))).all()


async def decisions(session: AsyncSession, application_ids: Collection[UUID]) -> Sequence[Decision]:
    """Return the decisions on some applications, in order."""
    query = select(Decision).where(col(Decision.application_id).in_(application_ids))
    return (await session.exec(query.order_by(col(Decision.id)))).all()


async def payments(session: AsyncSession, application_ids: Collection[UUID]) -> Sequence[Payment]:
    """Return the payments of some applications, in order."""
    query = select(Payment).where(col(Payment.application_id).in_(application_ids))
    return (await session.exec(query.order_by(col(Payment.due), col(Payment.id)))).all()


async def employment_ids(session: AsyncSession, talent_id: UUID) -> Sequence[UUID]:
    """Return the employments of a talent."""
    return (
        await session.exec(select(Employment.id).where(Employment.talent_id == talent_id))
    ).all()


async def correction(session: AsyncSession, correction_id: UUID) -> Correction | None:
    """Return a correction, locked."""
    query = select(Correction).where(Correction.id == correction_id).with_for_update()
    return (await session.exec(query)).one_or_none()


async def corrections_of(
    session: AsyncSession, talent_id: UUID, page: PageParams
) -> tuple[Sequence[Correction], str | None]:
    """Return a page of what a talent asked for, newest first."""
    query = select(Correction).where(Correction.talent_id == talent_id)
    return await paginate(session, query, col(Correction.id), page)


async def corrections_in(
    session: AsyncSession, regions: Sequence[str], status: str | None, page: PageParams
) -> tuple[Sequence[Correction], str | None]:
    """Return a page of what is asked for in some regions, newest first."""
    query = select(Correction)
    if status is not None:
        query = query.where(Correction.status == status)
    each = Each(col(Correction.region), regions)
    return await paginate(session, query, col(Correction.id), page, each)


async def open_corrections(session: AsyncSession, talent_id: UUID) -> int:
    """Count what a talent asked for and nobody has answered."""
    query = select(func.count()).where(
        col(Correction.talent_id) == talent_id, col(Correction.status) == "open"
    )
    return (await session.exec(query)).one()
