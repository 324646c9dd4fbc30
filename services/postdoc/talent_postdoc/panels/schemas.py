"""Panels over HTTP."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from talent_kit.described import Described
from talent_kit.texts import Words

from .rules import Grade, MemberKind, Purpose

Status = Literal["open", "concluded", "dissolved"]
Login = Annotated[
    str,
    StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00\s]+$"),
    Field(
        description="The `sub` of their tokens, at Keycloak the id of their account; "
        "`POST /v1/panels/experts` finds it."
    ),
]
PersonName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00]*$"),
]
Score = Annotated[int, Field(ge=0, le=100, description="Points.")]
Long = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=20_000, pattern=r"^[^\x00]*$"
    ),
]


class ExpertSought(BaseModel):
    """The identity document of an expert who has registered as a talent."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "examples": [{"kind": "resident_id", "number": "110101199003070476"}],
        },
    )

    kind: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")] = "resident_id"
    number: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00]*$")]
    issued_by: Annotated[str | None, Field(pattern=r"^[A-Z]{3}$")] = None


class ExpertFound(BaseModel):
    """By which login a panel seats the expert."""

    login: str


class NewMember(Described):
    """An expert to sit on a panel."""

    model_config = ConfigDict(extra="forbid")

    login: Login
    name: PersonName
    kind: MemberKind
    organisation: PersonName
    advisor: bool = False
    """Whether they advise the fellow whom the panel assesses."""
    chair: bool = False


_MEMBER: dict[str, Any] = {
    "login": "expert-1",
    "name": "示例专家",
    "kind": "outside",
    "organisation": "示例大学",
    "chair": True,
}


class NewPanel(BaseModel):
    """A panel to be convened."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "purpose": "exit",
                    "subject_id": "01990f3e-7d3c-7c1a-9d53-0242ac120002",
                    "members": [_MEMBER],
                }
            ]
        },
    )

    purpose: Purpose
    subject_id: UUID
    members: Annotated[list[NewMember], Field(min_length=1, max_length=50)]


class Joining(Described):
    """A further member, or one in the place of another."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"member": _MEMBER}]})

    member: NewMember
    replaces: UUID | None = None
    """Who leaves with this, or has left before: their votes do not count any more."""
    reason: Words


class Departure(BaseModel):
    """A member who leaves: their votes do not count any more."""

    model_config = ConfigDict(extra="forbid")

    member_id: UUID
    reason: Words


class Reasoned(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")

    reason: Words


class Chosen(BaseModel):
    """Which member."""

    model_config = ConfigDict(extra="forbid")

    member_id: UUID


class NewVote(BaseModel):
    """A grade, or points where the purpose asks for them; the last vote counts."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"grade": "passed", "reason": "研究计划可行。"}]},
    )

    grade: Grade | None = None
    score: Score | None = None
    reason: Words


class NewMinutes(BaseModel):
    """What the chair puts on record (会议纪要)."""

    model_config = ConfigDict(extra="forbid")

    minutes: Long


class PanelRow(Described):
    """A panel in a list."""

    id: UUID
    purpose: Purpose
    subject_id: UUID
    station_id: UUID | None
    region: str
    status: Status
    convened_on: date
    grade: Grade | None
    score: int | None
    """In hundredths of a point."""
    concluded_on: date | None
    version: int


class MemberOut(BaseModel):
    """A member as the panel and those it is of see them."""

    id: UUID
    name: str | None = Field(description="Null where they were erased.")
    kind: MemberKind
    organisation: str
    advisor: bool
    chair: bool
    replaces: UUID | None
    standing: Literal["sitting", "recused", "left", "replaced", "erased"]
    voted: bool
    you: bool


class VoteOut(BaseModel):
    """A vote that counts: each member sees their own, all are shown once the panel concluded."""

    member_id: UUID
    grade: Grade
    score: int | None
    reason: str
    cast_at: datetime


class PanelOut(PanelRow):
    """A panel with its members."""

    members: list[MemberOut]
    quorum: int
    """How many must have voted before the chair can conclude."""
    votes: list[VoteOut]
    minutes: str | None
