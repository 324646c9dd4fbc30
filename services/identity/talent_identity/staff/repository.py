"""Reading appointments."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import Each, PageParams, paginate

from ..models import Appointment


async def by_id(
    session: AsyncSession, appointment_id: UUID, *, for_update: bool = False
) -> Appointment | None:
    """Return an appointment, locked for the rest of the transaction if asked."""
    query = select(Appointment).where(Appointment.id == appointment_id)
    return (await session.exec(query.with_for_update() if for_update else query)).one_or_none()


async def not_ended(session: AsyncSession, username: str) -> Appointment | None:
    """Return the one appointment of an account that has not ended, if there is one."""
    query = select(Appointment).where(
        Appointment.username == username, col(Appointment.ended_at).is_(None)
    )
    return (await session.exec(query)).one_or_none()


async def is_account_of(session: AsyncSession, username: str, login: str) -> bool:
    """Tell whether an account is known to be a login's, by this or a former appointment."""
    query = select(Appointment.id).where(
        Appointment.login == login, Appointment.username == username
    )
    return (await session.exec(query.limit(1))).first() is not None


async def page_of_regions(
    session: AsyncSession, regions: Sequence[str], page: PageParams
) -> tuple[Sequence[Appointment], str | None]:
    """Return a page of the appointments of some regions, newest first."""
    each = Each(col(Appointment.region), regions)
    return await paginate(session, select(Appointment), col(Appointment.id), page, each)
