"""How long it takes to take over the register of a province: `python bench_imports.py`.

1,419 stations and 8,003 fellows (`registers.py`), whom identity has told of before, on a database
that keeps what it commits. Wall time, and CPU time of the worker alone.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import registers
from alone import measured
from sqlalchemy import text
from talent_kit.auth import Role
from talent_kit.testing.services import ServiceUnderTest, fresh_key

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)


async def _measure(postdoc: ServiceUnderTest) -> dict[str, Any]:
    postdoc.clock.set(NOON)
    stations = registers.stations()
    fellows = registers.fellows(stations)
    async with postdoc.service.database.transaction() as session:
        people = [
            {"id": UUID(row[2]), "login": f"talent-{number}"}
            for number, row in enumerate(fellows[1:])
        ]
        await session.execute(
            text(
                "INSERT INTO person VALUES (:id, :login, '320100', '1994-01-01', false, 1)"
                " ON CONFLICT DO NOTHING"
            ),
            people,
        )
    return {
        "stations": await _taken_over(postdoc, "stations", stations),
        "fellows": await _taken_over(postdoc, "fellows", fellows),
    }


async def _taken_over(
    postdoc: ServiceUnderTest, register: str, rows: Sequence[Sequence[str]]
) -> dict[str, Any]:
    headers = postdoc.issuer.headers("office", Role.STATION_ADMIN, region="320000")
    path = f"/v1/postdoc-imports/{register}"
    sent = await postdoc.client.post(
        path,
        content=registers.written(rows),
        headers=headers | fresh_key() | {"Content-Type": "text/csv"},
    )
    began, busy = time.perf_counter(), time.process_time()
    while await postdoc.worker.jobs.step():
        pass
    took, cpu = time.perf_counter() - began, time.process_time() - busy
    job = (await postdoc.client.get(f"{path}/{sent.json()['id']}", headers=headers)).json()
    if (job["status"], job["ok"]) != ("finished", len(rows) - 1):
        raise RuntimeError(job)
    return {"rows": job["ok"], "s": round(took, 1), "cpu_s": round(cpu, 1)}


if __name__ == "__main__":
    measured(_measure)
