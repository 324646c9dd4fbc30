"""The port to the bank, and its HTTP adapter.

The order's id is the bank's idempotency key. No answer means unknown: the order is asked for by
its id, and sent again under that same id only where the bank has never seen it.
"""

import re
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

import httpx2


class BankUnknown(Exception):  # noqa: N818 - the state of knowledge, not a refusal
    """The bank gave no definite answer: the order may or may not have been booked."""


@dataclass(frozen=True)
class BankAnswer:
    """What the bank says of one order; `amount_fen` is what it booked, `reason` a code."""

    status: Literal["booked", "refused"]
    amount_fen: int
    reason: str | None = None


@dataclass(frozen=True)
class BankTransfer:
    """An order in clear: it exists only on its way to the bank."""

    order_id: UUID
    account: str
    holder: str
    bank_code: str
    amount_fen: int


class Bank(Protocol):
    async def send(self, transfer: BankTransfer) -> BankAnswer:
        """Send an order; raises BankUnknown."""
        ...

    async def ask(self, order_id: UUID) -> BankAnswer | None:
        """Return what became of an order, None where the bank never saw it; raises BankUnknown."""
        ...

    async def close(self) -> None: ...


class HttpBank:
    """The bank's HTTP interface."""

    def __init__(self, base_url: str, secret: str, timeout: float) -> None:
        self._client = httpx2.AsyncClient(
            base_url=base_url, headers={"X-Bank-Client": secret}, timeout=timeout
        )

    async def send(self, transfer: BankTransfer) -> BankAnswer:
        body = {
            "order_id": str(transfer.order_id),
            "account_number": transfer.account,
            "holder": transfer.holder,
            "bank_code": transfer.bank_code,
            "amount_fen": transfer.amount_fen,
            "currency": "CNY",
        }
        response = await self._call("POST", "/transfers", body)
        if response.status_code not in {200, 201}:
            raise BankUnknown
        return _answer(response)

    async def ask(self, order_id: UUID) -> BankAnswer | None:
        response = await self._call("GET", f"/transfers/{order_id}", None)
        if response.status_code == 404:
            return None
        if response.status_code != 200:
            raise BankUnknown
        return _answer(response)

    async def _call(self, method: str, path: str, body: object) -> httpx2.Response:
        try:
            return await self._client.request(method, path, json=body)
        except httpx2.HTTPError as error:
            raise BankUnknown from error

    async def close(self) -> None:
        await self._client.aclose()


def _answer(response: httpx2.Response) -> BankAnswer:
    try:
        document = response.json()
        status, amount = document["status"], int(document["amount_fen"])
    except (ValueError, KeyError, TypeError) as error:
        raise BankUnknown from error
    if status == "booked":
        return BankAnswer("booked", amount)
    if status == "failed":
        return BankAnswer("refused", amount, _code(document.get("reason")))
    raise BankUnknown


_CODE = re.compile(r"[a-z][a-z_-]{0,39}")


def _code(reason: object) -> str:
    """Return a bank's reason where it is a code: its own words may name holder and account."""
    return reason if isinstance(reason, str) and _CODE.fullmatch(reason) else "unknown"
