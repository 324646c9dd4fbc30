"""What employers send and are shown."""

import unicodedata
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
)
from pydantic_core import PydanticCustomError

from ..regions import RegionCode
from .credit_codes import CreditCodeError, read_credit_code

EmployerKind = Literal[
    "enterprise",
    "branch_of_outside_enterprise",
    "public_institution",
    "government",
    "social_organisation",
]
Login = Annotated[
    str,
    StringConstraints(pattern=r"^[\x21-\x7e]{1,255}$"),
    Field(description="The subject of the agent's tokens.", examples=["agent-7"]),
]


def _credit_code(value: str) -> str:
    try:
        return read_credit_code(value)
    except CreditCodeError as error:
        raise PydanticCustomError(error.code.replace("-", "_"), "not a credit code") from None


def _name(value: str) -> str:
    name = " ".join(unicodedata.normalize("NFKC", value).split())
    if not name or not name.isprintable():
        raise PydanticCustomError("name_format", "not a name")
    return name


CreditCode = Annotated[
    str, Field(max_length=40, examples=["91350702MA0000001K"]), AfterValidator(_credit_code)
]
OrganisationName = Annotated[
    str, Field(max_length=128, examples=["闽北示例机械有限公司"]), AfterValidator(_name)
]


class EmployerCreate(BaseModel):
    """A registration; the login that sends it becomes the first agent."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    credit_code: CreditCode
    name: OrganisationName
    region: RegionCode
    kind: EmployerKind


class EmployerUpdate(BaseModel):
    """What changes; what is left out stays. A credit code is for life."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: OrganisationName | None = None
    region: RegionCode | None = None
    kind: EmployerKind | None = None

    @field_validator("name", "region", "kind", mode="before")
    @classmethod
    def _cannot_be_removed(cls, value: object) -> object:
        if value is None:
            raise PydanticCustomError("null_not_allowed", "cannot be removed")
        return value


class EmployerOut(BaseModel):
    """An employer, for its agents and for staff of its region."""

    id: UUID
    credit_code: str
    name: str
    region: str
    kind: EmployerKind
    registered_at: datetime
    version: int


class EmployerFound(BaseModel):
    """As much of an employer as everyone may know; no name where nobody acts for it yet."""

    id: UUID
    name: str | None
    region: str


class AgentCreate(BaseModel):
    """A login that may act for the employer, to the end of `valid_until` if that is given."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    login: Login
    valid_until: date | None = Field(default=None, le=date(2199, 12, 31))


class AgentOut(BaseModel):
    login: str
    valid_until: date | None
    added_at: datetime


class Agents(BaseModel):
    """The agents of an employer; `version` is the employer's."""

    items: list[AgentOut]
    version: int
