"""Measure how many talents, with an employment each, are put on file a second.

`python services/identity/benchmarks/bench_filing.py` prints JSON: rows a second of one process, in
batches of 500 with a transaction each, for new rows and for the same rows again; validation of
the rows is part of the time.
"""

import asyncio
import json
import sys
import time
from typing import Any
from uuid import UUID

from alone import identity
from talent_identity.employers import filing as employers
from talent_identity.employers.credit_codes import check_character as credit_check
from talent_identity.employers.schemas import EmployerCreate
from talent_identity.employments import filing as employments
from talent_identity.employments.schemas import Terms
from talent_identity.employments.states import Status
from talent_identity.parts import IdentityService
from talent_identity.talents import filing as talents
from talent_identity.talents.documents import check_character
from talent_identity.talents.schemas import TalentCreate
from talent_kit.auth import Principal, Role

ROWS = 10_000
BATCH = 500
OFFICIAL = Principal("official", frozenset({Role.REVIEWER}), region="350700", employer=None)


def person(number: int) -> dict[str, Any]:
    first = f"350702{1980 + number // 10_000 % 20}{1 + number // 1000 % 10:02}01{number % 1000:03}"
    document = {"kind": "resident_id", "number": first + check_character(first)}
    return {"name": "林小溪", "document": document, "region": "350702", "phone": "13800000000"}


async def file(parts: IdentityService, employer_id: str, first: int) -> None:
    async with parts.database.transaction() as session:
        rows = [TalentCreate.model_validate(person(first + n)) for n in range(BATCH)]
        read = [talents.read(parts, row) for row in rows]
        people = await talents.file_many(session, parts, OFFICIAL, read)
        jobs = [
            employments.EmploymentRow(
                row.id,
                UUID(employer_id),
                Terms.model_validate(
                    {
                        "arrangement": "direct",
                        "contract_kind": "open_ended",
                        "contract_from": "2024-07-01",
                    }
                ),
                Status.CONFIRMED,
            )
            for row in people
            if row.id is not None
        ]
        await employments.file_many(session, parts, OFFICIAL, jobs)


async def measure(parts: IdentityService) -> dict[str, int]:
    code = "91350702MA0000001"
    employer = EmployerCreate(
        credit_code=code + credit_check(code), name="示例", region="350702", kind="enterprise"
    )
    async with parts.database.transaction() as session:
        (filed,) = await employers.file_many(session, parts.clock, OFFICIAL, [employer])
    found = {}
    for name in ("new", "again"):
        began = time.perf_counter()
        for first in range(0, ROWS, BATCH):
            await file(parts, str(filed.id), first)
        found[f"{name}_rows_per_second"] = round(ROWS / (time.perf_counter() - began))
    return found


async def main() -> None:
    with identity() as factory:
        async with factory.running() as running:
            service: Any = running.service
            sys.stdout.write(json.dumps(await measure(service)) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
