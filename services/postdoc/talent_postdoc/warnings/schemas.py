"""Warnings over HTTP."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from talent_kit.described import Described
from talent_kit.texts import Words

from .rules import Cause, Status


class WarningOut(Described):
    """A warning as the station's unit and the office see it."""

    id: UUID
    station_id: UUID
    region: str
    cause: Cause
    evaluation_id: UUID | None
    status: Status
    warned_on: date
    mend_until: date
    suspended_on: date | None
    proposed_on: date | None
    ended_on: date | None
    fellows_inside: int
    """Who must be placed elsewhere before the station can be revoked."""
    version: int


class Mended(BaseModel):
    """How it was mended."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "已按要求整改并经核查。"}]}
    )

    reason: Words
