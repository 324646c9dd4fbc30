"""What payers, the merchant and whoever tests send and read. Amounts are integer fen."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from .behaviour import PaymentBehaviour
from .models import CheckoutStatus, RefundStatus

MOST = 200
"""Orders in one question."""


class Address(BaseModel):
    """What a merchant's signed address says: order number, amount, end (Unix seconds), title."""

    model_config = ConfigDict(extra="forbid")

    n: UUID
    a: Annotated[int, Field(ge=1, le=10**12)]
    u: Annotated[int, Field(ge=0, le=2**40)]
    t: Annotated[str, Field(max_length=120)]
    s: Annotated[str, Field(min_length=43, max_length=43)]

    def content(self) -> bytes:
        """Return what is signed."""
        return f"checkout\n{self.n.hex}\n{self.a}\n{self.u}\n{self.t}".encode()


class PaymentState(BaseModel):
    payment_id: UUID
    amount_fen: int
    paid_at: datetime


class CheckoutState(BaseModel):
    """What has become of an order; a notice to the merchant says the same."""

    number: UUID
    status: CheckoutStatus
    payments: list[PaymentState]


class CheckoutStates(BaseModel):
    """Of orders that are not in it nobody has opened the address."""

    orders: list[CheckoutState]


class CheckoutQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    numbers: list[UUID] = Field(min_length=1, max_length=MOST)


class Closing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: UUID


class RefundOrder(BaseModel):
    """A refund; its number makes sending it again harmless."""

    model_config = ConfigDict(extra="forbid")

    number: UUID
    payment_id: UUID
    amount_fen: int = Field(ge=1, le=10**12)


class RefundState(BaseModel):
    number: UUID
    status: RefundStatus
    amount_fen: int
    made_at: datetime | None


class PaymentLineOut(BaseModel):
    position: int
    kind: Literal["payment", "refund"]
    reference: UUID
    number: UUID
    amount_fen: int
    booked_at: datetime


class PaymentStatement(BaseModel):
    """One page in the order of booking; `next_cursor` is null on the last."""

    lines: list[PaymentLineOut]
    next_cursor: int | None


class PaymentSimulation(BaseModel):
    """How the provider behaves, and what it has counted so far."""

    behaviour: PaymentBehaviour
    payments: int
    refunds: int
    questions: int
