"""Sessions as an iCalendar file (RFC 5545). Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from icalendar import STATUS, Calendar, Event

_REFRESH = timedelta(hours=1)
"""How often who subscribes should look again."""


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


def calendar_file(entries: Iterable[Entry], name: str) -> bytes:
    """Return the file; a session has one identity in all of them, so that none stands twice."""
    calendar = Calendar.new(
        name=name,
        prodid="-//Talent Cloud//registration//EN",
        method="PUBLISH",
        refresh_interval=_REFRESH,
        subcomponents=[_event(entry) for entry in entries],
    )
    # Drawn anew each time, it would make each fetch another calendar.
    calendar.pop("UID", None)
    content: bytes = calendar.to_ical()
    return content


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
