"""What is sent and shown of gates."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ..activities.questions import Name

_STRICT = ConfigDict(extra="forbid", hide_input_in_errors=True)
DeviceLabel = Annotated[str, StringConstraints(pattern=r"^[\w .#-]{1,40}$")]


class GateContent(BaseModel):
    """A gate as its organiser sets it; sessions and tickets by their names in the activity."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "examples": [{"name": "north", "meetings": ["day-1"], "tickets": ["visitor"]}]
        },
    )

    name: Name
    meetings: list[Name] = Field(min_length=1, max_length=100)
    tickets: list[Name] = Field(min_length=1, max_length=100)
    once: bool = Field(default=True, description="One entry to each session; else many.")
    exits: bool = Field(default=False, description="Whoever goes out is scanned too.")
    admits_unknown: bool = Field(
        default=True,
        description="Let in and look later, whose code is good but in no list that is here yet.",
    )
    counts: bool = Field(default=True, description="An entry here is attendance.")
    early_minutes: int = Field(
        default=120, ge=0, le=1_440, description="How long before a session it opens."
    )


class GateOut(GateContent):
    id: UUID
    version: int


class GateList(BaseModel):
    """The gates of an activity, by name."""

    items: list[GateOut]


class Enrolment(BaseModel):
    model_config = _STRICT

    label: DeviceLabel = Field(description="What it is called at the gate.", examples=["tablet 1"])


class DeviceOut(BaseModel):
    id: UUID
    label: str
    enrolled_at: datetime
    revoked_at: datetime | None


class DeviceList(BaseModel):
    """The devices of a gate, the first enrolled first."""

    items: list[DeviceOut]


class EnrolledDevice(DeviceOut):
    """`secret` is shown this once; it goes into the header `Gate-Key`.

    `roster_key` verifies rosters: an Ed25519 public key, base64url.
    """

    secret: str
    roster_key: str


class SignedRoster(BaseModel):
    """A compact JWS; what is in it is told in `talent_gate.roster`."""

    roster: str
