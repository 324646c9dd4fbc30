"""Appointing, changing and ending; the directory follows, outside the transaction."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import StaffAppointed, StaffDismissed, StaffState, StaffUpdated
from talent_kit import audit
from talent_kit.auth import OutsideRegion, Principal
from talent_kit.clock import Clock, local_date, local_midnight
from talent_kit.database import violated_constraint
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_event
from talent_kit.pagination import Page, PageParams
from talent_kit.timers import set_timer
from talent_kit.versions import require_version

from ..accounts import StaffRole
from ..models import Appointment
from ..parts import IdentityService
from ..regions import require_region
from . import errors, repository
from .rules import may_give
from .schemas import AppointmentCreate, AppointmentOut, AppointmentUpdate

APPLY_TIMER = "staff-apply"
"""Key: the appointment, and which of its days if one; each run asks anew what stands."""


async def appoint(
    session: AsyncSession, parts: IdentityService, who: Principal, body: AppointmentCreate
) -> AppointmentOut:
    """Appoint somebody; the directory follows within moments."""
    clock = parts.clock
    require_region(body.region, clock)
    if not who.oversees(body.region, clock):
        raise OutsideRegion(field="body.region")
    await _require_right(session, who, body.username, body.roles)
    today = local_date(clock.now())
    appointment = Appointment(
        id=new_id(),
        username=body.username,
        region=body.region,
        roles=sorted(body.roles),
        valid_from=body.valid_from or today,
        valid_until=body.valid_until,
        appointed_by=who.subject,
        appointed_at=clock.now(),
        version=1,
    )
    _require_dates(appointment, clock)
    session.add(appointment)
    try:
        await session.flush()
    except IntegrityError as error:
        if violated_constraint(error) != "uq_appointment_standing":
            raise
        raise errors.AppointmentStands(field="body.username") from None
    await _changed(session, clock, who, appointment, StaffAppointed, "staff.appointed")
    return shown(appointment)


async def list_of_regions(
    session: AsyncSession, clock: Clock, who: Principal, page: PageParams
) -> Page[AppointmentOut]:
    """List the appointments of the caller's region and those in it, ended ones too."""
    found, following = await repository.page_of_regions(session, who.regions(clock), page)
    return Page(items=[shown(one) for one in found], next_cursor=following)


async def show(
    session: AsyncSession, clock: Clock, who: Principal, appointment_id: UUID
) -> AppointmentOut:
    """Show an appointment of the caller's region."""
    return shown(await _overseen(session, clock, who, appointment_id))


async def update(
    session: AsyncSession,
    parts: IdentityService,
    who: Principal,
    appointment_id: UUID,
    version: int,
    body: AppointmentUpdate,
) -> AppointmentOut:
    """Change roles or last day of an appointment."""
    appointment = await _changing(session, parts, who, appointment_id, version)
    if body.roles is not None:
        await _require_right(session, who, appointment.username, body.roles)
        appointment.roles = sorted(body.roles)
    if "valid_until" in body.model_fields_set:
        appointment.valid_until = body.valid_until
        _require_dates(appointment, parts.clock)
    appointment.version += 1
    await _changed(session, parts.clock, who, appointment, StaffUpdated, "staff.updated")
    return shown(appointment)


async def dismiss(
    session: AsyncSession,
    parts: IdentityService,
    who: Principal,
    appointment_id: UUID,
    version: int,
) -> AppointmentOut:
    """End an appointment at once: roles go, and sessions end."""
    appointment = await _changing(session, parts, who, appointment_id, version)
    appointment.ended_at = parts.clock.now()
    appointment.version += 1
    await _changed(session, parts.clock, who, appointment, StaffDismissed, "staff.dismissed")
    return shown(appointment)


async def record_password_reset(
    session: AsyncSession, clock: Clock, who: Principal, appointment: Appointment
) -> None:
    """Note in the audit log that an account gets a new password; before it does."""
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action="staff.password-reset",
        subject=f"appointment:{appointment.id}",
        region=appointment.region,
    )


def shown(appointment: Appointment) -> AppointmentOut:
    """Return an appointment as staff see it."""
    return AppointmentOut(
        **appointment.model_dump(exclude={"login", "applied_version", "roles"}),
        roles=[StaffRole(role) for role in appointment.roles],
        applied=appointment.applied_version == appointment.version,
    )


async def save_state(
    session: AsyncSession, clock: Clock, kind: type[StaffState], appointment: Appointment
) -> None:
    """Save an event of an appointment's state."""
    await save_event(session, clock, state(kind, appointment))


def state(kind: type[StaffState], appointment: Appointment) -> StaffState:
    """Return an event of an appointment's state; the account stays out of it."""
    told = appointment.model_dump() | {"appointment_id": appointment.id}
    return kind.model_validate(told)


async def _overseen(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    appointment_id: UUID,
    *,
    for_update: bool = False,
) -> Appointment:
    found = await repository.by_id(session, appointment_id, for_update=for_update)
    if found is None or not who.oversees(found.region, clock):
        raise errors.AppointmentNotFound
    return found


async def _changing(
    session: AsyncSession,
    parts: IdentityService,
    who: Principal,
    appointment_id: UUID,
    version: int,
) -> Appointment:
    """Return a locked appointment that the caller may change."""
    found = await _overseen(session, parts.clock, who, appointment_id, for_update=True)
    require_version(found.version, version)
    if found.ended_at is not None:
        raise errors.AppointmentEnded
    await _require_right(session, who, found.username, found.roles)
    return found


async def _require_right(
    session: AsyncSession, who: Principal, username: str, roles: Collection[str]
) -> None:
    """Raise SelfAppointment or RoleNotYours; the worker asks again which login an account is."""
    if username == who.subject or await repository.is_account_of(session, username, who.subject):
        raise errors.SelfAppointment
    if not may_give(who.roles, roles):
        raise errors.RoleNotYours(field="body.roles")


def _require_dates(appointment: Appointment, clock: Clock) -> None:
    last = appointment.valid_until
    if last is not None and last < max(appointment.valid_from, local_date(clock.now())):
        raise errors.AppointmentDates(field="body.valid_until")


async def _changed(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    appointment: Appointment,
    kind: type[StaffState],
    action: str,
) -> None:
    await save_state(session, clock, kind, appointment)
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action=action,
        subject=f"appointment:{appointment.id}",
        region=appointment.region,
        detail={"roles": appointment.roles, "version": appointment.version},
    )
    key, now = str(appointment.id), clock.now()
    await set_timer(session, APPLY_TIMER, key, now)
    begins = local_midnight(appointment.valid_from)
    if begins > now and appointment.ended_at is None:
        await set_timer(session, APPLY_TIMER, f"{key}:first", begins)
    if appointment.valid_until is not None and appointment.ended_at is None:
        over = local_midnight(appointment.valid_until + timedelta(days=1))
        await set_timer(session, APPLY_TIMER, f"{key}:last", over)
