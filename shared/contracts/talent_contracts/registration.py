"""Events of the registration service: topic `talent.registration`."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from .cloudevent import EventData


class ActivityState(EventData):
    """What everybody may know of an activity; drafts are never told of."""

    SUBJECT = "activity_id"

    activity_id: UUID
    kind: str
    region: str
    status: Literal["published", "cancelled", "finished"]
    title_zh: str
    title_en: str
    opens_at: datetime
    closes_at: datetime


class ActivityPublished(ActivityState):
    TYPE: ClassVar[str] = "talent.registration.activity.published.v1"


class ActivityUpdated(ActivityState):
    TYPE: ClassVar[str] = "talent.registration.activity.updated.v1"


class ActivityCancelled(ActivityState):
    TYPE: ClassVar[str] = "talent.registration.activity.cancelled.v1"


class ActivityFinished(ActivityState):
    TYPE: ClassVar[str] = "talent.registration.activity.finished.v1"


class RegistrationState(EventData):
    """Somebody's seat at an activity, or place in the queue for one."""

    SUBJECT = "registration_id"

    registration_id: UUID
    activity_id: UUID
    ticket_id: UUID
    talent_id: UUID
    status: Literal["confirmed", "waiting", "offered", "cancelled", "lapsed"]
    offered_until: datetime | None = None


class RegistrationConfirmed(RegistrationState):
    TYPE: ClassVar[str] = "talent.registration.registration.confirmed.v1"


class RegistrationQueued(RegistrationState):
    TYPE: ClassVar[str] = "talent.registration.registration.queued.v1"


class RegistrationOffered(RegistrationState):
    TYPE: ClassVar[str] = "talent.registration.registration.offered.v1"


class RegistrationCancelled(RegistrationState):
    TYPE: ClassVar[str] = "talent.registration.registration.cancelled.v1"


class RegistrationLapsed(RegistrationState):
    TYPE: ClassVar[str] = "talent.registration.registration.lapsed.v1"


class RegistrationRequestState(EventData):
    """Somebody's request for a seat that the organiser decides; approved it becomes one."""

    SUBJECT = "registration_id"

    registration_id: UUID
    activity_id: UUID
    ticket_id: UUID
    talent_id: UUID
    status: Literal["requested", "refused"]
    reason: str | None = None
    """A code, where it was refused."""


class RegistrationRequested(RegistrationRequestState):
    TYPE: ClassVar[str] = "talent.registration.registration.requested.v1"


class RegistrationRefused(RegistrationRequestState):
    TYPE: ClassVar[str] = "talent.registration.registration.refused.v1"


class RegistrationReserved(EventData):
    """Somebody's seat is kept while they pay for it; it is confirmed then, or lapses."""

    SUBJECT = "registration_id"
    TYPE: ClassVar[str] = "talent.registration.registration.reserved.v1"

    registration_id: UUID
    activity_id: UUID
    ticket_id: UUID
    talent_id: UUID
    status: Literal["awaiting_payment"]
    due_fen: int
    pay_until: datetime


class BookingState(EventData):
    """An employer's booth at an activity."""

    SUBJECT = "booking_id"

    booking_id: UUID
    activity_id: UUID
    ticket_id: UUID
    employer_id: UUID
    status: Literal["confirmed", "cancelled"]


class BookingConfirmed(BookingState):
    TYPE: ClassVar[str] = "talent.registration.booking.confirmed.v1"


class BookingCancelled(BookingState):
    TYPE: ClassVar[str] = "talent.registration.booking.cancelled.v1"


class CertificateState(EventData):
    """That a talent attended an activity, for how many hours of continuing education.

    Told once the activity is over. Its number is not in it: who has that may read the certificate.
    """

    SUBJECT = "certificate_id"

    certificate_id: UUID
    registration_id: UUID
    activity_id: UUID
    talent_id: UUID
    hours: int
    attended_on: date


class CertificateIssued(CertificateState):
    TYPE: ClassVar[str] = "talent.registration.certificate.issued.v1"


class CertificateRevoked(CertificateState):
    TYPE: ClassVar[str] = "talent.registration.certificate.revoked.v1"


class AttendanceState(EventData):
    """Somebody was at an activity, as its check-in shows: a fact from which measures pay.

    `employer_id` where an employer took part; then `talent_id` is empty. `attended_on` is the day
    in Asia/Shanghai of the first entry; `region` the activity's, whose office answers for it;
    `held_in` the county or city, none of what is online.
    """

    SUBJECT = "attendance_id"

    attendance_id: UUID
    activity_id: UUID
    registration_id: UUID
    talent_id: UUID | None = None
    employer_id: UUID | None = None
    kind: str
    host: Literal["government", "joint", "public_body", "other"]
    region: str
    held_in: str | None
    recruitment: bool
    invited: bool
    attended_on: date


class AttendanceConfirmed(AttendanceState):
    TYPE: ClassVar[str] = "talent.registration.attendance.confirmed.v1"


class AttendanceRevoked(AttendanceState):
    """It was entered by mistake: whatever was decided from it has to be looked at again."""

    TYPE: ClassVar[str] = "talent.registration.attendance.revoked.v1"
