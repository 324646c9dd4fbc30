"""Feeds over HTTP."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class FeedCreate(BaseModel):
    """Of which station; without one, of the caller's own deadlines as a fellow."""

    model_config = ConfigDict(extra="forbid")

    station_id: UUID | None = None


class FeedOut(BaseModel):
    """That there is a feed, since when."""

    station_id: UUID | None
    made_at: datetime


class NewFeed(FeedOut):
    """A feed with its address, which is shown this once; who has it sees the deadlines."""

    path: str = Field(examples=["/v1/station-calendars/9kM….ics"])
