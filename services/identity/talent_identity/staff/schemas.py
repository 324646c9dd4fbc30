"""What is sent and shown of appointments."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
)
from pydantic_core import PydanticCustomError

from ..accounts import StaffRole
from ..regions import RegionCode

_LAST = date(2199, 12, 31)

Username = Annotated[
    str,
    # Neither talents' accounts nor those of services can be meant.
    StringConstraints(pattern=r"^(?:[a-z]{1,6}|[a-z]{1,6}-[a-z0-9]{1,8})-?[0-9]{2,12}$"),
    Field(
        description="Name of the account in the directory: a work number, never a person's name.",
        examples=["np-0017"],
    ),
]
StaffRoles = Annotated[set[StaffRole], Field(min_length=1, examples=[["reviewer"]])]


class AppointmentCreate(BaseModel):
    """An appointment; without dates it begins today, and stands until it is ended."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "examples": [{"username": "np-0017", "region": "350702", "roles": ["reviewer"]}]
        },
    )

    username: Username
    region: RegionCode
    roles: StaffRoles
    valid_from: date | None = Field(default=None, le=_LAST)
    valid_until: date | None = Field(default=None, le=_LAST)


class AppointmentUpdate(BaseModel):
    """What changes; what is left out stays. `valid_until` null takes the last day away."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={"examples": [{"roles": ["reviewer", "scanner"]}]},
    )

    roles: StaffRoles | None = None
    valid_until: date | None = Field(default=None, le=_LAST)

    @field_validator("roles", mode="before")
    @classmethod
    def _cannot_be_removed(cls, value: object) -> object:
        if value is None:
            raise PydanticCustomError("null_not_allowed", "cannot be removed")
        return value


class AppointmentOut(BaseModel):
    """An appointment, for staff who may see it; `applied` tells whether the directory has it."""

    id: UUID
    username: str
    region: str
    roles: list[StaffRole]
    valid_from: date
    valid_until: date | None
    appointed_by: str
    appointed_at: datetime
    ended_at: datetime | None
    applied: bool
    version: int
