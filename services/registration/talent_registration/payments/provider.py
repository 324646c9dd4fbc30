"""The port to the payment provider, and its HTTP adapter.

It is told an order's number, a refund's number and amounts, never who pays. No answer means
unknown: orders are asked for again, and a refund is sent again under its number, which moves money
once.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol
from uuid import UUID

import httpx2
from pydantic import AwareDatetime, BaseModel, Field
from talent_kit.calls import trusted

_PAGE = 1000


class ProviderUnknown(Exception):  # noqa: N818 - the state of knowledge, not a refusal
    """The provider gave no definite answer: what it was asked for may or may not have happened."""


class ProviderRefused(ProviderUnknown):
    """The provider answers, and does not do it now."""


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
    async def ask(self, order_id: UUID) -> OrderSeen | None:
        """Return what became of an order, None where nobody opened it; raises ProviderUnknown."""
        ...

    async def end(self, order_id: UUID) -> OrderSeen:
        """Close an order unless it is paid; raises ProviderUnknown."""
        ...

    async def refund(self, refund_id: UUID, payment_id: UUID, amount_fen: int) -> datetime | None:
        """Give money of a payment back; return when it was made, None where it will be.

        Raises ProviderUnknown, also where the provider refuses: it may make it another time.
        """
        ...

    def statement(self, since: datetime, before: datetime) -> AsyncIterator[Sequence[LineSeen]]:
        """Yield the statement of an interval, without its end, by pages; raises ProviderUnknown."""
        ...

    async def close(self) -> None: ...


class HttpProvider:
    """The provider's HTTP interface."""

    def __init__(self, base_url: str, secret: str, timeout: float) -> None:
        self._client = httpx2.AsyncClient(
            base_url=base_url,
            headers={"X-Payments-Merchant": secret},
            timeout=timeout,
            verify=trusted(),
        )

    async def ask(self, order_id: UUID) -> OrderSeen | None:
        found = await self._call("POST", "/queries", json={"numbers": [str(order_id)]})
        try:
            return OrderSeen.model_validate(found["orders"][0]) if found["orders"] else None
        except (ValueError, KeyError, TypeError) as error:
            raise ProviderUnknown from error

    async def end(self, order_id: UUID) -> OrderSeen:
        found = await self._call("POST", "/closures", json={"number": str(order_id)})
        try:
            return OrderSeen.model_validate(found)
        except ValueError as error:
            raise ProviderUnknown from error

    async def refund(self, refund_id: UUID, payment_id: UUID, amount_fen: int) -> datetime | None:
        wanted = {
            "number": str(refund_id),
            "payment_id": str(payment_id),
            "amount_fen": amount_fen,
        }
        found = await self._call("POST", "/refunds", json=wanted)
        try:
            if found["status"] != "made":
                return None
            return datetime.fromisoformat(found["made_at"])
        except (ValueError, KeyError, TypeError) as error:
            raise ProviderUnknown from error

    async def statement(
        self, since: datetime, before: datetime
    ) -> AsyncIterator[Sequence[LineSeen]]:
        cursor = 0
        asked = {"from": since.isoformat(), "to": before.isoformat(), "limit": _PAGE}
        while True:
            page = await self._call("GET", "/statement", params=asked | {"cursor": cursor})
            try:
                lines = [_line(row) for row in page["lines"]]
                following = page["next_cursor"]
            except (ValueError, KeyError, TypeError) as error:
                raise ProviderUnknown from error
            yield lines
            if following is None:
                return
            cursor = following

    async def _call(self, method: str, path: str, **content: Any) -> Any:
        try:
            response = await self._client.request(method, path, **content)
            if 400 <= response.status_code < 500:
                raise ProviderRefused
            if response.status_code != 200:
                raise ProviderUnknown
            return response.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderUnknown from error

    async def close(self) -> None:
        await self._client.aclose()


def _line(row: Any) -> LineSeen:
    return LineSeen(
        position=int(row["position"]),
        kind="paid" if row["kind"] == "payment" else "refunded",
        reference=UUID(row["reference"]),
        order_id=UUID(row["number"]),
        amount_fen=int(row["amount_fen"]),
        booked_at=datetime.fromisoformat(row["booked_at"]),
    )
