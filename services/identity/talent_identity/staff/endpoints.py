"""`/v1/staff`."""

from uuid import UUID

from talent_kit.auth import OutsideRegion
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.problems import (
    Forbidden,
    Invalid,
    Unauthenticated,
    VersionChanged,
    VersionRequired,
    problems,
)
from talent_kit.routing import noun_router
from talent_kit.versions import IfMatch, VersionInvalid

from ..parts import Parts
from ..regions import UnknownRegion
from . import errors, service
from .access import Appointer, StaffReader
from .schemas import AppointmentCreate, AppointmentOut, AppointmentUpdate

router = noun_router("/staff", "staff")

_CHANGING = problems(
    Unauthenticated,
    Forbidden,
    errors.SelfAppointment,
    errors.RoleNotYours,
    errors.AppointmentNotFound,
    errors.AppointmentEnded,
    InProgress,
    KeyReused,
    VersionInvalid,
    VersionChanged,
    VersionRequired,
    Invalid,
    errors.AppointmentDates,
)


@router.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        Unauthenticated,
        Forbidden,
        OutsideRegion,
        errors.SelfAppointment,
        errors.RoleNotYours,
        InProgress,
        KeyReused,
        Invalid,
        UnknownRegion,
        errors.AppointmentStands,
        errors.AppointmentDates,
    ),
)
async def appoint(
    body: AppointmentCreate, who: Appointer, session: SessionDep, parts: Parts
) -> AppointmentOut:
    """Appoint somebody to roles in your region or one that lies in it; never yourself.

    A policy administrator gives the roles of reviewers, finance and scanners, an operator any. The
    account follows within moments: `applied` tells whether the directory has it.
    """
    return await service.appoint(session, parts, who, body)


@router.get("", responses=problems(Unauthenticated, Forbidden, CursorInvalid, Invalid))
async def list_staff(
    who: StaffReader, session: SessionDep, parts: Parts, page: PageDep
) -> Page[AppointmentOut]:
    """List the appointments of your region and those in it, newest first, ended ones too."""
    return await service.list_of_regions(session, parts.clock, who, page)


@router.get(
    "/{appointment_id}",
    responses=problems(Unauthenticated, Forbidden, Invalid, errors.AppointmentNotFound),
)
async def read(
    appointment_id: UUID, who: StaffReader, session: SessionDep, parts: Parts
) -> AppointmentOut:
    """Read an appointment of your region."""
    return await service.show(session, parts.clock, who, appointment_id)


@router.patch("/{appointment_id}", responses=_CHANGING)
async def update(
    appointment_id: UUID,
    body: AppointmentUpdate,
    who: Appointer,
    version: IfMatch,
    session: SessionDep,
    parts: Parts,
) -> AppointmentOut:
    """Change the roles or the last day of an appointment."""
    return await service.update(session, parts, who, appointment_id, version, body)


@router.post("/{appointment_id}/dismissal", dependencies=[Idempotent], responses=_CHANGING)
async def dismiss(
    appointment_id: UUID,
    who: Appointer,
    version: IfMatch,
    session: SessionDep,
    parts: Parts,
) -> AppointmentOut:
    """End an appointment at once: the account loses its roles, and its sessions end."""
    return await service.dismiss(session, parts, who, appointment_id, version)
