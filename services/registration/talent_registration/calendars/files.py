"""Sessions as an iCalendar file (RFC 5545). Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from icalendar import STATUS, Event
from talent_kit.calendars import calendar_file


class Entry(NamedTuple):
    """One session, its texts in one language."""

    meeting_id: UUID
    title: str
    about: str
    place: str
    at: tuple[float, float] | None
    """Latitude and longitude."""
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    cancelled: bool
    version: int


def session_file(entries: Iterable[Entry], name: str) -> bytes:
    """Return the file; a session has one identity in all of them, so that none stands twice."""
    return calendar_file([_event(entry) for entry in entries], name, "registration")


def _event(entry: Entry) -> Event:
    made = Event.new(
        uid=f"{entry.meeting_id}@talent-cloud",
        stamp=entry.changed_at.astimezone(UTC),
        last_modified=entry.changed_at.astimezone(UTC),
        sequence=entry.version,
        start=entry.starts_at.astimezone(UTC),
        end=entry.ends_at.astimezone(UTC),
        summary=entry.title,
        description=entry.about,
        location=entry.place,
        status=STATUS.CANCELLED if entry.cancelled else STATUS.CONFIRMED,
    )
    if entry.at is not None:
        made.add("geo", entry.at)
    return made
