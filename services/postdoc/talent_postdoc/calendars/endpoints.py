"""`/v1/deadlines/feeds` and `/v1/station-calendars`."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from talent_kit.calendars import FILE, CalendarResponse, SecretPath, answer
from talent_kit.database import SessionDep
from talent_kit.employers import EmployerNotChosen, NotAnAgent
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.parts import ClockDep, Language
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..parties.errors import NotRegistered
from ..stations.errors import StationNotFound
from . import service
from .access import FeedOwner
from .errors import FeedNotFound
from .schemas import FeedCreate, FeedOut, NewFeed

feeds = noun_router("/deadlines/feeds", "calendars")
calendars = noun_router("/station-calendars", "calendars")

_OWN = (Unauthenticated, Forbidden, NotRegistered, NotAnAgent, EmployerNotChosen)


@feeds.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_OWN, StationNotFound, InProgress, KeyReused, Invalid),
)
async def subscribe(
    body: FeedCreate, who: FeedOwner, session: SessionDep, clock: ClockDep
) -> NewFeed:
    """Make an address that calendar programs fetch, of a station or your own; a former one ends."""
    return await service.subscribe(session, clock, who, body)


@feeds.get("", responses=problems(*_OWN))
async def list_feeds(who: FeedOwner, session: SessionDep) -> list[FeedOut]:
    """See which feeds there are, and since when."""
    return await service.feeds(session, who)


@feeds.delete("", status_code=204, responses=problems(*_OWN, StationNotFound, Invalid))
async def unsubscribe(
    who: FeedOwner,
    session: SessionDep,
    clock: ClockDep,
    station_id: Annotated[UUID | None, Query()] = None,
) -> None:
    """Remove a feed: its address leads nowhere any more."""
    await service.unsubscribe(session, clock, who, station_id)


@calendars.get(
    "/{secret}.ics",
    response_class=CalendarResponse,
    responses=FILE | problems(Invalid, FeedNotFound),
)
async def fed(secret: SecretPath, session: SessionDep, language: Language) -> Response:
    """Fetch a feed by its address, which says nothing of whose it is."""
    content = await service.fed(session, secret, language)
    return answer(content, "deadlines.ics", "private, max-age=300")
