"""The port to the payment provider, and its HTTP adapter.

It is told an order's number, a refund's number and amounts, never who pays. No answer means
unknown: orders are asked for again, and a refund is sent again under its number, which moves money
once.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field
from talent_kit.calls import SecretCaller


class PaidSeen(BaseModel):
    """A payment that the provider took, by its clock."""

    payment_id: UUID
    amount_fen: int = Field(ge=0)
    paid_at: AwareDatetime


class OrderSeen(BaseModel):
    """What the provider says of an order; its notices say the same."""

    number: UUID
    status: Literal["open", "paid", "closed"]
    payments: list[PaidSeen]


class LineSeen(NamedTuple):
    """A line of the statement."""

    position: int
    kind: Literal["paid", "refunded"]
    reference: UUID
    order_id: UUID
    amount_fen: int
    booked_at: datetime


class Provider(Protocol):
    """Each call raises CallFailed where it has no definite answer, CallRefused a refusal."""

    async def ask(self, order_id: UUID) -> OrderSeen | None:
        """Return what became of an order, None where nobody opened it."""
        ...

    async def end(self, order_id: UUID) -> OrderSeen:
        """Close an order unless it is paid."""
        ...

    async def refund(self, refund_id: UUID, payment_id: UUID, amount_fen: int) -> datetime | None:
        """Give money of a payment back; return when it was made, None where it will be.

        Where the provider refuses, it may make it another time.
        """
        ...

    def statement(self, since: datetime, before: datetime) -> AsyncIterator[Sequence[LineSeen]]:
        """Yield the statement of an interval, without its end, by pages."""
        ...

    async def close(self) -> None: ...


class HttpProvider:
    """The provider's HTTP interface."""

    def __init__(self, base_url: str, secret: str, timeout: float) -> None:
        self._caller = SecretCaller(
            base_url, header="X-Payments-Merchant", secret=secret, timeout=timeout
        )

    async def ask(self, order_id: UUID) -> OrderSeen | None:
        body = {"numbers": [str(order_id)]}
        return await self._caller.call("POST", "/queries", _first, json=body)

    async def end(self, order_id: UUID) -> OrderSeen:
        body = {"number": str(order_id)}
        return await self._caller.call("POST", "/closures", OrderSeen.model_validate, json=body)

    async def refund(self, refund_id: UUID, payment_id: UUID, amount_fen: int) -> datetime | None:
        wanted = {
            "number": str(refund_id),
            "payment_id": str(payment_id),
            "amount_fen": amount_fen,
        }
        return await self._caller.call("POST", "/refunds", _made_at, json=wanted)

    def statement(self, since: datetime, before: datetime) -> AsyncIterator[Sequence[LineSeen]]:
        return self._caller.statement(since, before, _line)

    async def close(self) -> None:
        await self._caller.close()


def _first(found: Any) -> OrderSeen | None:
    return OrderSeen.model_validate(found["orders"][0]) if found["orders"] else None


def _made_at(found: Any) -> datetime | None:
    return datetime.fromisoformat(found["made_at"]) if found["status"] == "made" else None


_KINDS: Mapping[str, Literal["paid", "refunded"]] = {"payment": "paid", "refund": "refunded"}


def _line(row: Any) -> LineSeen:
    return LineSeen(
        position=int(row["position"]),
        kind=_KINDS[row["kind"]],
        reference=UUID(row["reference"]),
        order_id=UUID(row["number"]),
        amount_fen=int(row["amount_fen"]),
        booked_at=datetime.fromisoformat(row["booked_at"]),
    )
