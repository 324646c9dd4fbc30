"""The port to the bank, and its HTTP adapter.

The order's id is the bank's idempotency key. No answer to an order means unknown: it is asked for
by its id, and sent again under that same id only where the bank has never seen it.
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

import httpx2
from talent_kit.calls import trusted

MOST_ORDERS = 200
"""In one message to the bank."""
_PAGE = 1000


class BankUnknown(Exception):  # noqa: N818 - the state of knowledge, not a refusal
    """The bank gave no definite answer: what it was asked for may or may not have happened."""


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
        """Send up to MOST_ORDERS orders; raises BankUnknown."""
        ...

    async def ask(self, order_ids: Sequence[UUID]) -> Answers:
        """Return what became of orders, without those the bank never saw; raises BankUnknown."""
        ...

    def statement(self, since: datetime, before: datetime) -> AsyncIterator[list[BankLine]]:
        """Yield the statement from `since` until before `before` in pages; raises BankUnknown."""
        ...

    async def close(self) -> None: ...


class HttpBank:
    """The bank's HTTP interface."""

    def __init__(self, base_url: str, secret: str, timeout: float) -> None:
        self._client = httpx2.AsyncClient(
            base_url=base_url,
            headers={"X-Bank-Client": secret},
            timeout=timeout,
            verify=trusted(),
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
        return _answers(await self._call("POST", "/transfer-lists", json={"orders": orders}))

    async def ask(self, order_ids: Sequence[UUID]) -> Answers:
        body = {"order_ids": [str(order_id) for order_id in order_ids]}
        return _answers(await self._call("POST", "/transfer-queries", json=body))

    async def statement(self, since: datetime, before: datetime) -> AsyncIterator[list[BankLine]]:
        cursor = 0
        asked = {"from": since.isoformat(), "to": before.isoformat(), "limit": _PAGE}
        while True:
            page = await self._call("GET", "/statement", params=asked | {"cursor": cursor})
            try:
                lines = [_line(row) for row in page["lines"]]
                following = page["next_cursor"]
            except (ValueError, KeyError, TypeError) as error:
                raise BankUnknown from error
            yield lines
            if following is None:
                return
            cursor = following

    async def _call(self, method: str, path: str, **content: Any) -> Any:
        try:
            response = await self._client.request(method, path, **content)
            if response.status_code != 200:
                raise BankUnknown
            return response.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise BankUnknown from error

    async def close(self) -> None:
        await self._client.aclose()


_STATUS: Mapping[str, Literal["booked", "refused", "pending"]] = {
    "booked": "booked",
    "failed": "refused",
    "accepted": "pending",
}


def _answers(document: Any) -> Answers:
    """Return the answers that can be read: an item that cannot is no answer."""
    answers: dict[UUID, BankAnswer] = {}
    rows = document.get("states") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise BankUnknown
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


def _line(row: Any) -> BankLine:
    return BankLine(
        position=int(row["position"]),
        direction="in" if row["direction"] == "in" else "out",
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
