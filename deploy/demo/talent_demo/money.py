"""From what is owed to the bank's statement: batches, payments, repairs, a recovery, the books."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import httpx2

from .client import Caller, Refused
from .people import CLOSED_ENDING, Person
from .run import Run

CITY = "350700"
_PAYING_SECONDS = 300.0


class Money:
    """What finance does, maker and checker."""

    def __init__(
        self, http: httpx2.AsyncClient, bank: str, callers: dict[str, Caller], run: Run
    ) -> None:
        self._http = http
        self._bank = bank
        self._callers = callers
        self._run = run

    async def release(self) -> None:
        """One makes batches of what is owed, another releases each."""
        maker, checker = self._callers["finance"], self._callers["checker"]
        while True:
            try:
                batch = await maker.post("/v1/batches", {"region": CITY})
            except Refused as refused:
                if refused.code != "policy.nothing-owed":
                    raise
                return
            checker.sees(maker)
            done = await checker.post(
                f"/v1/batches/{batch['id']}/release", {}, version=batch["version"]
            )
            self._run.batches.append((done["count"], done["total_fen"]))
            if done["refused"]:
                kinds = Counter(item["code"] for item in done["refused"])
                self._run.surprises.append(f"left out of a batch: {dict(kinds)}")

    async def pay(self) -> None:
        """Wait until the bank has answered every order."""
        deadline = time.monotonic() + _PAYING_SECONDS
        while (await self._callers["finance"].get("/v1/payments", status="released"))["items"]:
            if time.monotonic() > deadline:
                raise TimeoutError("payments are still at the bank")
            await asyncio.sleep(0.5)

    async def repair(self, people: Sequence[Person]) -> None:
        """Those whose account was closed give another one; finance releases again."""
        finance = self._callers["finance"]
        failed = await finance.all("/v1/payments", status="failed", limit=100)
        self._run.repaired = len(failed)
        for person in people:
            if person.account.endswith(CLOSED_ENDING):
                account = person.account.removesuffix(CLOSED_ENDING) + "0002"
                body = {"account": account, "holder": person.name, "bank_code": "102401000012"}
                await self._callers[person.login].put("/v1/payees/me", body)
        for payment in await finance.all("/v1/payments", status="failed", limit=100):
            seen = {"account_changed_at": payment["account_changed_at"]}
            path = f"/v1/payments/{payment['id']}/release"
            await finance.post(path, seen, version=payment["version"])
        await self.pay()

    async def books(self) -> dict[str, Any]:
        """Return ledger, payments and the bank's statement."""
        finance = self._callers["finance"]
        return {
            "ledger": await finance.get("/v1/ledger"),
            "statement": await self._statement(),
            "paid": await finance.all("/v1/payments", status="paid", limit=100),
            "planned": await finance.all("/v1/payments", status="planned", limit=100),
        }

    async def _statement(self) -> list[Any]:
        lines: list[Any] = []
        cursor = 0
        while True:
            answer = await self._http.get(
                f"{self._bank}/statement", params={"cursor": cursor, "limit": 1000}
            )
            answer.raise_for_status()
            page = answer.json()
            lines += page["lines"]
            if page["next_cursor"] is None:
                return lines
            cursor = page["next_cursor"]
