"""Measure the money command against a plain INSERT, and how fast orders go through the bank.

`python services/policy/benchmarks/bench_money.py` prints JSON. An award is one call of the database
function, over twenty budgets and on one; its rate is told as a share of that of one-row INSERTs
with the same eight connections, durable commits, the medians of rounds that take turns. `sending`
is payments a second from order to settled, against a bank that answers at once.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from statistics import median
from uuid import uuid4

import asyncpg
import uvloop
from alone import PromptBank, policy
from sqlalchemy import text
from talent_kit.auth import Principal, Role
from talent_kit.testing.services import MovableClock, ServiceUnderTest
from talent_policy.disbursements.schemas import Award
from talent_policy.disbursements.service import award
from talent_policy.disbursements.worker import Sender
from talent_policy.models import Budget
from talent_policy.packs.deciding import Instalment
from talent_policy.payees import service as payees
from talent_policy.payees.schemas import PayeePut

AT_ONCE = 8
SECONDS = 1.5
ROUNDS = 5
BUDGETS = 20
ORDERS = 2000
NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
AWARD = "SELECT award_money($1::jsonb, $2::uuid[], $3)"


async def main() -> None:
    clock, parts = MovableClock(NOW), {"bank": PromptBank(NOW)}
    with policy() as factory:
        async with factory.running(clock=clock, parts=parts) as running:
            figures = await _awards(running) | {"sending_per_second": await _sending(running)}
    rounded = {name: round(figure, 3) for name, figure in figures.items()}
    sys.stdout.write(json.dumps(rounded) + "\n")


async def _awards(running: ServiceUnderTest) -> dict[str, float]:
    url = running.service.settings.database_url.get_secret_value()
    pool = await asyncpg.create_pool(
        url.replace("+asyncpg", ""), min_size=AT_ONCE, max_size=AT_ONCE
    )
    await pool.execute("CREATE TABLE plain (id uuid PRIMARY KEY, fen bigint NOT NULL)")
    for number in range(BUDGETS):
        await pool.execute(
            "INSERT INTO budget (id, pool, region, year, limit_fen, reserved_fen, version) "
            "VALUES ($1, $2, '350700', 2026, $3, 0, 1)",
            uuid4(),
            f"pool-{number}",
            10**15,
        )
    turn = itertools.count()

    async def plain() -> None:
        await pool.execute("INSERT INTO plain VALUES ($1, 1)", uuid4())

    async def spread() -> None:
        await pool.execute(AWARD, _award(next(turn) % BUDGETS), [uuid4()], NOW)

    async def one() -> None:
        await pool.execute(AWARD, _award(0), [uuid4()], NOW)

    try:
        rounds = [
            (await _rate(plain), await _rate(spread), await _rate(one)) for _ in range(ROUNDS)
        ]
    finally:
        await pool.close()
    return {
        "plain_insert": median(row[0] for row in rounds),
        "award_twenty_budgets": median(row[1] for row in rounds),
        "award_one_budget": median(row[2] for row in rounds),
        "share_twenty_budgets": median(row[1] / row[0] for row in rounds),
        "share_one_budget": median(row[2] / row[0] for row in rounds),
    }


def _award(pool: int) -> str:
    application = str(uuid4())
    return json.dumps(
        {
            "application_id": application,
            "measure": "2.2",
            "region": "350700",
            "payee_kind": "person",
            "payee_owner": application,
            "pool": f"pool-{pool}",
            "pool_region": "350700",
            "claims": [{"scope": "2.2", "key": application}],
            "counts": [],
            "instalments": [{"due": "2026-06-01", "amount_fen": 100}],
            "due_now": 1,
            "approved_by": None,
        }
    )


async def _sending(running: ServiceUnderTest) -> float:
    """Order, then let four senders work beside one another, as the worker's lanes do."""
    who = Principal("talent", frozenset({Role.TALENT}), None, None)
    body = PayeePut(account="6222020000000000017", holder="甲", bank_code="102401000012")
    service = running.service
    async with service.database.transaction() as session:
        session.add(Budget(pool="youth", region="350700", year=2026, limit_fen=10**12))
    for start in range(0, ORDERS, 50):
        async with service.database.transaction() as session:
            for _ in range(start, start + 50):
                owner = uuid4()
                await payees.put(
                    session, service.vault, running.clock, who, ("person", owner), body
                )
                given = Award(
                    application_id=uuid4(),
                    measure="2.2",
                    region="350700",
                    payee_kind="person",
                    payee_owner=owner,
                    pool="youth",
                    pool_region="350700",
                    claims=(("2.2", owner.hex),),
                    instalments=(Instalment(date(2026, 6, 1), 100),),
                    approved_by=None,
                )
                await award(session, running.clock, given)
    sender = Sender(service, PromptBank(NOW))  # type: ignore[arg-type] - it has no statement

    async def lane(key: str) -> None:
        for _ in range(-(-ORDERS // 200 // 4) + 1):
            await sender(key)

    started = time.perf_counter()
    await asyncio.gather(*(lane(str(number)) for number in range(4)))
    seconds = time.perf_counter() - started
    async with service.database.transaction() as session:
        paid = await session.scalar(text("SELECT count(*) FROM payment WHERE status = 'paid'"))
    return float(paid or 0) / seconds


async def _rate(one: Callable[[], Awaitable[None]]) -> float:
    async def repeat(until: float) -> int:
        done = 0
        while time.perf_counter() < until:
            await one()
            done += 1
        return done

    await repeat(time.perf_counter() + 0.2)
    started = time.perf_counter()
    until = started + SECONDS
    done = sum(await asyncio.gather(*(repeat(until) for _ in range(AT_ONCE))))
    return done / (time.perf_counter() - started)


if __name__ == "__main__":
    uvloop.run(main())
