"""Grants: proposed by the unit, reviewed in steps, awarded once their publication has bound."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import GrantAwarded, GrantEnded, GrantState
from talent_kit import audit
from talent_kit.auth import Principal, Role
from talent_kit.clock import Clock, local_date
from talent_kit.database import savepoint
from talent_kit.employers import acted_for
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_event
from talent_kit.pagination import Page, PageParams
from talent_kit.regions import regions
from talent_kit.reviews import ActKind, Level, Review, ReviewAct, Reviews, Step, StepKind
from talent_kit.reviews.plans import Plan
from talent_kit.texts import Bilingual
from talent_kit.versions import require_version

from ..documents.service import require, wanted
from ..documents.sides import reads
from ..models.fellows import Fellow
from ..models.grants import Grant, GrantCall
from ..models.parties import Organisation
from ..parties.service import registered
from ..terms.rules import Terms
from ..terms.service import terms_at
from . import errors, repository
from .schemas import EndGrant, GrantOut, GrantRow, NewGrant
from .states import Status

KIND = "grant"
"""What reviews and documents call their subject."""
PROPOSAL = "proposal"
SYSTEM = "postdoc"
"""Who acts where nobody does: the service itself."""
_STAFF = frozenset({Role.STATION_ADMIN, Role.AUDITOR})


async def propose(session: AsyncSession, clock: Clock, who: Principal, given: NewGrant) -> GrantOut:
    """Begin a proposal for a fellow whom the caller's unit employs.

    Raises CallNotFound, CallClosed, GrantNotFound, NotInStation, GrantExists.
    """
    unit_id = await acted_for(session, who, Organisation)
    call = await _open_call(session, clock, given.call_id)
    fellow = await repository.fellow(session, given.fellow_id)
    if fellow is None or fellow.unit_id != unit_id:
        raise errors.GrantNotFound(field="body.fellow_id")
    _require_in_station(fellow)
    if not regions().within(fellow.region, call.region, local_date(clock.now())):
        raise errors.CallNotFound(field="body.call_id")
    now = clock.now()
    row = Grant(
        id=new_id(),
        call_id=call.id,
        programme=call.programme,
        fellow_id=fellow.id,
        station_id=fellow.station_id,
        unit_id=unit_id,
        talent_id=fellow.talent_id,
        region=fellow.region,
        status=Status.DRAFT,
        made_at=now,
        changed_at=now,
        version=1,
    )
    try:
        async with savepoint(session):
            session.add(row)
            await session.flush()
    except IntegrityError as error:
        raise errors.GrantExists from error
    await _note(session, clock, who.subject, row, "proposed")
    return await _shown(session, row)


async def submit(
    session: AsyncSession,
    reviews: Reviews,
    who: Principal,
    grant_id: UUID,
    version: int,
) -> GrantOut:
    """Bring a proposal to review, again if it was returned.

    Raises DocumentsMissing, CallClosed, NotInStation.
    """
    clock = reviews.clock
    row = await _of_unit(session, reviews, who, grant_id, version)
    if row.status != Status.DRAFT:
        raise errors.NotPossible
    fellow = await repository.fellow(session, row.fellow_id)
    if fellow is None:
        raise errors.GrantNotFound
    _require_in_station(fellow)
    await require(session, KIND, row.id, {PROPOSAL})
    if row.review_id is not None:  # Returned: it came in time before.
        await reviews.resubmit(session, row.review_id, who.subject)
        await _become(session, clock, who.subject, row, Status.SUBMITTED)
        return await _shown(session, row)
    call = await _open_call(session, clock, row.call_id)
    terms = await terms_at(session, row.region, local_date(clock.now()))
    review = await reviews.begin(
        session,
        kind=KIND,
        subject_id=row.id,
        region=row.region,
        title=Bilingual(zh=call.name_zh, en=call.name_en),
        plan=_plan(call, clock, terms),
        by=who.subject,
    )
    row.review_id = review.id
    await _become(session, clock, who.subject, row, Status.SUBMITTED)
    return await _shown(session, row)


async def withdraw(
    session: AsyncSession, reviews: Reviews, who: Principal, grant_id: UUID, version: int
) -> GrantOut:
    """Take a proposal back before it is decided."""
    row = await _of_unit(session, reviews, who, grant_id, version)
    if row.status in {Status.DRAFT, Status.SUBMITTED} and row.review_id is not None:
        await reviews.withdraw(session, row.review_id, who.subject)
    elif row.status == Status.DRAFT:
        await _become(session, reviews.clock, who.subject, row, Status.WITHDRAWN)
    else:
        raise errors.NotPossible
    return await _shown(session, row)


async def end(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    grant_id: UUID,
    version: int,
    given: EndGrant,
) -> GrantOut:
    """End an award: policy pays nothing more of it."""
    row = await repository.by_id(session, grant_id, for_update=True)
    if row is None or not who.oversees(row.region, clock):
        raise errors.GrantNotFound
    require_version(row.version, version)
    if row.status != Status.AWARDED:
        raise errors.NotPossible
    await _end(session, clock, who.subject, row, given.reason)
    return await _shown(session, row)


async def end_of_left(session: AsyncSession, clock: Clock, fellow_ids: Collection[UUID]) -> None:
    """End the awards of fellows who have left early; a correction may have brought some back."""
    for row in await repository.awards_of_left(session, fellow_ids):
        await _end(session, clock, SYSTEM, row, "left_early")


async def _end(session: AsyncSession, clock: Clock, by: str, row: Grant, reason: str) -> None:
    row.ended_on = local_date(clock.now())
    await _become(session, clock, by, row, Status.ENDED, reason=reason)
    await _tell(session, clock, row, GrantEnded)


async def follow(session: AsyncSession, reviews: Reviews, review: Review, act: ReviewAct) -> None:
    """Let a grant follow its review: a place is taken when experts pass it, kept once it binds."""
    row = await repository.by_id(session, review.subject_id, for_update=True)
    if row is None:
        return
    clock = reviews.clock
    if act.kind == ActKind.RETURNED:
        await _become(session, clock, act.actor, row, Status.DRAFT)
    elif act.kind == ActKind.PASSED:
        await _take_place(session, row)
    elif act.kind in _LOST:
        await _leave_place(session, row)
        await _become(session, clock, act.actor, row, _LOST[ActKind(act.kind)])
    elif act.kind == ActKind.BOUND:
        row.awarded_on = local_date(clock.now())
        await _become(session, clock, act.actor, row, Status.AWARDED)
        await _tell(session, clock, row, GrantAwarded)


_LOST: Mapping[ActKind, Status] = {
    ActKind.REFUSED: Status.REFUSED,
    ActKind.FAILED: Status.REFUSED,
    ActKind.UPHELD: Status.REFUSED,
    ActKind.WITHDRAWN: Status.WITHDRAWN,
    ActKind.LAPSED: Status.WITHDRAWN,
}


async def _take_place(session: AsyncSession, row: Grant) -> None:
    call = await repository.call(session, row.call_id, for_update=True)
    if call is None or call.taken >= call.places:
        raise errors.PlacesTaken
    call.taken += 1
    call.version += 1
    row.placed = True


async def _leave_place(session: AsyncSession, row: Grant) -> None:
    if not row.placed:
        return
    row.placed = False
    call = await repository.call(session, row.call_id, for_update=True)
    if call is not None:
        call.taken -= 1
        call.version += 1


async def read(session: AsyncSession, clock: Clock, who: Principal, grant_id: UUID) -> GrantOut:
    """Return a grant to its parties, experts and staff of its region; raises GrantNotFound."""
    row = await repository.by_id(session, grant_id)
    if row is None or not await reads(session, clock, who, KIND, row.id):
        raise errors.GrantNotFound
    return await _shown(session, row)


async def list_seen(
    session: AsyncSession, clock: Clock, who: Principal, page: PageParams
) -> Page[GrantRow]:
    """List a region's grants for staff, a unit's for its agent, else the fellow's own."""
    if not who.roles.isdisjoint(_STAFF):
        rows, cursor = await repository.page_of_regions(session, who.regions(clock), page)
    elif Role.EMPLOYER in who.roles:
        unit_id = await acted_for(session, who, Organisation)
        rows, cursor = await repository.page_of_unit(session, unit_id, page)
    else:
        person = await registered(session, who)
        rows, cursor = await repository.page_of_talent(session, person.talent_id, page)
    return Page(items=[GrantRow(**_known(row)) for row in rows], next_cursor=cursor)


