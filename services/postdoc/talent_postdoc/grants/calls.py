"""Calls: made by an office, open to everybody's view."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import OutsideRegion, Principal
from talent_kit.clock import Clock, local_date
from talent_kit.database import savepoint
from talent_kit.identifiers import new_id
from talent_kit.pagination import Page, PageParams
from talent_kit.regions import regions
from talent_kit.texts import Bilingual

from ..models.grants import GrantCall
from ..terms.errors import UnknownRegion
from . import errors, repository
from .schemas import CallOut, NewCall


async def open_call(session: AsyncSession, clock: Clock, who: Principal, given: NewCall) -> CallOut:
    """Make a call for a region that the caller oversees; raises CallExists."""
    if not regions().exists(given.region, local_date(clock.now())):
        raise UnknownRegion(field="body.region")
    if not who.oversees(given.region, clock):
        raise OutsideRegion(field="body.region")
    row = GrantCall(
        id=new_id(),
        name_zh=given.name.zh,
        name_en=given.name.en,
        made_at=clock.now(),
        version=1,
        **given.model_dump(exclude={"name"}),
    )
    try:
        async with savepoint(session):
            session.add(row)
            await session.flush()
    except IntegrityError as error:
        raise errors.CallExists from error
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action="grant-call.opened",
        subject=f"grant-call:{row.id}",
        region=row.region,
        detail={"places": row.places, "year": row.year},
    )
    return shown(row)


async def read(session: AsyncSession, call_id: UUID) -> CallOut:
    """Return a call; raises CallNotFound."""
    row = await repository.call(session, call_id)
    if row is None:
        raise errors.CallNotFound
    return shown(row)


async def list_calls(session: AsyncSession, page: PageParams) -> Page[CallOut]:
    """List the calls, newest first."""
    rows, cursor = await repository.page_of_calls(session, page)
    return Page(items=[shown(row) for row in rows], next_cursor=cursor)


def shown(row: GrantCall) -> CallOut:
    """Return a call as everybody sees it."""
    return CallOut(
        **row.model_dump(exclude={"name_zh", "name_en", "taken", "made_at"}),
        name=Bilingual(zh=row.name_zh, en=row.name_en),
        left=row.places - row.taken,
    )
