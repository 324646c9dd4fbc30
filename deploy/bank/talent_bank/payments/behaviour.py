"""How the payment provider behaves. Everything counts, nothing is random."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field


class PaymentEffect(StrEnum):
    """What may befall a payment; where several would, the first in this list does."""

    WRONG_AMOUNT = "wrong_amount"
    """One fen less is taken."""
    TWICE = "twice"
    """The payer pays twice."""
    UNNOTICED = "unnoticed"
    """The merchant is never told."""
    NOTICED_TWICE = "noticed_twice"
    NOTICED_LATE = "noticed_late"


class RefundEffect(StrEnum):
    REFUSED = "refused"
    """Not now: the same number may be sent again."""
    SILENT = "silent"
    """Never taken, never answered."""
    LOST = "lost"
    """Made, but the answer gets lost."""
    PENDING = "pending"
    """Taken at once, made later."""


class QuestionEffect(StrEnum):
    """What may befall a question about an order, or the wish to close one."""

    UNANSWERED = "unanswered"
    LOST = "lost_answer"
    """Done, but the answer gets lost."""
    LATE = "late"


_Often = Annotated[int, Field(ge=1, le=1_000_000)]


class PaymentBehaviour(BaseModel):
    """The settings of the simulation; without any, all goes as it should."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"payments": {"unnoticed": 3}, "refunds": {"lost": 2}}]},
    )

    payments: dict[PaymentEffect, _Often] = {}
    """Every n-th payment, counted from the first; so for the others."""
    refunds: dict[RefundEffect, _Often] = {}
    questions: dict[QuestionEffect, _Often] = {}
    late_seconds: float = Field(default=5, ge=0, le=86_400)
    """How late notices and pending refunds are."""
    silence_seconds: float = Field(default=30, ge=0, le=120)
    """How long a connection without an answer stays open; it then ends with a 504."""


E = TypeVar("E", bound=StrEnum)


def effect_on(number: int, kinds: type[E], every: Mapping[E, int]) -> E | None:
    """Return what befalls the `number`-th, from 1."""
    hits = (effect for effect in kinds if effect in every and number % every[effect] == 0)
    return next(hits, None)
