"""What of this service `republish` tells again."""

from collections.abc import Sequence
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import (
    ActivityCancelled,
    ActivityFinished,
    ActivityState,
    ActivityUpdated,
    EventData,
)
from talent_kit.republishing import Republished
from talent_kit.service import Service

from .activities import repository
from .activities import service as activities
from .activities.states import Status
from .attendance import service as attendance
from .bookings import service as bookings
from .certificates import service as certificates
from .models import Activity, Registration
from .models.certificates import Certificate
from .models.employers import Booking
from .models.gates import Attendance
from .registrations import telling

_ACTIVITIES: dict[str, type[ActivityState]] = {
    Status.PUBLISHED: ActivityUpdated,
    Status.CANCELLED: ActivityCancelled,
    Status.FINISHED: ActivityFinished,
}


async def _activities(_: Service, __: AsyncSession, rows: Sequence[Activity]) -> list[EventData]:
    """Return the states of activities that were told of: never those of drafts."""
    return [
        activities.state(_ACTIVITIES[row.status], row) for row in rows if row.status in _ACTIVITIES
    ]


async def _registrations(
    _: Service, __: AsyncSession, rows: Sequence[Registration]
) -> list[EventData]:
    return [telling.state(row) for row in rows]


async def _attendance(_: Service, __: AsyncSession, rows: Sequence[Attendance]) -> list[EventData]:
    return [attendance.state(row) for row in rows]


async def _certificates(
    _: Service, __: AsyncSession, rows: Sequence[Certificate]
) -> list[EventData]:
    """Return the states of certificates that were told of."""
    return [certificates.state(row) for row in rows if row.told]


async def _bookings(_: Service, session: AsyncSession, rows: Sequence[Booking]) -> list[EventData]:
    """Return the states of bookings, and of the attendances that were told of."""
    told: list[EventData] = []
    for row in rows:
        told.append(bookings.state(row))
        if row.attendance_id is not None:
            activity = await session.get_one(Activity, row.activity_id)
            meetings = (await repository.parts_of(session, row.activity_id)).meetings
            told.append(bookings.attendance(activity, meetings, row))
    return told


REPUBLISHED: tuple[Republished[Any], ...] = (
    Republished("activity", Activity, _activities),
    Republished("registration", Registration, _registrations),
    Republished("attendance", Attendance, _attendance),
    Republished("certificate", Certificate, _certificates),
    Republished("booking", Booking, _bookings),
)
