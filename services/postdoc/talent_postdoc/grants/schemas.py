"""Calls and grants over HTTP."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from talent_kit.texts import Bilingual, Words

from ..documents.schemas import Wanted
from .states import Status

Programme = Literal["excellent_postdoc"]
"""`excellent_postdoc`: 卓越博士后资助计划."""


class NewCall(BaseModel):
    """A call for a year; the last day of the window counts."""

    model_config = ConfigDict(extra="forbid")

    region: Annotated[str, Field(pattern=r"^[0-9A-Z]{6}$", examples=["320000"])]
    programme: Programme = "excellent_postdoc"
    year: Annotated[int, Field(ge=2000, le=2100, examples=[2026])]
    name: Bilingual
    places: Annotated[int, Field(ge=1, le=100_000, examples=[900])]
    opens_on: date
    closes_on: date

    @model_validator(mode="after")
    def _window(self) -> Self:
        if self.closes_on < self.opens_on:
            raise PydanticCustomError("ends_before_start", "closes_on is before opens_on")
        return self


class CallOut(BaseModel):
    """A call, and how many of its places are left."""

    id: UUID
    region: str
    programme: Programme
    year: int
    name: Bilingual
    places: int
    left: int
    opens_on: date
    closes_on: date
    version: int


class NewGrant(BaseModel):
    """A proposal of a unit for one of its fellows; documents are attached, then it is submitted."""

    model_config = ConfigDict(extra="forbid")

    call_id: UUID
    fellow_id: UUID


class EndGrant(BaseModel):
    """Why nothing more is due."""

    model_config = ConfigDict(extra="forbid")

    reason: Words


class GrantRow(BaseModel):
    """A grant in a list; what is paid stands in policy's ledger."""

    id: UUID
    call_id: UUID
    programme: Programme
    fellow_id: UUID
    station_id: UUID
    unit_id: UUID
    talent_id: UUID
    region: str
    status: Status
    review_id: UUID | None
    awarded_on: date | None
    ended_on: date | None
    version: int


class GrantOut(GrantRow):
    """A grant as its parties and the office see it."""

    documents: list[Wanted] = Field(
        description="What must be attached before the proposal is submitted."
    )
