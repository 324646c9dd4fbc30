"""What is sent and shown of holds and invitations."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from ..activities.questions import Name
from ..activities.schemas import MOST_SEATS

MOST_INVITATIONS = 500
"""Made by one request."""

_STRICT = ConfigDict(extra="forbid", hide_input_in_errors=True)


class HoldCreate(BaseModel):
    """So many seats of a ticket, set aside for guests."""

    model_config = _STRICT

    ticket_id: UUID
    name: Name
    seats: int = Field(ge=1, le=MOST_SEATS)
    until: AwareDatetime | None = Field(
        default=None, description="When what is left goes to who waits; none: when you say so."
    )


class HoldChange(BaseModel):
    """How many seats it keeps from now on; none releases it."""

    model_config = _STRICT

    seats: int = Field(ge=0, le=MOST_SEATS)
    until: AwareDatetime | None = None


class HoldOut(BaseModel):
    """`seats` are those that no guest has taken."""

    id: UUID
    ticket_id: UUID
    name: str
    seats: int
    until: datetime | None
    made_at: datetime
    version: int


class Invite(BaseModel):
    """How many invitations to a ticket are made; with a hold each takes one of its seats."""

    model_config = _STRICT

    ticket_id: UUID
    number: int = Field(ge=1, le=MOST_INVITATIONS)
    hold_id: UUID | None = None
    until: AwareDatetime | None = Field(default=None, description="When they admit no more.")


class NewInvitation(BaseModel):
    """An invitation with its code, which is shown this once."""

    id: UUID
    code: str = Field(examples=["7K3M-9QXR-2TBW"])


class NewInvitations(BaseModel):
    items: list[NewInvitation]


class InvitationOut(BaseModel):
    """`registration_id` says whose it became."""

    id: UUID
    ticket_id: UUID
    hold_id: UUID | None
    until: datetime | None
    made_at: datetime
    status: Literal["open", "used", "revoked"]
    registration_id: UUID | None
