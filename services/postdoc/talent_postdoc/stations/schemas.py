"""Stations over HTTP."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel
from talent_kit.texts import Bilingual

from .states import Kind, Level, Status


class StationOut(BaseModel):
    """A station as its unit and the office see it."""

    id: UUID
    kind: Kind
    level: Level
    model: bool
    status: Status
    name: Bilingual
    unit_id: UUID
    unit: Bilingual
    region: str
    parent_id: UUID | None
    successor_id: UUID | None
    disciplines: list[str]
    approval: Literal["new", "renewed", "changed", "unknown"]
    approved_on: date
    version: int
