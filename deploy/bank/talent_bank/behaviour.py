"""How the bank behaves: which orders it books, refuses, delays, or leaves without an answer.

Everything counts orders, nothing is random, so that a test can say what will happen.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Effect(StrEnum):
    """What may befall an order; where several would, the first in this list does."""

    ACCOUNT_CLOSED = "account_closed"
    """Refused: nothing is booked."""
    SILENT = "silent"
    """Never taken, never answered."""
    LOST = "lost"
    """Booked, but the answer gets lost."""
    WRONG_AMOUNT = "wrong_amount"
    """Booked with one fen too little."""
    WRONG_ACCOUNT = "wrong_account"
    """Booked, but to another account."""
    TWICE = "twice"
    """Sent to the books twice, which must move the money once."""
    LATE = "late"
    """Booked at once, answered late."""
    ACCEPTED = "accepted"
    """Accepted at once, booked later."""


class Behaviour(BaseModel):
    """The settings of the simulation; without any, every order is booked at once."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"every": {"lost": 50, "late": 20}, "closed_endings": ["00"]}]
        },
    )

    every: dict[Effect, Annotated[int, Field(ge=1, le=1_000_000)]] = {}
    """Every n-th order that the bank is sent, counted from its first; repeats do not count."""
    closed_endings: list[Annotated[str, Field(pattern=r"^[0-9]{1,19}$")]] = Field(
        default=[], max_length=100
    )
    """Accounts with such last digits are closed."""
    late_seconds: float = Field(default=5, ge=0, le=120)
    booking_seconds: float = Field(default=5, ge=0, le=86_400)
    """How long after an accepted order its booking comes."""
    silence_seconds: float = Field(default=30, ge=0, le=120)
    """How long a connection without an answer stays open; it then ends with a 504."""


def effect_on(number: int, account_number: str, behaviour: Behaviour) -> Effect | None:
    """Return what befalls the order that is the `number`-th, from 1."""
    if account_number.endswith(tuple(behaviour.closed_endings)):
        return Effect.ACCOUNT_CLOSED
    hits = (
        effect
        for effect in Effect
        if effect in behaviour.every and number % behaviour.every[effect] == 0
    )
    return next(hits, None)
