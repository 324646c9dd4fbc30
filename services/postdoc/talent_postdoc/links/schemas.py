"""Joint recruitment over HTTP."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class NewLink(BaseModel):
    """With which station yours is to recruit jointly, and when; both days are of it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"partner_id": "0197a2b4-0000-7000-8000-000000000001", "from_on": "2026-09-01"}
            ]
        },
    )

    partner_id: UUID
    from_on: date
    until_on: date | None = None


class LinkEnd(BaseModel):
    """The last day of it."""

    model_config = ConfigDict(extra="forbid")

    until_on: date


class LinkOut(BaseModel):
    """A station's joint recruitment with a mobile station."""

    id: UUID
    station_id: UUID
    mobile_id: UUID
    from_on: date
    until_on: date | None
    confirmed_by: list[Literal["station", "mobile"]]
    live: bool
    version: int
