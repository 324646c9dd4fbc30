"""What an instant application costs, from the request to the money and the figures.

`python services/policy/benchmarks/bench_applying.py [--applications 200] [--together 4]` prints
JSON: for each piece of work the CPU time of this process, that of PostgreSQL's processes, and the
statements of an application. `http` is the request for the settling-in grant (2.2) through the ASGI
application; the others are what the worker does of it: `relay`, `consume` (messages of twelve
partitions as a broker would give them), `timers` (the order to a bank that books at once) and
`matching`. The worker is given some applications together, as they come within a fifth of a second
at 20 a second. Statements count as sent, with BEGIN and COMMIT.
"""

import argparse
import json
import os
import resource
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import uvloop
from alone import PromptBank, policy
from crowd import fill
from sqlalchemy import event, func
from sqlmodel import col, select
from talent_contracts.topics import TOPICS
from talent_kit.auth import Principal, Role
from talent_kit.bus import Delivery, Message, Partition
from talent_kit.server import freeze
from talent_kit.testing.services import MovableClock, ServiceUnderTest, fresh_key
from talent_policy.entitlements import runs
from talent_policy.library.service import publish_as
from talent_policy.models import Budget, Match, Person
from talent_policy.packs.files import PackFolder
from talent_policy.payees import service as payees
from talent_policy.payees.schemas import PayeePut

PACK = Path(__file__).parents[1] / "packs" / "nanping-2021-2"
NOON = datetime(2025, 9, 1, 4, tzinfo=UTC)
OF_ALL = 8
"""People made for each application: so many of a crowd are granted the measure by registers."""
WARM = 20
"""Applications before anything is measured: statements are compiled and prepared then."""
BODY = PayeePut(account="6222020000000000017", holder="甲", bank_code="102401000012")


class MemoryBus:
    """Keeps what was sent, to be handed to a consumer in the partitions of a broker."""

    def __init__(self) -> None:
        self.waiting: list[Message] = []

    async def publish(self, messages: Sequence[Message]) -> None:
        self.waiting += messages

    async def close(self) -> None:
        return

    async def fetch(self, limit: int) -> Mapping[Partition, Sequence[Delivery]]:
        widths = {topic.name: topic.partitions for topic in TOPICS}
        taken, self.waiting = self.waiting[:limit], self.waiting[limit:]
        found: dict[Partition, list[Delivery]] = {}
        for topic, key, value in taken:
            partition = Partition(topic, zlib.crc32(key.encode()) % widths[topic])
            found.setdefault(partition, []).append(Delivery(partition, 0, key, value))
        return found

    async def commit(self, *_: Delivery) -> None:
        return

    def retry(self, *_: object, **__: object) -> None:
        raise RuntimeError("a message was put off")


