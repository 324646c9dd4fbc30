"""What registration holds of a talent."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field
from talent_kit.audit import Reading

from ..activities.questions import Value
from ..curricula.schemas import Left
from ..files.schemas import FileOut
from ..payments.schemas import PaymentOut
from ..registrations.schemas import RegistrationOut


class ScanHeld(BaseModel):
    """That the talent was at a gate, on the way in or out, and what that came to."""

    gate_id: UUID
    at: datetime
    out: bool
    result: str = Field(examples=["counted"])
    reason: str | None


class RegistrationHeld(RegistrationOut):
    """A registration, what was answered with it, when the talent was there, the certificate."""

    answers: dict[str, Value] | None
    attended_on: date | None
    certificate: str | None
    """The number of the certificate, of one that was revoked too."""
    scans: list[ScanHeld]
    paid: PaymentOut | None
    """What the seat costs, and what moved; kept for good, under a pseudonym alone."""


class RoomEntryHeld(BaseModel):
    """That the talent entered a waiting room, and the position that came of it."""

    activity_id: UUID
    entered_at: datetime
    position: int | None


class WrongCodes(BaseModel):
    """How often you gave a code for an activity that was none."""

    activity_id: UUID
    tries: int
    since: datetime


class EmploymentHeld(BaseModel):
    """By whom you are or were employed, as identity told it."""

    employer_id: UUID
    confirmed: bool
    begins: date
    until: date | None


class PersonalData(BaseModel):
    """All that registration holds of a talent; `readings` are the newest 1000."""

    talent_id: UUID
    region: str
    degree: str | None
    """As it was verified with policy, and so the classes."""
    talent_classes: list[str]
    employments: list[EmploymentHeld]
    registrations: list[RegistrationHeld]
    waiting_rooms: list[RoomEntryHeld]
    code_serials: list[int]
    """Which of their codes are known here, by a digest of the number."""
    calendar_feed_made_at: datetime | None
    wrong_codes: list[WrongCodes]
    files: list[FileOut]
    curricula: list[Left]
    readings: list[Reading]


class PersonalDataExport(PersonalData):
    """The same, to take along."""

    exported_at: datetime
