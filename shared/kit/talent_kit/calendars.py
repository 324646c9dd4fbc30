"""Calendars that programs fetch by secret addresses (iCalendar)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import Path, Response
from icalendar import Calendar, Event

_TYPE = "text/calendar"
_REFRESH = timedelta(hours=1)
"""How often who subscribes should look again."""

FILE: dict[int | str, dict[str, object]] = {
    200: {"content": {_TYPE: {"schema": {"type": "string"}}}}
}
"""What endpoints of calendars answer, for `responses=`."""

SecretPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""The secret of an address."""


class CalendarResponse(Response):
    media_type = _TYPE


def answer(content: bytes, filename: str, cached: str) -> CalendarResponse:
    """Return a calendar as a file."""
    headers = {
        "Content-Disposition": f'attachment; filename="{filename}"',
        "Cache-Control": cached,
        "Vary": "Accept-Language",
    }
    return CalendarResponse(content, headers=headers)


def calendar_file(events: Sequence[Event], name: str, service: str) -> bytes:
    """Return the file; the same events make the same file."""
    calendar = Calendar.new(
        name=name,
        prodid=f"-//Talent Cloud//{service}//EN",
        method="PUBLISH",
        refresh_interval=_REFRESH,
        subcomponents=events,
    )
    # Drawn anew each time, it would make each fetch another calendar.
    calendar.pop("UID", None)
    content: bytes = calendar.to_ical()
    return content
