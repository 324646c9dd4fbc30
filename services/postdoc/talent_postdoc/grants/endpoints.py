"""`/v1/grant-calls` and `/v1/grants`."""

from uuid import UUID

from talent_kit.auth import OutsideRegion
from talent_kit.database import SessionDep
from talent_kit.employers import EmployerNotChosen, NotAnAgent
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep
from talent_kit.problems import (
    Forbidden,
    Invalid,
    Unauthenticated,
    VersionChanged,
    VersionRequired,
    problems,
)
from talent_kit.reviews.errors import NotPossibleInStep
from talent_kit.routing import noun_router
from talent_kit.versions import IfMatch

from ..documents.errors import DocumentsMissing
from ..parties.errors import NotRegistered
from ..parts import ReviewsDep
from ..stations.access import StationOffice, UnitAgent
from ..terms.errors import UnknownRegion
from . import calls as of_calls
from . import errors, service
from .access import GrantLister, GrantReader
from .schemas import CallOut, EndGrant, GrantOut, GrantRow, NewCall, NewGrant

calls = noun_router("/grant-calls", "grants")
grants = noun_router("/grants", "grants")

_SIGNED = (Unauthenticated, Forbidden, Invalid)
_KEYED = (InProgress, KeyReused)
_UNIT = (*_SIGNED, NotAnAgent, EmployerNotChosen)
_CHANGED = (*_KEYED, VersionChanged, VersionRequired, errors.GrantNotFound, errors.NotPossible)


@calls.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_SIGNED, *_KEYED, OutsideRegion, UnknownRegion, errors.CallExists),
)
async def open_call(
    body: NewCall, who: StationOffice, session: SessionDep, clock: ClockDep
) -> CallOut:
    """Call for grants of a year in your region."""
    return await of_calls.open_call(session, clock, who, body)


@calls.get("", responses=problems(Invalid, CursorInvalid))
async def list_calls(page: PageDep, session: SessionDep) -> Page[CallOut]:
    """List the calls, newest first; open to everybody."""
    return await of_calls.list_calls(session, page)


@calls.get("/{call_id}", responses=problems(Invalid, errors.CallNotFound))
async def read_call(call_id: UUID, session: SessionDep) -> CallOut:
    """Read a call."""
    return await of_calls.read(session, call_id)


@grants.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        *_UNIT,
        *_KEYED,
        errors.CallNotFound,
        errors.CallClosed,
        errors.GrantNotFound,
        errors.NotInStation,
        errors.GrantExists,
    ),
)
async def propose(body: NewGrant, who: UnitAgent, session: SessionDep, clock: ClockDep) -> GrantOut:
    """Begin a proposal for a fellow of your unit; attach its documents, then submit it."""
    return await service.propose(session, clock, who, body)


@grants.get("", responses=problems(*_UNIT, CursorInvalid, NotRegistered))
async def list_seen(
    who: GrantLister, page: PageDep, session: SessionDep, clock: ClockDep
) -> Page[GrantRow]:
    """List your grants, those your unit proposed, or those of your region, newest first."""
    return await service.list_seen(session, clock, who, page)


@grants.get("/{grant_id}", responses=problems(Unauthenticated, Invalid, errors.GrantNotFound))
async def read(grant_id: UUID, who: GrantReader, session: SessionDep, clock: ClockDep) -> GrantOut:
    """Read a grant."""
    return await service.read(session, clock, who, grant_id)


@grants.post(
    "/{grant_id}/submission",
    dependencies=[Idempotent],
    responses=problems(*_UNIT, *_CHANGED, DocumentsMissing, errors.CallClosed, errors.NotInStation),
)
async def submit(
    grant_id: UUID, version: IfMatch, who: UnitAgent, session: SessionDep, reviews: ReviewsDep
) -> GrantOut:
    """Submit a proposal: the office of the city has the first step of its review."""
    return await service.submit(session, reviews, who, grant_id, version)


@grants.post(
    "/{grant_id}/withdrawal",
    dependencies=[Idempotent],
    responses=problems(*_UNIT, *_CHANGED, NotPossibleInStep),
)
async def withdraw(
    grant_id: UUID, version: IfMatch, who: UnitAgent, session: SessionDep, reviews: ReviewsDep
) -> GrantOut:
    """Take a proposal back before it is decided."""
    return await service.withdraw(session, reviews, who, grant_id, version)


@grants.post("/{grant_id}/end", dependencies=[Idempotent], responses=problems(*_SIGNED, *_CHANGED))
async def end(
    grant_id: UUID,
    version: IfMatch,
    body: EndGrant,
    who: StationOffice,
    session: SessionDep,
    clock: ClockDep,
) -> GrantOut:
    """End an award, with the reason: nothing more of it is paid."""
    return await service.end(session, clock, who, grant_id, version, body)
