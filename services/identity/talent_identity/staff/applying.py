"""Bringing the directory to what stands; done by the worker, tried again until it holds."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import StaffDismissed
from talent_kit import audit
from talent_kit.clock import Clock, local_date
from talent_kit.timers import TimerHandler

from ..models import Appointment
from ..parts import IdentityService
from . import repository
from .rules import stands
from .service import save_state


class ChangedMeanwhile(Exception):  # noqa: N818 - a state that passes, and is tried again
    """The appointment was changed while the directory was asked."""


@dataclass(frozen=True)
class _Wanted:
    """What an account should have, by which version of the appointment that was asked about."""

    username: str
    version: int
    standing: Appointment | None


def apply_handler(parts: IdentityService) -> TimerHandler:
    """Return the timer's handler: it gives an account the roles that stand today, or takes all.

    The directory is asked outside any transaction. Of two that run at once the one that finds
    another version afterwards runs again, so that the last to write has the newest state.
    """

    async def apply(key: str) -> None:
        appointment_id = UUID(key.partition(":")[0])
        async with parts.database.transaction() as session:
            wanted = await _wanted(session, parts.clock, appointment_id)
        if wanted is None:
            return
        login = await _applied(parts, wanted)
        async with parts.database.transaction() as session:
            row = await repository.by_id(session, appointment_id, for_update=True)
            if row is None or row.version != wanted.version:
                raise ChangedMeanwhile
            row.applied_version = row.version
            row.login = login or row.login

    return apply


async def _wanted(session: AsyncSession, clock: Clock, appointment_id: UUID) -> _Wanted | None:
    asked = await repository.by_id(session, appointment_id, for_update=True)
    if asked is None:
        return None
    today = local_date(clock.now())
    if asked.ended_at is None and asked.valid_until is not None and asked.valid_until < today:
        await _end(session, clock, asked, "staff.term-over")
    # Its account may have been appointed anew since, and then that counts.
    standing = await repository.not_ended(session, asked.username)
    if standing is not None and not stands(standing.valid_from, standing.valid_until, today):
        standing = None
    return _Wanted(asked.username, asked.version, standing)


async def _applied(parts: IdentityService, wanted: _Wanted) -> str | None:
    directory, standing = parts.accounts.directory, wanted.standing
    if standing is None:
        await directory.dismiss(wanted.username)
        return None
    if await directory.login_of(wanted.username) == standing.appointed_by:
        # Who appoints may not know, or not say, that the account is their own.
        async with parts.database.transaction() as session:
            row = await repository.by_id(session, standing.id, for_update=True)
            if row is not None and row.ended_at is None:
                await _end(session, parts.clock, row, "staff.self-appointment-refused")
        raise ChangedMeanwhile
    return await directory.appoint(wanted.username, standing.roles, standing.region)


async def _end(session: AsyncSession, clock: Clock, ending: Appointment, action: str) -> None:
    ending.ended_at = clock.now()
    ending.version += 1
    await save_state(session, clock, StaffDismissed, ending)
    await audit.record(
        session,
        clock,
        actor="identity",
        action=action,
        subject=f"appointment:{ending.id}",
        region=ending.region,
        detail={"version": ending.version},
    )
