"""Measure the whole stack: its start, its memory, and how soon a granted application is ordered.

`python deploy/stack/benchmarks/bench_stack.py` prints JSON: seconds of the first start in an empty
folder (the programs fetched before) and of a start with data; MiB of all processes while idle;
milliseconds from the instant at which an application for the settling-in grant (2.2, decided by
the registers) was to be sent, 20 a second, to the answer `paying` and to the bank having the order;
CPU time for each application.
Without Java or Maven it says so, and measures nothing.
"""

import asyncio
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx2
from talent_demo.client import Caller
from talent_demo.doors import Addresses
from talent_demo.drive import Drive, each
from talent_demo.people import CLOSED_ENDING, Person, company
from talent_demo.run import Run
from talent_stack.stack import NAMES
from talent_stack.testing import StackUnderTest

RATE = 20
APPLICATIONS = 400
FIRMS = 20
OF_ALL = 4
"""People made for each that is needed: so many are eligible for the measure by registers alone."""
QUIET = 20.0
"""Seconds after a start until its memory is read."""
PATIENCE = 120.0


def main() -> None:
    missing = [name for name in ("java", "mvn") if shutil.which(name) is None]
    if missing:
        sys.stderr.write(f"NOT MEASURED: there is no {' and no '.join(missing)}\n")
        sys.stdout.write("{}\n")
        return
    with tempfile.TemporaryDirectory() as name:
        stack = StackUnderTest(Path(name))
        try:
            figures: dict[str, Any] = {"first_start_s": stack.up()}
            stack.run("down")
            figures["start_s"] = stack.up()
            time.sleep(QUIET)
            figures["idle_mib"] = sum(stack.processes.memory(each) for each in NAMES) / 2**20
            figures |= asyncio.run(measure(stack))
        finally:
            stack.run("down")
    sys.stdout.write(json.dumps(_rounded(figures)) + "\n")


async def measure(stack: StackUnderTest) -> dict[str, Any]:
    """Apply at the rate; return milliseconds to the answer, and to the order at the bank."""
    found = Addresses.of(stack.folder, stack.url)
    if found is None:
        raise RuntimeError("the stack has not said where it is")
    limits = httpx2.Limits(max_connections=200, max_keepalive_connections=200)
    async with httpx2.AsyncClient(base_url=stack.url, timeout=60, limits=limits) as http:
        drive = Drive(http, Run(), found)
        prepared = await _prepare(drive, http, found)
        before = {name: stack.processes.busy(name) for name in NAMES}
        began, wall = time.perf_counter(), time.time()
        outcomes = await asyncio.gather(
            *(
                _apply(talent, employment, began + number / RATE)
                for number, (talent, employment) in enumerate(prepared)
            )
        )
        lasted = time.perf_counter() - began
    due = {outcome[0]: wall + number / RATE for number, outcome in enumerate(outcomes)}
    taken = await _taken(stack, list(due))
    busy = {name: stack.processes.busy(name) - before[name] for name in NAMES}
    return {
        "applications": len(outcomes),
        "per_s": len(outcomes) / lasted,
        "load": os.getloadavg()[0],
        "cpu_ms": {name: seconds / len(outcomes) * 1000 for name, seconds in busy.items()}
        | {"all": sum(busy.values()) / len(outcomes) * 1000},
        "answer": _spread([seconds for _, seconds in outcomes]),
        "order": _spread([at - due[application] for application, at in taken.items()]),
    }


async def _prepare(
    drive: Drive, http: httpx2.AsyncClient, found: Addresses
) -> list[tuple[Caller, str]]:
    """File people, prove them and sign them in; return each with the employment."""
    rng, salt = random.Random(1), os.getpid()  # noqa: S311 - the same people each time
    firms, graduates = company(rng, salt, OF_ALL * APPLICATIONS, FIRMS)
    chosen = [
        person
        for person in graduates
        if person.offered and not person.account.endswith(CLOSED_ENDING)
    ][:APPLICATIONS]
    if len(chosen) < APPLICATIONS:
        raise RuntimeError(f"only {len(chosen)} people are eligible")
    await drive.staff()
    # The demo's bank makes trouble; this one books at once.
    (await http.put(f"{found.bank}/behaviour", json={})).raise_for_status()
    await drive.year(firms, chosen, until="matching")
    prepared: list[tuple[Caller, str]] = []

    async def enrol(person: Person) -> None:
        talent = await drive.enrol(person)
        prepared.append((talent, (await drive.employments(talent))[0]["id"]))

    await each(chosen, enrol)
    await drive.quiet()
    return prepared


async def _apply(talent: Caller, employment: str, at: float) -> tuple[UUID, float]:
    """Apply at an instant; return the application and the seconds until it is answered."""
    await asyncio.sleep(at - time.perf_counter())
    subject = {"kind": "employment", "id": employment}
    made = await talent.post("/v1/applications", {"measure": "2.2", "subject": subject})
    if made["status"] != "paying":
        raise RuntimeError(f"not decided at once: {made['status']}")
    return UUID(made["id"]), time.perf_counter() - at


async def _taken(stack: StackUnderTest, applications: Sequence[UUID]) -> dict[UUID, float]:
    """Return when the bank took the first order of each application."""
    policy, bank = [await asyncpg.connect(stack.dsn(name)) for name in ("policy", "bank")]
    try:
        orders = {
            row["id"]: row["application_id"]
            for row in await policy.fetch(
                "SELECT bank_order.id, application_id FROM bank_order "
                "JOIN payment ON payment.id = payment_id WHERE application_id = ANY($1)",
                applications,
            )
        }
        async with asyncio.timeout(PATIENCE):
            while True:
                rows = await bank.fetch(
                    "SELECT order_id, taken_at FROM transfer WHERE order_id = ANY($1)", list(orders)
                )
                if len(rows) == len(orders) >= len(applications):
                    return {orders[row["order_id"]]: row["taken_at"].timestamp() for row in rows}
                await asyncio.sleep(0.2)
    finally:
        await policy.close()
        await bank.close()


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "p50_ms": statistics.median(ordered) * 1000,
        "p99_ms": ordered[len(ordered) * 99 // 100] * 1000,
    }


def _rounded(figures: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _rounded(value) if isinstance(value, dict) else round(value, 1)
        for name, value in figures.items()
    }


if __name__ == "__main__":
    main()
