"""Deadlines as a file for calendar programs."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from icalendar import Event
from talent_kit.calendars import calendar_file


class Entry(NamedTuple):
    """One deadline, its texts in one language; of nobody's name."""

    deadline_id: UUID
    title: str
    about: str
    due_on: date
    version: int


def deadline_file(entries: Iterable[Entry], name: str, made_at: datetime) -> bytes:
    """Return the file: each deadline is the whole of its last day."""
    events = [
        Event.new(
            uid=f"{entry.deadline_id}@talent-cloud",
            stamp=made_at.astimezone(UTC),
            sequence=entry.version,
            start=entry.due_on,
            end=entry.due_on + timedelta(days=1),
            summary=entry.title,
            description=entry.about,
        )
        for entry in entries
    ]
    return calendar_file(events, name, "postdoc")
