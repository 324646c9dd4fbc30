"""The steps of a review, as data: what is done, by whom, and how many working days it may take."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from ..auth import Role
from ..regions import regions
from ..texts import Bilingual


class StepKind(StrEnum):
    """What is done in a step."""

    CHECK = "check"
    """One official approves, returns or refuses."""
    EXPERTS = "experts"
    """An official records what a panel of experts concluded."""
    PUBLICATION = "publication"
    """公示: objections may be lodged until the last day; without any it binds by itself."""


class Level(StrEnum):
    """Of which region's office a step is, as seen from the region of what is reviewed."""

    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


class Step(BaseModel):
    """One step; `days` are working days: those allowed, or those that a publication lasts.

    What is returned lapses unless it comes again within `correction_days` working days; without
    that figure it waits.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    kind: StepKind
    level: Level
    role: Role
    days: Annotated[int, Field(ge=1, le=1000)]
    correction_days: Annotated[int, Field(ge=1, le=1000)] | None = None
    label: Bilingual


Plan = tuple[Step, ...]
PLAN: TypeAdapter[Plan] = TypeAdapter(tuple[Step, ...])

_DEPTH = {level: depth for depth, level in enumerate(Level)}


def responsible(region: str, level: Level, on: date) -> str:
    """Return the region whose office has a step: the one of that level, or the nearest above it."""
    line = (region, *regions().ancestors(region, on))[::-1]
    return line[min(_DEPTH[level], len(line) - 1)]
