"""What is sent and shown of attendance."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Revocation(BaseModel):
    """Why an attendance was entered by mistake."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reason: Literal["wrong-person", "was-not-there", "test-scan", "other"]


class AttendanceOut(BaseModel):
    """Somebody was there, under the talent's pseudonym; `attended_on` in Asia/Shanghai."""

    id: UUID
    activity_id: UUID
    registration_id: UUID
    talent_id: UUID
    attended_on: date
    revoked_at: datetime | None
    version: int
