"""Seats that cost something, with a real provider beside: paid, given back, killed in between."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx2
import pytest
from talent_kit.testing.faults import SEEDS
from talent_standalone.testing import Standalone, kill_at_random

from .test_seats import Caller, content, known, platform, published

__all__ = ["platform"]

PRICE = 8_800
SEATS, CALLERS = 10, 24
TRIES = 2_400
"""A tenth of a second apart, of who asks while it is started again."""
ANSWERS = 8
"""After so many it is killed again."""
TROUBLE = {
    "payments": {"unnoticed": 3, "noticed_twice": 2, "twice": 7, "wrong_amount": 11},
    "refunds": {"lost": 2, "refused": 3, "pending": 5},
    "questions": {"lost_answer": 4, "unanswered": 5},
    "late_seconds": 1,
    "silence_seconds": 1,
}


class Payer(Caller):
    """Somebody who pays what they are asked to."""

    number: str = ""

    async def claim(self) -> None:
        answer = await self._send("PUT", json=self._ticket)
        if answer.status_code != 200:
            self.told = answer.json()["code"]
            return
        self.told, due = answer.json()["status"], answer.json()["payment"]
        if due is not None:
            self.number, self._address = due["order_id"], due["address"]

    async def pay(self) -> None:
        """Pay at the provider's page until it says that it is paid, or can be no more."""
        where = urlsplit(self._address)
        for _ in range(TRIES):
            try:
                answer = await self._http.post(f"{where.path}?{where.query}")
            except httpx2.TransportError:
                await asyncio.sleep(0.1)
                continue
            if answer.status_code in {200, 409}:
                return
            await asyncio.sleep(0.1)
        raise AssertionError("no definite answer")

    async def _send(self, method: str, **body: Any) -> httpx2.Response:
        """Ask as often as a busy machine takes to start again."""
        for _ in range(TRIES // 600 - 1):
            with contextlib.suppress(AssertionError):
                return await super()._send(method, **body)
        return await super()._send(method, **body)


async def rows(platform: Standalone, database: str, query: str) -> list[Any]:
    connection = await asyncpg.connect(platform.dsn(database))
    try:
        return list(await connection.fetch(query))
    finally:
        await connection.close()


async def until(true: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    for _ in range(int(seconds / 0.2)):
        if await true():
            return
        await asyncio.sleep(0.2)
    raise AssertionError("it did not come about")


async def settled(platform: Standalone) -> bool:
    """Tell whether nothing about money is left to be done."""
    open_ = await rows(
        platform,
        "registration",
        "SELECT 1 FROM registration WHERE status = 'awaiting_payment' UNION ALL "
        "SELECT 1 FROM payment_order WHERE status = 'open' UNION ALL "
        "SELECT 1 FROM refund WHERE status <> 'made'",
    )
    return not open_


async def test_a_seat_is_paid_for_and_given_back(platform: Standalone) -> None:
    priced = content()["tickets"][0] | {"price_fen": PRICE}
    activity = published(platform, tickets=[priced])
    await known(platform, ["payer"])
    async with httpx2.AsyncClient(base_url=platform.url, timeout=20) as http:
        payer = Payer(http, platform.token("payer", roles=["talent"]), activity)
        await payer.claim()
        assert payer.told == "awaiting_payment"
        where = urlsplit(payer._address)
        page = await http.get(f"{where.path}?{where.query}")
        assert "¥ 88.00" in page.text
        await payer.pay()

        async def is_(state: str) -> bool:
            return await payer.state() == state

        # The provider tells it through the gateway, long before the worker asks.
        await until(lambda: is_("confirmed"), 20)
        await payer.cancel()
        await until(lambda: settled(platform))
    lines = platform.http.get("/dev/bank/payments/statement").json()["lines"]
    assert [(one["kind"], one["amount_fen"]) for one in lines] == [
        ("payment", PRICE),
        ("refund", PRICE),
    ]
    assert {one["number"] for one in lines} == {payer.number}
    known_there = await platform.stored("bank")
    assert activity["id"] not in known_there
    assert "payer" not in known_there


@pytest.mark.crash
@pytest.mark.parametrize("seed", SEEDS)
async def test_killed_while_people_pay(platform: Standalone, seed: int) -> None:
    rng = random.Random(seed)
    priced = content()["tickets"][0] | {"price_fen": PRICE}
    hall = content()["quotas"][0] | {"capacity": SEATS}
    activity = published(platform, tickets=[priced], quotas=[hall])
    logins = [f"payer-{number}" for number in range(CALLERS)]
    await known(platform, logins)
    platform.http.put("/dev/bank/payments/behaviour", json=TROUBLE).raise_for_status()
    turn, answers = asyncio.Event(), count(1)

    def answered() -> None:
        if next(answers) % ANSWERS == 0:
            turn.set()

    # Killed after a part of the time that a start takes: on a busy machine all has to last longer.
    pace = max(1.0, platform.start_seconds / 4)

    async def behave(payer: Payer) -> None:
        await asyncio.sleep(rng.uniform(0, 4) * pace)
        await payer.claim()
        answered()
        await asyncio.sleep(rng.uniform(0, 2) * pace)
        if payer.told == "awaiting_payment" and rng.random() < 0.8:
            await payer.pay()
            answered()
        await asyncio.sleep(rng.uniform(0, 2) * pace)
        if rng.random() < 0.4:
            await payer.cancel()
            answered()

    async with httpx2.AsyncClient(base_url=platform.url, timeout=20) as http:
        payers = [Payer(http, platform.token(one, roles=["talent"]), activity) for one in logins]
        killer = asyncio.create_task(kill_at_random(platform, rng, turn))
        try:
            await asyncio.gather(*(behave(payer) for payer in payers))
        finally:
            killer.cancel()
            await asyncio.gather(killer, return_exceptions=True)
            if not platform.running:
                await asyncio.to_thread(platform.start)
    # The provider is itself again; who has not paid by then does no more.
    platform.http.put("/dev/bank/payments/behaviour", json={}).raise_for_status()
    await asyncio.to_thread(platform.shift, timedelta(minutes=20))
    await until(lambda: settled(platform), 150)

    assert platform.kills > 2
    found = await rows(
        platform,
        "registration",
        """
        SELECT o.id, r.status, o.status AS ordered,
            sum(e.amount_fen) FILTER (WHERE e.kind = 'paid') AS paid,
            sum(e.amount_fen) FILTER (WHERE e.kind = 'refunded') AS refunded
        FROM payment_order o JOIN registration r ON r.id = o.registration_id
        LEFT JOIN payment_entry e ON e.order_id = o.id GROUP BY o.id, r.id
        """,
    )
    assert len(found) > SEATS / 2
    ours = {str(one["id"]): ((one["paid"] or 0), (one["refunded"] or 0)) for one in found}
    for one in found:
        paid, refunded = ours[str(one["id"])]
        assert paid - refunded == (PRICE if one["status"] == "confirmed" else 0), dict(one)
    theirs: dict[str, tuple[int, int]] = {}
    page = platform.http.get("/dev/bank/payments/statement", params={"limit": 1000}).json()
    assert page["next_cursor"] is None
    for line in page["lines"]:
        paid, refunded = theirs.get(line["number"], (0, 0))
        fen = line["amount_fen"]
        theirs[line["number"]] = (
            (paid + fen, refunded) if line["kind"] == "payment" else (paid, refunded + fen)
        )
    assert theirs == {number: moved for number, moved in ours.items() if moved != (0, 0)}
    seated = await rows(
        platform,
        "registration",
        "SELECT 1 FROM registration WHERE status IN ('confirmed', 'offered')",
    )
    (quota,) = await rows(platform, "registration", "SELECT taken FROM quota")
    assert quota["taken"] == len(seated) <= SEATS
