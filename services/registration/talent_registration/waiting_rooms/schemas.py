"""What is sent and shown of waiting rooms."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

MOST_A_MINUTE = 600_000


class RoomContent(BaseModel):
    """A waiting room as its organiser wants it."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "examples": [{"enter_from": "2026-09-01T08:00:00+08:00", "per_minute": 6000}]
        },
    )

    enter_from: AwareDatetime = Field(description="From when it can be entered.")
    per_minute: int = Field(
        ge=1, le=MOST_A_MINUTE, description="How many are let in a minute once registration opens."
    )


class RoomOut(BaseModel):
    """A waiting room as its organiser sees it; `version` is the activity's."""

    enter_from: datetime
    per_minute: int
    commitment: str
    version: int


class Board(BaseModel):
    """What everybody may know of a waiting room. Within a few seconds all read the same."""

    enter_from: datetime
    opens_at: datetime = Field(description="When the order is drawn and the first are let in.")
    closes_at: datetime
    per_minute: int
    as_of: datetime
    admitted: int = Field(description="Up to which position people are let in, as of `as_of`.")
    last: int | None = Field(description="The last position given so far; none before the draw.")
    last_turn_at: datetime | None = Field(description="When that position is let in.")
    commitment: str = Field(
        description="SHA-256 of the seed, in hexadecimal digits: it was there before anybody came."
    )
    seed: str | None = Field(
        description="After the draw. The order is that of SHA-256 over the seed's bytes and those "
        "of the talent's pseudonym."
    )


class EntryOut(BaseModel):
    """Somebody's own place; it stays the same however often it is entered or read."""

    entered_at: datetime
    position: int | None = Field(description="None before the draw.")
    turn_at: datetime | None = Field(description="From when a seat can be claimed.")
    admitted: bool
