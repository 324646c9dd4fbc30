"""Changes of stations over HTTP."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from talent_kit.described import Described
from talent_kit.texts import Bilingual, Words

from ..disciplines.schemas import Disciplines


class Reasoned(Described):
    """Why, and from which day on; the day is one of Asia/Shanghai, today or before."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"reason": "示例批复文号", "effective_on": "2026-09-01"}]},
    )

    reason: Words
    effective_on: date


class StationChange(Reasoned):
    """What changes; what is left out stays (变更)."""

    name: Bilingual | None = None
    unit: Bilingual | None = None
    """What the unit is called."""
    unit_id: UUID | None = None
    """The unit that takes the station over; the station's region becomes that unit's."""
    disciplines: Disciplines | None = None


class ModelMark(Reasoned):
    """Whether it is a model station (示范站) from that day on."""

    model: bool


class Merger(Reasoned):
    """Into which station it is merged (合并)."""

    successor_id: UUID


class RevocationReason(BaseModel):
    """Why a station is to be revoked: its unit reads it and may state its case."""

    model_config = ConfigDict(extra="forbid")

    reason: Words


class Statement(BaseModel):
    """What the unit has to say (陈述申辩)."""

    model_config = ConfigDict(extra="forbid")

    words: Words


class RevocationOut(BaseModel):
    """A notice of revocation; `state_by` is the last of `days` working days after `noticed_on`.

    It is null until the State Council's notice for that year is out.
    """

    id: UUID
    station_id: UUID
    status: Literal["open", "decided", "dropped"]
    reason: str
    noticed_on: date
    days: int
    state_by: date | None
    statement: str | None
    stated_at: datetime | None
    version: int


class EntryOut(BaseModel):
    """Something that happened to the station; who recorded it is told to staff alone."""

    id: UUID
    kind: Annotated[str, Field(examples=["recognised"])]
    effective_on: date
    detail: dict[str, Any]
    recorded_by: str | None
    recorded_at: datetime