def state(kind: type[GrantState], row: Grant, year: int) -> GrantState:
    """Return a grant's public state as an event."""
    given = {"fellow_id", "talent_id", "region", "programme", "awarded_on", "version"}
    return kind(
        grant_id=row.id,
        employer_id=row.unit_id,
        year=year,
        status="awarded" if row.status == Status.AWARDED else "ended",
        **row.model_dump(include=given),
    )


async def _shown(session: AsyncSession, row: Grant) -> GrantOut:
    documents = await wanted(session, KIND, row.id, {PROPOSAL})
    return GrantOut(**_known(row), documents=documents)


def _known(row: Grant) -> dict[str, Any]:
    return row.model_dump(include=set(GrantRow.model_fields))


async def _of_unit(
    session: AsyncSession, reviews: Reviews, who: Principal, grant_id: UUID, version: int
) -> Grant:
    """Return a grant of the caller's unit, locked after its review, as `Reviews.hold` asks."""
    unit_id = await acted_for(session, who, Organisation)
    row = await repository.by_id(session, grant_id)
    if row is None or row.unit_id != unit_id:
        raise errors.GrantNotFound
    require_version(row.version, version)
    if row.review_id is not None:
        await reviews.hold(session, row.review_id)
    row = await repository.by_id(session, grant_id, for_update=True)
    if row is None:
        raise errors.GrantNotFound
    require_version(row.version, version)
    return row


