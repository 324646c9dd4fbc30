"""Recruitment plans over HTTP."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from talent_kit.described import Described

from ..disciplines.schemas import Discipline

Year = Annotated[int, Field(ge=2000, le=2200)]
Planned = Annotated[
    dict[Discipline, Annotated[int, Field(ge=1, le=500)]],
    Field(min_length=1, max_length=50, examples=[{"0812": 4}]),
]


class PlanContent(BaseModel):
    """How many are to be recruited, by the code of the discipline."""

    model_config = ConfigDict(extra="forbid")

    planned: Planned


class NewPlan(PlanContent):
    """A plan of one of your stations for this year or the next."""

    station_id: UUID
    year: Year


class PlanOut(Described):
    """A plan and what is offered under it."""

    id: UUID
    station_id: UUID
    region: str
    year: int
    planned: dict[str, int]
    offered: dict[str, int]
    """Places of the positions under it by the discipline in which they count; drafts do not."""
    version: int
