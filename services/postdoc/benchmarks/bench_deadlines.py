"""How long the deadline sweep takes on a whole province, and how little users notice of it.

`python services/postdoc/benchmarks/bench_deadlines.py` prints JSON. There are 100,000 fellows with
three deadlines each and 5,000 stations with one. `seconds`: a sweep that tells of a tenth of them,
half of them near and half over, as after a month in which nothing ran. `day_seconds`: one that
tells of a 365th, as every day. `update`: beside the first sweep and at rest, how long a user's
transaction takes, in ms: one fellow's deadlines are read, locked and moved, of those told of too.
"""

import asyncio
import random
import time
from datetime import UTC, date, datetime, timedelta
from statistics import median, quantiles
from typing import Any
from uuid import UUID

from alone import measured
from sqlalchemy import text
from talent_kit.server import freeze
from talent_kit.testing.services import ServiceUnderTest
from talent_postdoc.deadlines.service import Due, Subject, keep
from talent_postdoc.deadlines.worker import Sweep

FELLOWS = 100_000
STATIONS = 5_000
TODAY = date(2026, 9, 1)
NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
AT_REST = 500
_PAUSE = 0.01
_FILL = """
INSERT INTO deadline (id, kind, subject_kind, subject_id, station_id, unit_id, talent_id, region,
    remind_on, due_on, version)
SELECT uuidv7(), kind, subject, md5(subject || n)::uuid, md5('station' || n % 5000)::uuid,
    md5('unit' || n % 5000)::uuid, md5('talent' || n)::uuid, '350702',
    CASE WHEN told < 0.1 THEN today - (told * 300)::int ELSE today + 2 + n % 363 END,
    CASE WHEN told < 0.05 THEN today - 1 - n % 30
         WHEN told < 0.1 THEN today + n % 30 ELSE today + 400 + n % 300 END,
    1
FROM (
    SELECT n, kind, subject, random() AS told, CAST(:today AS date) AS today
    FROM generate_series(1, CAST(:many AS int)) AS n, unnest(CAST(:kinds AS text[])) AS kind,
        (VALUES (CAST(:subject AS text))) AS of (subject)
) AS given
"""


async def _measure(postdoc: ServiceUnderTest) -> dict[str, Any]:
    postdoc.clock.set(NOON)
    async with postdoc.service.database.transaction() as session:
        for subject, many, kinds in (
            ("fellow", FELLOWS, ["opening_report", "midterm", "exit"]),
            ("station", STATIONS, ["evaluation"]),
        ):
            given = {"subject": subject, "many": many, "kinds": kinds, "today": TODAY}
            await session.execute(text(_FILL), given)
    async with postdoc.service.database.single.connect() as connection:
        await connection.exec_driver_sql("VACUUM ANALYZE")
    freeze()
    rest = [await _update(postdoc) for _ in range(AT_REST)]
    beside: list[float] = []
    users = asyncio.create_task(_users(postdoc, beside))
    await asyncio.sleep(0.1)
    beside.clear()
    told, seconds = await _sweep(postdoc)
    users.cancel()
    postdoc.clock.move(timedelta(days=2))
    day_told, day_seconds = await _sweep(postdoc)
    return {
        "deadlines": 3 * FELLOWS + STATIONS,
        "told": told,
        "seconds": round(seconds, 2),
        "day_told": day_told,
        "day_seconds": round(day_seconds, 3),
        "update": {"rest": _spread(rest), "beside": _spread(beside), "many": len(beside)},
    }


async def _sweep(postdoc: ServiceUnderTest) -> tuple[int, float]:
    loop = Sweep(postdoc.service)
    told, begun = 0, time.perf_counter()
    while found := await loop.step():
        told += found
    return told, time.perf_counter() - begun


async def _users(postdoc: ServiceUnderTest, taken: list[float]) -> None:
    while True:
        taken.append(await _update(postdoc))
        await asyncio.sleep(_PAUSE)


async def _update(postdoc: ServiceUnderTest) -> float:
    """Move the deadlines of some fellow; return how long that took, in ms."""
    number = random.randrange(1, FELLOWS)  # noqa: S311 - not a secret
    begun = time.perf_counter()
    async with postdoc.service.database.transaction() as session:
        query = text("SELECT md5('fellow' || :n)::uuid")
        subject: UUID = (await session.execute(query, {"n": str(number)})).scalar_one()
        moved = TODAY + timedelta(days=random.randrange(500, 900))  # noqa: S311
        wanted = [Due("exit", moved, moved - timedelta(days=30))]
        await keep(session, postdoc.clock, Subject("fellow", subject, "350702"), wanted)
    return (time.perf_counter() - begun) * 1000


def _spread(taken: list[float]) -> dict[str, float]:
    return {"p50_ms": round(median(taken), 1), "p99_ms": round(quantiles(taken, n=100)[98], 1)}


if __name__ == "__main__":
    measured(_measure)
