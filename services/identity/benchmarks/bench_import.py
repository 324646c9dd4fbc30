"""Measure a filing list from file to register against COPY of its bare rows.

`python services/identity/benchmarks/bench_import.py [ROWS ...]` prints JSON for each number of rows
(10,000 and 100,000 by default): rows a second of one worker from the claim of the job to its end,
new and again, as CSV, and for each second of this process's CPU, which a busy machine changes
less; the rate at which COPY takes the same cells into a table of texts on the same server, and the
share of it; and by how many MB the process grew beyond what it had after a list of 1,000 rows.
"""

import csv
import io
import json
import resource
import sys
import time
from datetime import date, timedelta
from typing import Any

import asyncpg
import uvloop
from alone import identity
from talent_identity.employers.credit_codes import check_character as credit_check
from talent_identity.filing_lists.columns import COLUMNS
from talent_identity.talents.documents import check_character
from talent_kit.auth import Role
from talent_kit.server import freeze
from talent_kit.testing.services import ServiceUnderTest, fresh_key

EMPLOYERS = 400
FIELDS = tuple(field for field in COLUMNS if field not in {"issued_by", "nationality"})


def row(number: int) -> list[str]:
    """Return the row of somebody who does not exist."""
    born = date(1970, 1, 1) + timedelta(days=number // 1_000)
    first = f"350702{born:%Y%m%d}{number % 1_000:03}"
    code = f"91350702MA{number % EMPLOYERS:07}"
    return [
        "林小溪",
        "居民身份证",
        first + check_character(first),
        "",
        "13800000000",
        code + credit_check(code),
        "闽北示例机械有限公司",
        "企业",
        "350702",
        "固定期限",
        "2024/7/1",
        "2027/6/30",
        "直接用工",
        "350702",
    ]


def csv_file(first: int, rows: int) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(FIELDS)
    writer.writerows(row(first + number) for number in range(rows))
    return text.getvalue().encode()


async def filed(running: ServiceUnderTest, content: bytes) -> tuple[float, float, dict[str, Any]]:
    """Send a list and do it; return the worker's seconds by clock and by CPU, and the job."""
    office = running.issuer.headers("office", Role.REVIEWER, region="350700")
    headers = office | fresh_key() | {"Content-Type": "text/csv"}
    answer = await running.client.post("/v1/filing-lists", content=content, headers=headers)
    answer.raise_for_status()
    began, busy = time.perf_counter(), time.process_time()
    await running.worker.jobs.step()
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    job = await running.client.get(answer.headers["Location"], headers=office)
    found: dict[str, Any] = job.json()
    if found["status"] != "finished" or found["failed"]:
        raise RuntimeError(found)
    return seconds, busy, found


async def copied(running: ServiceUnderTest, rows: int) -> float:
    """Return the seconds that COPY takes for the same cells."""
    url = running.service.settings.database_url.get_secret_value()
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    cells = [row(number) for number in range(rows)]
    try:
        columns = ", ".join(f"{field} text" for field in FIELDS)
        await connection.execute(f"CREATE TABLE copied ({columns})")
        began = time.perf_counter()
        await connection.copy_records_to_table("copied", records=cells)
        return time.perf_counter() - began
    finally:
        await connection.execute("DROP TABLE copied")
        await connection.close()


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def measure(running: ServiceUnderTest, rows: int) -> dict[str, Any]:
    content = csv_file(0, rows)
    freeze()
    before = peak()
    new, busy, job = await filed(running, content)
    if job["ok"] != rows:
        raise RuntimeError(job)
    again, _, job = await filed(running, content)
    if job["skipped"] != rows:
        raise RuntimeError(job)
    grown = peak() - before
    bare = await copied(running, rows)
    return {
        "new_rows_per_second": round(rows / new),
        "new_rows_per_cpu_second": round(rows / busy),
        "again_rows_per_second": round(rows / again),
        "copy_rows_per_second": round(rows / bare),
        "share_of_copy": round(bare / new, 4),
        "file_mb": round(len(content) / 1e6, 1),
        "grown_mb": round(grown, 1),
    }


async def main() -> None:
    sizes = [int(given) for given in sys.argv[1:]] or [10_000, 100_000]
    with identity() as factory:
        figures = {}
        for rows in sizes:
            async with factory.running() as running:
                await filed(running, csv_file(9_000_000, 1_000))
                figures[f"rows_{rows}"] = await measure(running, rows)
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    uvloop.run(main())