class Meter:
    """CPU time and statements by piece of work."""

    def __init__(self, policy: ServiceUnderTest, postgres: Callable[[], float]) -> None:
        self.own: defaultdict[str, float] = defaultdict(float)
        self.postgres: defaultdict[str, float] = defaultdict(float)
        self.statements: Counter[str] = Counter()
        self.texts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._busy = postgres
        self._piece = ""
        engine = policy.service.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", self._note)
        for name in ("begin", "commit", "rollback"):
            event.listen(engine, name, lambda *_, name=name: self._count(name))

    def _note(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self._count(" ".join(statement.split()))

    def _count(self, statement: str) -> None:
        self.statements[self._piece] += 1
        self.texts[self._piece][statement] += 1

    @contextmanager
    def piece(self, name: str) -> Iterator[None]:
        self._piece = name
        postgres, own = self._busy(), _cpu()  # in this order: to look takes time too
        yield
        self.own[name] += _cpu() - own
        self.postgres[name] += self._busy() - postgres
        self._piece = ""

    def figures(self, count: int) -> dict[str, Any]:
        pieces = {
            name: {
                "cpu_ms": round(self.own[name] / count * 1e3, 2),
                "postgres_ms": round(self.postgres[name] / count * 1e3, 2),
                "statements": round(self.statements[name] / count, 1),
            }
            for name in self.own
        }
        total = {
            key: round(sum(piece[key] for piece in pieces.values()), 2)
            for key in ("cpu_ms", "postgres_ms", "statements")
        }
        return pieces | {"all": total}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _stat(pid: object) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _family(root: int) -> float:
    """Return the CPU seconds of a process and its children, those that have ended too."""
    spent = 0.0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = _stat(entry.name)
            except OSError:
                continue
            if int(entry.name) == root or int(fields[1]) == root:
                spent += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return spent


async def main(count: int, together: int, texts: bool) -> None:
    clock, parts = MovableClock(NOON), {"bank": PromptBank(NOON)}
    with policy(durable=False) as factory:
        async with factory.running(clock=clock, parts=parts) as running:
            meter = await _measure(running, count, together)
    sys.stdout.write(json.dumps(meter.figures(count)) + "\n")
    if texts:
        for piece, counted in meter.texts.items():
            for statement, times in counted.most_common():
                sys.stdout.write(f"{piece}\t{times / count:.2f}\t{statement[:180]}\n")


async def _measure(policy: ServiceUnderTest, count: int, together: int) -> Meter:
    entitled = await _entitled(policy, count + WARM)
    freeze()
    bus = MemoryBus()
    policy.service.bus = bus  # type: ignore[assignment]
    policy.worker.relay._bus = bus  # type: ignore[assignment]
    async with policy.service.database.transaction() as session:
        pid = await session.scalar(select(func.pg_backend_pid()))
    parent = int(_stat(pid)[1])
    await _apply(policy, bus, entitled[:WARM], together, Meter(policy, lambda: 0.0))
    meter = Meter(policy, lambda: _family(parent))
    await _apply(policy, bus, entitled[WARM:], together, meter)
    return meter


async def _apply(
    policy: ServiceUnderTest,
    bus: MemoryBus,
    entitled: Sequence[tuple[str, UUID]],
    together: int,
    meter: Meter,
) -> None:
    worker = policy.worker
    requests = [
        (
            {"measure": "2.2", "subject": {"kind": "employment", "id": str(employment)}},
            policy.issuer.headers(login, Role.TALENT) | fresh_key(),
        )
        for login, employment in entitled
    ]
    for _, headers in requests:  # the first sight of a token is no matter of an application
        await policy.client.get("/v1/applications", headers=headers)
    for start in range(0, len(requests), together):
        with meter.piece("http"):
            for body, headers in requests[start : start + together]:
                answer = await policy.client.post("/v1/applications", json=body, headers=headers)
                if answer.status_code != 201 or answer.json()["status"] != "paying":
                    raise RuntimeError(answer.text)
        done = 1
        while done:
            with meter.piece("relay"):
                done = await worker.relay.step()
            while bus.waiting:
                with meter.piece("consume"):
                    await worker.consumer.step(bus)
            with meter.piece("timers"):
                done += await worker.timers.step()
            with meter.piece("matching"):
                done += sum([await loop.step() for loop in worker.loops])


async def _entitled(policy: ServiceUnderTest, count: int) -> list[tuple[str, UUID]]:
    """Return logins and employments of people whom registers grant the measure, with accounts."""
    service = policy.service
    content = PackFolder(PACK).content()
    async with service.database.transaction() as session:
        await publish_as(session, service.packs, policy.clock, "bench", content)
        session.add(Budget(pool="youth-talent", region="350700", year=2025, limit_fen=10**12))
    await fill(policy, OF_ALL * count)
    async with service.database.transaction() as session:
        await runs.begin(session, policy.clock, "day", "bench", None)
    (matcher,) = policy.worker.loops
    while await matcher.step():
        pass
    query = (
        select(Person.login, Match.subject_id, Match.talent_id)
        .join(Person, col(Person.talent_id) == col(Match.talent_id))
        .where(Match.measure == "2.2", Match.outcome == "eligible", col(Match.by_registers))
        .limit(count)
    )
    async with service.database.transaction() as session:
        found = (await session.exec(query)).all()
        if len(found) < count:
            raise RuntimeError(f"only {len(found)} people are entitled")
        for login, _, talent in found:
            who = Principal(login, frozenset({Role.TALENT}), None, None)
            await payees.put(session, service.vault, policy.clock, who, ("person", talent), BODY)
    await policy.worker.relay.step()
    return [(login, employment) for login, employment, _ in found]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applications", type=int, default=200)
    parser.add_argument("--together", type=int, default=4)
    parser.add_argument("--texts", action="store_true", help="print every statement and how often")
    given = parser.parse_args()
    uvloop.run(main(given.applications, given.together, given.texts))