async def _open_call(session: AsyncSession, clock: Clock, call_id: UUID) -> GrantCall:
    call = await repository.call(session, call_id)
    if call is None:
        raise errors.CallNotFound(field="body.call_id")
    if not call.opens_on <= local_date(clock.now()) <= call.closes_on:
        raise errors.CallClosed
    return call


def _require_in_station(fellow: Fellow) -> None:
    if fellow.entered_on is None or fellow.ended_on is not None:
        raise errors.NotInStation


def _plan(call: GrantCall, clock: Clock, terms: Terms) -> Plan:
    """Return the steps: the city checks, and the region of the call reviews and publishes."""
    depth = len(regions().ancestors(call.region, local_date(clock.now())))
    level = tuple(Level)[min(depth, len(Level) - 1)]
    official, back = {"role": Role.STATION_ADMIN}, max(terms["REVIEW_CORRECTION"], 1)
    return (
        Step(
            name="check",
            kind=StepKind.CHECK,
            level=Level.CITY,
            days=terms["REVIEW_CITY"],
            correction_days=back,
            label=Bilingual(zh="材料审核", en="Check"),
            **official,
        ),
        Step(
            name="experts",
            kind=StepKind.EXPERTS,
            level=level,
            days=terms["REVIEW_EXPERTS"],
            correction_days=back,
            label=Bilingual(zh="专家评审", en="Expert review"),
            **official,
        ),
        Step(
            name="publication",
            kind=StepKind.PUBLICATION,
            level=level,
            days=terms["PUBLICATION"],
            label=Bilingual(zh="公示", en="Publication"),
            **official,
        ),
    )


async def _become(
    session: AsyncSession, clock: Clock, by: str, row: Grant, status: Status, **detail: str
) -> None:
    row.status, row.changed_at = status, clock.now()
    row.version += 1
    await session.flush()
    await _note(session, clock, by, row, status, **detail)


async def _tell(session: AsyncSession, clock: Clock, row: Grant, kind: type[GrantState]) -> None:
    call = await repository.call(session, row.call_id)
    await save_event(session, clock, state(kind, row, call.year if call else 0))


async def _note(
    session: AsyncSession, clock: Clock, by: str, row: Grant, action: str, **detail: str
) -> None:
    await audit.record(
        session,
        clock,
        actor=by,
        action=f"grant.{action}",
        subject=f"grant:{row.id}",
        region=row.region,
        detail={"version": row.version, **detail},
    )
