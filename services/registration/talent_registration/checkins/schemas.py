"""What is sent and shown of scans."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

MOST_SCANS = 2_000
"""In one batch: with codes at their longest that is below a mebibyte."""

_STRICT = ConfigDict(extra="forbid", hide_input_in_errors=True)
DeviceInstant = Annotated[
    AwareDatetime, Field(ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(2106, 1, 1, tzinfo=UTC))
]
"""Whatever a device's clock may say: it counts seconds since 1970."""
ReasonText = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]{0,39}$")]


class ScanContent(BaseModel):
    """What was shown at a gate: a talent code's text, or a registration's id as ticket."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={"examples": [{"payload": "TC1:…"}, {"registration_id": "0197…"}]},
    )

    payload: str | None = Field(default=None, min_length=1, max_length=512)
    registration_id: UUID | None = None
    direction: Literal["in", "out"] = "in"

    @model_validator(mode="after")
    def _one_of_them(self) -> "ScanContent":
        if (self.payload is None) == (self.registration_id is None):
            raise PydanticCustomError(
                "payload_or_ticket", "payload or registration_id, one of both"
            )
        return self


class OfflineScan(ScanContent):
    """A scan that a device decided alone; `at` by its own clock."""

    scan_id: UUID
    at: DeviceInstant
    admitted: bool
    reason: ReasonText | None = Field(default=None, description="Why not, where it was not.")


class BatchContent(BaseModel):
    """What a device recorded without a network; `sent_at` is its clock as it sends this."""

    model_config = _STRICT

    sent_at: DeviceInstant
    scans: list[OfflineScan] = Field(min_length=1, max_length=MOST_SCANS)


class Verdict(BaseModel):
    """What a scan came to.

    `admitted`: whether they were let in, or out. `counted`: whether that stands; where somebody was
    let in and it does not, `reason` says what has to be looked at.
    """

    scan_id: UUID
    admitted: bool
    counted: bool
    reason: str | None = Field(default=None, examples=["already-in"])
    ticket: str | None = Field(default=None, description="The ticket's name, where one is known.")
    meeting: str | None = Field(default=None, description="The session's name.")
    at: datetime


class BatchOut(BaseModel):
    """`behind_ms`: by how much the device's clock was behind, which its scans are corrected by."""

    behind_ms: int
    scans: list[Verdict]


class ConflictLine(BaseModel):
    """Somebody who was let in, to be looked at; nobody is put out for it afterwards."""

    id: UUID
    scan_id: UUID
    gate: str
    scanned_by: str
    registration_id: UUID | None
    meeting: str | None
    reason: str
    at: datetime
    device_at: datetime | None


class MeetingPresence(BaseModel):
    """`entered` have been there, `inside` are there now, as far as devices have told.

    Once the session is over nobody is inside.
    """

    meeting: str
    inside: int
    entered: int


class Presence(BaseModel):
    """Live figures; `expected` have a seat, `attended` were at a gate where that counts."""

    expected: int
    attended: int
    conflicts: int
    meetings: list[MeetingPresence]
