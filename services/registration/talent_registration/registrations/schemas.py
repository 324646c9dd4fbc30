"""What is sent and shown of registrations."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from .rules import Status


class Claim(BaseModel):
    """Which ticket is wanted; who is offered a seat of it accepts it so."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    ticket_id: UUID


class RegistrationOut(BaseModel):
    """A seat, or a place in the queue for one."""

    id: UUID
    activity_id: UUID
    ticket_id: UUID
    status: Status
    ahead: int | None = Field(
        default=None,
        description="How many wait for the same ticket before; while waiting, if asked.",
    )
    offered_until: datetime | None = Field(
        default=None, description="Until when the seat is kept; claim it again to accept."
    )
    registered_at: datetime
    version: int


class RegistrationLine(RegistrationOut):
    """A registration as its organiser sees it, under the talent's pseudonym."""

    talent_id: UUID
