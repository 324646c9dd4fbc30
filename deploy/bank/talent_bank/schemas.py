"""What the bank's client sends and reads. Amounts are integer fen."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from .behaviour import Behaviour
from .models import Status


class TransferOrder(BaseModel):
    """An order; its id is the client's, and makes sending it again harmless."""

    model_config = ConfigDict(extra="forbid")

    order_id: UUID = Field(examples=["019a9b1c-2f00-7000-8000-000000000001"])
    account_number: str = Field(pattern=r"^[0-9]{8,30}$", examples=["6222000000000001"])
    holder: str = Field(min_length=1, max_length=120, examples=["测试甲"])
    bank_code: str = Field(default="", pattern=r"^[0-9A-Za-z]{0,20}$")
    amount_fen: int = Field(ge=1, le=10**15, examples=[2_000_000])
    currency: Literal["CNY"]


MOST_ORDERS = 500
"""In one message."""


def _distinct(orders: list[TransferOrder]) -> list[TransferOrder]:
    if len({order.order_id for order in orders}) < len(orders):
        raise PydanticCustomError("order_twice", "An order stands twice in the list")
    return orders


class TransferOrders(BaseModel):
    """Several orders in one message."""

    model_config = ConfigDict(extra="forbid")

    orders: Annotated[
        list[TransferOrder], Field(min_length=1, max_length=MOST_ORDERS), AfterValidator(_distinct)
    ]


class TransferQuery(BaseModel):
    """Several orders asked for in one message."""

    model_config = ConfigDict(extra="forbid")

    order_ids: list[UUID] = Field(min_length=1, max_length=MOST_ORDERS)


class TransferState(BaseModel):
    """What has become of an order; `amount_fen` is what was or will be booked."""

    order_id: UUID
    status: Status
    amount_fen: int
    reason: str | None = None
    booked_at: datetime | None = None


class TransferStates(BaseModel):
    """What has become of several orders; of those that are not in it, nothing is said."""

    states: list[TransferState]


class PlainBooking(BaseModel):
    """Money that moves without an order: somebody pays in, or the bank takes a fee."""

    model_config = ConfigDict(extra="forbid")

    direction: Literal["in", "out"] = "in"
    reference: str = Field(min_length=1, max_length=60, examples=["R0000000001"])
    amount_fen: int = Field(ge=1, le=10**15, examples=[2_000_000])


class StatementQuery(BaseModel):
    """Which bookings: from `from` until before `to`, past the cursor."""

    model_config = ConfigDict(extra="forbid")

    since: AwareDatetime | None = Field(default=None, alias="from")
    before: AwareDatetime | None = Field(default=None, alias="to")
    cursor: int = Field(default=0, ge=0, le=2**62)
    limit: int = Field(default=200, ge=1, le=1000)


class StatementLine(BaseModel):
    """Money that moved; `order_id` is set where an order of the client moved it."""

    position: int
    direction: Literal["in", "out"]
    order_id: UUID | None
    reference: str | None
    amount_fen: int
    account_mask: str | None
    booked_at: datetime


class Statement(BaseModel):
    """One page of the statement in the order of booking; `next_cursor` is null on the last."""

    lines: list[StatementLine]
    next_cursor: int | None


class Simulation(BaseModel):
    """How the bank behaves, and how many orders it was sent so far."""

    behaviour: Behaviour
    received: int
