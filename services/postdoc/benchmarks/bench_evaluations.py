"""How long a round of evaluation takes over all stations of a province.

`python services/postdoc/benchmarks/bench_evaluations.py` prints JSON. There are 2,000 stations that
are due, 20,000 fellows with their times in them, 10,000 positions and 6,000 advisors. `open_s`: the
round is opened by one request, with the figures of each station. `grade_s`: all are graded by
what they declared. `bind_s`: the round binds, and a twentieth of the stations is warned. `idle_s`:
all stations are looked at, and those that nobody entered are warned.
"""

import time
from datetime import UTC, datetime
from typing import Any

from alone import measured
from sqlalchemy import text
from talent_kit.auth import Role
from talent_kit.testing.services import ServiceUnderTest, fresh_key
from talent_postdoc.evaluations.worker import Binding
from talent_postdoc.warnings.worker import Watch

STATIONS = 2_000
_FILL = (
    """
    INSERT INTO station (id, kind, level, model, status, name_zh, name_en, unit_id, unit_zh,
        unit_en, region, disciplines, approval, approved_on, created_at, changed_at, version)
    SELECT md5('station' || n)::uuid, 'workstation', 'national', false, 'active', '示例站' || n,
        'Example ' || n, md5('unit' || n)::uuid, '示例企业' || n, 'Example ' || n,
        (ARRAY['350702', '350703', '350721', '350722'])[1 + n % 4], '{0812}', 'new', '2018-09-01',
        '2018-09-01', '2018-09-01', 1
    FROM generate_series(1, :stations) AS n
    """,
    """
    INSERT INTO fellow (id, talent_id, station_id, unit_id, region, discipline, arrangement, entry,
        "foreign", doctorate, status, live, entered_on, term_until, ended_on, created_at,
        changed_at, version)
    SELECT md5('fellow' || n)::uuid, md5('talent' || n)::uuid,
        md5('station' || 1 + n % (CAST(:stations AS int) - 200))::uuid,
        md5('unit')::uuid, '350702', '0812', 'full_time', 'first', false, 'held',
        CASE WHEN n % 3 = 0 THEN 'entered' ELSE 'exited' END, n % 3 = 0,
        date '2026-08-01' - n % 1800, date '2028-08-01',
        CASE WHEN n % 3 > 0 THEN date '2026-08-15' - n % 1200 END, '2026-08-15', '2026-08-15', 1
    FROM generate_series(1, 10 * CAST(:stations AS int)) AS n
    """,
    """
    INSERT INTO advisor (id, station_id, name_sealed, title, disciplines, full_time, from_on,
        created_at, changed_at, version)
    SELECT md5('advisor' || n)::uuid, md5('station' || 1 + n % CAST(:stations AS int))::uuid, '',
        'professor', '{0812}', true, '2020-01-01', '2020-01-01', '2020-01-01', 1
    FROM generate_series(1, 3 * CAST(:stations AS int)) AS n
    """,
)
_DRAWN = ("recruited", "exited", "exited_excellent", "inside", "advisors")


def _round() -> dict[str, Any]:
    table = [
        {
            "code": figure,
            "label": {"zh": figure, "en": figure},
            "weight": 16,
            "source": "drawn",
            "figure": figure,
            "full": 3,
        }
        for figure in _DRAWN
    ]
    declared = {"code": "funds", "label": {"zh": "经费", "en": "Funds"}, "weight": 20}
    return {
        "region": "350700",
        "kind": "comprehensive",
        "title": {"zh": "综合评估", "en": "Comprehensive evaluation"},
        "period_from": "2021-09-01",
        "period_until": "2026-08-31",
        "submit_until": "2026-09-01",
        "indicators": [*table, declared | {"source": "declared", "full": 100}],
        "caps": {"excellent": 20},
    }


async def _measure(postdoc: ServiceUnderTest) -> dict[str, Any]:
    postdoc.clock.set(datetime(2026, 9, 1, 4, tzinfo=UTC))
    database = postdoc.service.database
    async with database.transaction() as session:
        for statement in _FILL:
            await session.execute(text(statement), {"stations": STATIONS})
    async with database.engine.connect() as connection:
        await connection.exec_driver_sql("ANALYZE")
    office = postdoc.issuer.headers("office", Role.STATION_ADMIN, region="350700")

    async def act(path: str, **more: Any) -> tuple[dict[str, Any], float]:
        began = time.perf_counter()
        answer = await postdoc.client.post(path, headers={**office, **fresh_key()}, **more)
        took = time.perf_counter() - began
        if answer.status_code != 201:
            raise RuntimeError(answer.text)
        return answer.json(), took

    opened, open_s = await act("/v1/evaluation-rounds", json=_round())
    path = f"/v1/evaluation-rounds/{opened['id']}"
    postdoc.clock.set(datetime(2026, 9, 2, 4, tzinfo=UTC))
    _, grade_s = await act(f"{path}/grading")
    async with database.transaction() as session:
        await session.execute(
            text(
                "UPDATE evaluation SET grade = CASE WHEN right(id::text, 1) = '0' "
                "THEN 'failed' ELSE 'passed' END"
            )
        )
    await act(f"{path}/publication")
    postdoc.clock.set(datetime(2026, 9, 20, 4, tzinfo=UTC))
    began = time.perf_counter()
    await Binding(postdoc.service).step()
    bind_s = time.perf_counter() - began
    began = time.perf_counter()
    watch, idle = Watch(postdoc.service), 0
    while found := await watch.step():
        idle += found
    idle_s = time.perf_counter() - began
    return {
        "stations": opened["stations"],
        "open_s": round(open_s, 2),
        "grade_s": round(grade_s, 2),
        "bind_s": round(bind_s, 2),
        "idle": idle,
        "idle_s": round(idle_s, 2),
    }


if __name__ == "__main__":
    measured(_measure)
