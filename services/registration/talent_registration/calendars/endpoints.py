"""Calendars below activities and registrations, `/v1/calendar-feeds` and `/v1/calendars`."""

from uuid import UUID

from fastapi import Response
from talent_kit.calendars import FILE, CalendarResponse, SecretPath, answer
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.parts import ClockDep, Language
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..activities.errors import ActivityNotFound
from ..people.errors import NotRegistered
from ..registrations.access import OwnPerson
from . import service
from .errors import FeedNotFound
from .service import FeedOut, NewFeed

of_activity = noun_router("/activities/{activity_id}/calendar", "calendars")
of_caller = noun_router("/registrations/calendar", "calendars")
feeds = noun_router("/calendar-feeds", "calendars")
calendars = noun_router("/calendars", "calendars")

_OWN = (Unauthenticated, Forbidden, NotRegistered)
_FILENAME = "activities.ics"


@of_activity.get(
    "",
    response_class=CalendarResponse,
    responses=FILE | problems(Invalid, ActivityNotFound),
)
async def activity_calendar(activity_id: UUID, session: SessionDep, language: Language) -> Response:
    """Put the sessions of a published activity into a calendar."""
    return answer(
        await service.of_activity(session, activity_id, language), _FILENAME, "max-age=60"
    )


@of_caller.get("", response_class=CalendarResponse, responses=FILE | problems(*_OWN))
async def own_calendar(person: OwnPerson, session: SessionDep, language: Language) -> Response:
    """Put the sessions for which you have a seat into a calendar."""
    return answer(
        await service.of_talent(session, person.talent_id, language), _FILENAME, "no-store"
    )


@feeds.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_OWN, InProgress, KeyReused, Invalid),
)
async def subscribe(person: OwnPerson, session: SessionDep, clock: ClockDep) -> NewFeed:
    """Make an address that your calendar program fetches; a former one ends."""
    return await service.subscribe(session, clock, person)


@feeds.get("/me", responses=problems(*_OWN, FeedNotFound))
async def show(person: OwnPerson, session: SessionDep) -> FeedOut:
    """See whether you have a feed, and since when."""
    return await service.show(session, person)


@feeds.delete("/me", status_code=204, responses=problems(*_OWN))
async def unsubscribe(person: OwnPerson, session: SessionDep) -> None:
    """Remove your feed: its address leads nowhere any more."""
    await service.unsubscribe(session, person)


@calendars.get(
    "/{secret}",
    response_class=CalendarResponse,
    responses=FILE | problems(Invalid, FeedNotFound),
)
async def fed(
    secret: SecretPath,
    session: SessionDep,
    language: Language,
) -> Response:
    """Fetch a feed by its address, which says nothing of whose it is."""
    return answer(await service.fed(session, secret, language), _FILENAME, "private, max-age=300")
