"""Calendars of an activity and of a talent, and feeds that calendar programs fetch."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import Clock
from talent_kit.held_secrets import digest, new_secret
from talent_kit.texts import Bilingual

from ..activities import service as activities
from ..activities.states import Status
from ..models import Activity, Meeting
from ..models.admission import CalendarFeed
from ..people.repository import Known
from . import repository
from .errors import FeedNotFound
from .files import Entry, session_file

_NAME = Bilingual(zh="人才活动", en="Talent activities")


class FeedOut(BaseModel):
    """That there is a feed, since when."""

    made_at: datetime


class NewFeed(FeedOut):
    """A feed with its address, which is shown this once; who has it sees your sessions."""

    path: str = Field(examples=["/v1/calendars/9kM…"])


async def of_activity(session: AsyncSession, activity_id: UUID, language: str) -> bytes:
    """Return the sessions of an activity that is or was published."""
    await activities.read(session, activity_id)
    return _file(await repository.sessions_of(session, activity_id), language)


async def of_talent(session: AsyncSession, talent_id: UUID, language: str) -> bytes:
    """Return the sessions for which a talent has a seat."""
    return _file(await repository.sessions_of_talent(session, talent_id), language)


async def subscribe(session: AsyncSession, clock: Clock, person: Known) -> NewFeed:
    """Make the caller's feed; one that there was before leads nowhere any more."""
    secret = new_secret()
    await repository.remove_feed(session, person.talent_id)
    now = clock.now()
    session.add(CalendarFeed(talent_id=person.talent_id, digest=digest(secret), made_at=now))
    return NewFeed(made_at=now, path=f"/v1/calendars/{secret}")


async def show(session: AsyncSession, person: Known) -> FeedOut:
    """Return the caller's feed without its address."""
    feed = await repository.feed_of(session, person.talent_id)
    if feed is None:
        raise FeedNotFound
    return FeedOut(made_at=feed.made_at)


async def unsubscribe(session: AsyncSession, person: Known) -> None:
    """Remove the caller's feed, if there is one."""
    await repository.remove_feed(session, person.talent_id)


async def fed(session: AsyncSession, secret: str, language: str) -> bytes:
    """Return the sessions of whose feed it is."""
    feed = await repository.feed_by_digest(session, digest(secret))
    if feed is None:
        raise FeedNotFound
    return await of_talent(session, feed.talent_id, language)


def _file(found: Sequence[tuple[Activity, Meeting]], language: str) -> bytes:
    entries = [_entry(activity, meeting, language) for activity, meeting in found]
    return session_file(entries, _NAME.in_language(language))


def _entry(activity: Activity, meeting: Meeting, language: str) -> Entry:
    def told(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    return Entry(
        meeting_id=meeting.id,
        title=told(activity.title_zh, activity.title_en),
        about=told(activity.about_zh, activity.about_en),
        place=told(meeting.place_zh, meeting.place_en),
        at=(
            None
            if meeting.latitude is None or meeting.longitude is None
            else (meeting.latitude, meeting.longitude)
        ),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        changed_at=activity.changed_at,
        cancelled=activity.status == Status.CANCELLED,
        version=activity.version,
    )
