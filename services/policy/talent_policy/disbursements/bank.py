"""The port to the bank, and its HTTP adapter.

The order's id is the bank's idempotency key. No answer to an order (CallFailed, CallRefused) means
unknown: it is asked for by its id, and sent again under it only where the bank has never seen it.
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from talent_kit.calls import SecretCaller

MOST_ORDERS = 200
"""In one message to the bank."""


@dataclass(frozen=True)
class BankAnswer:
    """What the bank says of one order; `pending` is taken but not booked yet.

    `amount_fen` is what it booked, `reason` a code, `booked_at` by the bank's clock.
    """

    status: Literal["booked", "refused", "pending"]
    amount_fen: int
    reason: str | None = None
    booked_at: datetime | None = None


Answers = Mapping[UUID, BankAnswer]
"""By order id; of an order that is not in it nothing is known."""


@dataclass(frozen=True)
class BankTransfer:
    """An order in clear: it exists only on its way to the bank."""

    order_id: UUID
    account: str
    holder: str
    bank_code: str
    amount_fen: int


@dataclass(frozen=True)
class BankLine:
    """A line of the bank's statement; the account is masked, the reference is the payer's."""

    position: int
    direction: Literal["out", "in"]
    order_id: UUID | None
    reference: str | None
    amount_fen: int
    account_mask: str | None
    booked_at: datetime


class Bank(Protocol):
    async def send(self, transfers: Sequence[BankTransfer]) -> Answers:
        """Send up to MOST_ORDERS orders; raises CallFailed or CallRefused."""
        ...

    async def ask(self, order_ids: Sequence[UUID]) -> Answers:
        """Return what became of orders, without those the bank never saw; raises as `send`."""
        ...

    def statement(self, since: datetime, before: datetime) -> AsyncIterator[list[BankLine]]:
        """Yield the statement from `since` until before `before` in pages; raises as `send`."""
        ...

    async def close(self) -> None: ...


class HttpBank:
    """The bank's HTTP interface."""

    def __init__(self, base_url: str, secret: str, timeout: float) -> None:
        self._caller = SecretCaller(
            base_url, header="X-Bank-Client", secret=secret, timeout=timeout
        )

    async def send(self, transfers: Sequence[BankTransfer]) -> Answers:
        orders = [
            {
                "order_id": str(transfer.order_id),
                "account_number": transfer.account,
                "holder": transfer.holder,
                "bank_code": transfer.bank_code,
                "amount_fen": transfer.amount_fen,
                "currency": "CNY",
            }
            for transfer in transfers
        ]
        body = {"orders": orders}
        return await self._caller.call("POST", "/transfer-lists", _answers, json=body)

    async def ask(self, order_ids: Sequence[UUID]) -> Answers:
        body = {"order_ids": [str(order_id) for order_id in order_ids]}
        return await self._caller.call("POST", "/transfer-queries", _answers, json=body)

    def statement(self, since: datetime, before: datetime) -> AsyncIterator[list[BankLine]]:
        return self._caller.statement(since, before, _line)

    async def close(self) -> None:
        await self._caller.close()


_STATUS: Mapping[str, Literal["booked", "refused", "pending"]] = {
    "booked": "booked",
    "failed": "refused",
    "accepted": "pending",
}


def _answers(document: Any) -> Answers:
    """Return the answers that can be read: an item that cannot is no answer."""
    answers: dict[UUID, BankAnswer] = {}
    rows = document["states"]
    if not isinstance(rows, list):
        raise TypeError
    for row in rows:
        try:
            booked_at = row.get("booked_at")
            answers[UUID(row["order_id"])] = BankAnswer(
                _STATUS[row["status"]],
                int(row["amount_fen"]),
                _code(row.get("reason")) if row["status"] == "failed" else None,
                datetime.fromisoformat(booked_at) if booked_at else None,
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return answers


_DIRECTION: Mapping[str, Literal["out", "in"]] = {"out": "out", "in": "in"}


def _line(row: Any) -> BankLine:
    return BankLine(
        position=int(row["position"]),
        direction=_DIRECTION[row["direction"]],
        order_id=UUID(row["order_id"]) if row["order_id"] else None,
        reference=row["reference"],
        amount_fen=int(row["amount_fen"]),
        account_mask=row["account_mask"],
        booked_at=datetime.fromisoformat(row["booked_at"]),
    )


_CODE = re.compile(r"[a-z][a-z_-]{0,39}")


def _code(reason: object) -> str:
    """Return a bank's reason where it is a code: its own words may name holder and account."""
    return reason if isinstance(reason, str) and _CODE.fullmatch(reason) else "unknown"
