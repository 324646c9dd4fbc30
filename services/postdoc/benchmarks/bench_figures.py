"""How long the dashboard takes from kept figures, on a whole province.

`python services/postdoc/benchmarks/bench_figures.py` prints JSON. There are 5,000 stations and
100,000 fellows in fifty regions and a hundred disciplines. `read`: one request after another for
all regions. `recount_s`: everything is counted anew. `count_ms`: one fellow is counted where they
now stand, as after an event.
"""

import time
from datetime import UTC, datetime
from statistics import median, quantiles
from typing import Any

from alone import measured
from sqlalchemy import text
from talent_kit.regions import region_and_below
from talent_kit.testing.services import ServiceUnderTest
from talent_postdoc.figures import service

STATIONS, FELLOWS, READS = 5_000, 100_000, 300
NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
_FILL = (
    """
    INSERT INTO station (id, kind, level, model, status, name_zh, name_en, unit_id, unit_zh,
        unit_en, region, disciplines, approval, approved_on, created_at, changed_at, version)
    SELECT md5('station' || n)::uuid, (ARRAY['mobile', 'workstation', 'practice_base'])[1 + n % 3],
        'national', false, 'active', '示例站' || n, 'Example ' || n, md5('unit' || n)::uuid,
        '示例企业' || n, 'Example ' || n,
        (CAST(:regions AS varchar[]))[1 + n % cardinality(CAST(:regions AS varchar[]))], '{0812}',
        'new', '2018-09-01', '2018-09-01', '2018-09-01', 1
    FROM generate_series(1, :many) AS n
    """,
    """
    INSERT INTO fellow (id, talent_id, station_id, unit_id, region, discipline, arrangement, entry,
        "foreign", doctorate, status, live, entered_on, term_until, ended_on, created_at,
        changed_at, version)
    SELECT md5('fellow' || n)::uuid, md5('talent' || n)::uuid,
        md5('station' || 1 + n % 5000)::uuid, md5('unit')::uuid,
        (CAST(:regions AS varchar[]))[1 + n % cardinality(CAST(:regions AS varchar[]))],
        to_char(701 + (n / 50) % 100, 'FM0000'), 'full_time', 'first', false, 'held',
        CASE WHEN n % 3 = 0 THEN 'entered' ELSE 'exited' END, n % 3 = 0,
        date '2026-08-01' - n % 1800, date '2028-08-01',
        CASE WHEN n % 3 > 0 THEN date '2026-08-15' END, '2026-08-15', '2026-08-15', 1
    FROM generate_series(1, :many) AS n
    """,
)


async def _measure(postdoc: ServiceUnderTest) -> dict[str, Any]:
    postdoc.clock.set(NOON)
    database = postdoc.service.database
    regions = list(region_and_below("000000", NOON.date()))[-50:]
    async with database.transaction() as session:
        for statement, many in zip(_FILL, (STATIONS, FELLOWS), strict=True):
            await session.execute(text(statement), {"many": many, "regions": regions})
    began = time.perf_counter()
    async with database.transaction() as session:
        await service.recount(session)
    recount_s = time.perf_counter() - began
    async with database.transaction() as session:
        cells = (await session.execute(text("SELECT count(*) FROM figure"))).scalar_one()
        ids = (await session.execute(text("SELECT id FROM fellow LIMIT 200"))).scalars().all()
    counts = []
    for each in ids:
        began = time.perf_counter()
        async with database.transaction() as session:
            await service.count(session, [each])
        counts.append((time.perf_counter() - began) * 1000)
    reads = []
    for _ in range(READS):
        began = time.perf_counter()
        answer = await postdoc.client.get("/v1/postdoc-figures")
        reads.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(answer.text)
    return {
        "cells": cells,
        "read": {"p50_ms": _rounded(median(reads)), "p95_ms": _rounded(_p95(reads))},
        "count_ms": _rounded(median(counts)),
        "recount_s": round(recount_s, 2),
    }


def _p95(taken: list[float]) -> float:
    return quantiles(taken, n=20)[18]


def _rounded(number: float) -> float:
    return round(number, 1)


if __name__ == "__main__":
    measured(_measure)
