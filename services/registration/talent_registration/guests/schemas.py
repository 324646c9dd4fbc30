"""What is sent and shown of holds and invitations."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from talent_code import TalentCodeError, parse_number

from ..activities.questions import Name
from ..activities.tickets import MOST_SEATS

MOST_INVITATIONS = 500
"""Made by one request."""


def _number(text: str) -> str:
    try:
        return parse_number(text)
    except TalentCodeError as error:
        raise PydanticCustomError("talent_code_wrong", "not a talent code's number") from error


CodeNumber = Annotated[str, AfterValidator(_number), Field(examples=["8F3K-2M9Q-XR7T-4WBNC"])]

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
    """Invitations to a ticket: so many, or for talents by the numbers of their codes.

    With a hold each takes one of its seats.
    """

    model_config = _STRICT

    ticket_id: UUID
    number: int | None = Field(default=None, ge=1, le=MOST_INVITATIONS)
    talent_codes: list[CodeNumber] | None = Field(
        default=None,
        min_length=1,
        max_length=MOST_INVITATIONS,
        description="Each for that talent alone, who registers without a code. Whether a number is "
        "anybody's is not told. Who is invited to the activity already is left out.",
    )
    hold_id: UUID | None = None
    until: AwareDatetime | None = Field(default=None, description="When they admit no more.")

    @model_validator(mode="after")
    def _one_of_them(self) -> "Invite":
        if (self.number is None) == (self.talent_codes is None):
            raise PydanticCustomError("number_or_codes", "either a number or talents' codes")
        return self


class NewInvitation(BaseModel):
    """An invitation; its code is shown this once, and one that names its guest has none."""

    id: UUID
    code: str | None = Field(examples=["7K3M-9QXR-2TBW"])


class NewInvitations(BaseModel):
    items: list[NewInvitation]


class InvitationOut(BaseModel):
    """`registration_id` says whose it became; `named` that it is for one talent."""

    id: UUID
    ticket_id: UUID
    hold_id: UUID | None
    named: bool
    until: datetime | None
    made_at: datetime
    status: Literal["open", "used", "revoked"]
    registration_id: UUID | None
