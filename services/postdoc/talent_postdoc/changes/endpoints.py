"""`/v1/stations/{station_id}`: what the office does to it, and its history."""

from uuid import UUID

from talent_kit.database import SessionDep
from talent_kit.employers import EmployerNotChosen, NotAnAgent
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep, KeyringDep
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

from ..stations.access import StationOffice, UnitAgent, UnitOrOffice
from ..stations.errors import StationNotFound, StationState
from ..stations.schemas import StationOut
from ..terms.errors import OfficeAbove
from . import errors, revoking, service
from .schemas import (
    EntryOut,
    Merger,
    ModelMark,
    Reasoned,
    RevocationOut,
    RevocationReason,
    Statement,
    StationChange,
)

router = noun_router("/stations/{station_id}", "station-changes")

_SIGNED = (Unauthenticated, Forbidden, Invalid, StationNotFound)
_ONCE = (*_SIGNED, InProgress, KeyReused)
_ACTING = (
    *_ONCE,
    VersionInvalid,
    VersionChanged,
    VersionRequired,
    StationState,
    errors.EffectiveDayInvalid,
)
_CLOSING = (*_ACTING, OfficeAbove, errors.StationOccupied, errors.BranchesStand)
_UNIT = (NotAnAgent, EmployerNotChosen)


@router.get("/entries", responses=problems(*_SIGNED, *_UNIT, CursorInvalid))
async def list_entries(
    station_id: UUID, who: UnitOrOffice, page: PageDep, session: SessionDep, clock: ClockDep
) -> Page[EntryOut]:
    """List what happened to a station, newest first."""
    return await service.list_entries(session, clock, who, station_id, page)


@router.post(
    "/changes",
    dependencies=[Idempotent],
    responses=problems(*_ACTING, errors.NothingChanged, errors.UnitUnknown, errors.StationTaken),
)
async def change(
    station_id: UUID,
    body: StationChange,
    who: StationOffice,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> StationOut:
    """Change a station's name, its disciplines or its unit (变更)."""
    return await service.change(session, clock, who, station_id, version, body)


@router.post(
    "/model-mark",
    dependencies=[Idempotent],
    responses=problems(*_ACTING, errors.NothingChanged),
)
async def mark(
    station_id: UUID,
    body: ModelMark,
    who: StationOffice,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> StationOut:
    """Mark a station as a model station (示范站), or take the mark away."""
    return await service.mark(session, clock, who, station_id, version, body)


@router.post("/suspension", dependencies=[Idempotent], responses=problems(*_ACTING))
async def suspend(
    station_id: UUID,
    body: Reasoned,
    who: StationOffice,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> StationOut:
    """Suspend a station (暂停): nobody enters it; who is in it goes on."""
    return await service.suspend(session, clock, who, station_id, version, body)


@router.post(
    "/resumption",
    dependencies=[Idempotent],
    responses=problems(*_ACTING, errors.WarningStands),
)
async def resume(
    station_id: UUID,
    body: Reasoned,
    who: StationOffice,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> StationOut:
    """Let a suspended station go on (恢复)."""
    return await service.resume(session, clock, who, station_id, version, body)


@router.post(
    "/merger",
    dependencies=[Idempotent],
    responses=problems(*_CLOSING, errors.SuccessorInvalid),
)
async def merge(
    station_id: UUID,
    body: Merger,
    who: StationOffice,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> StationOut:
    """Merge a station into another (合并), once each fellow is placed."""
    return await service.merge(session, clock, who, station_id, version, body)


@router.get("/revocation-notice", responses=problems(*_SIGNED, *_UNIT, errors.NoticeNotFound))
async def read_notice(
    station_id: UUID,
    who: UnitOrOffice,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> RevocationOut:
    """Read the last notice of revocation, and what the unit stated."""
    return await revoking.read(session, clock, keyring, who, station_id)


@router.post(
    "/revocation-notice",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_ONCE, OfficeAbove, StationState, errors.NoticeStands),
)
async def announce(
    station_id: UUID,
    body: RevocationReason,
    who: StationOffice,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> RevocationOut:
    """Announce that a station is to be revoked (撤销告知), with the reason."""
    return await revoking.announce(session, clock, keyring, who, station_id, body)


@router.post(
    "/revocation-notice/statement",
    dependencies=[Idempotent],
    responses=problems(
        *_ONCE, *_UNIT, errors.NoticeNotFound, errors.AlreadyStated, errors.TooLateToState
    ),
)
async def state_case(
    station_id: UUID,
    body: Statement,
    who: UnitAgent,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> RevocationOut:
    """State your unit's case (陈述申辩) before a station of yours is revoked."""
    return await revoking.state_case(session, clock, keyring, who, station_id, body)


@router.post(
    "/revocation-notice/withdrawal",
    dependencies=[Idempotent],
    responses=problems(*_ONCE, OfficeAbove, errors.NoticeNotFound),
)
async def drop(
    station_id: UUID,
    body: RevocationReason,
    who: StationOffice,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> RevocationOut:
    """Drop a notice of revocation: the station goes on."""
    return await revoking.drop(session, clock, keyring, who, station_id, body)


@router.post(
    "/revocation",
    dependencies=[Idempotent],
    responses=problems(*_CLOSING, errors.NoticeNotFound, errors.NoticeRunning),
)
async def revoke(
    station_id: UUID,
    body: Reasoned,
    who: StationOffice,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> StationOut:
    """Revoke a station (撤销): announced, its unit heard, each fellow placed."""
    return await revoking.revoke(session, clock, who, station_id, version, body)
