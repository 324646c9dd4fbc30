"""Fills policy's database with synthetic people, employers, employments and sealed facts, fast."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from talent_kit.identifiers import new_id
from talent_kit.personal import DataKey
from talent_kit.testing.services import ServiceUnderTest
from talent_kit.wakeup import asyncpg_dsn

STEP = 2000
STAFF = 25
"""Employees of one employer."""
REGIONS = ("350702", "350703", "350721", "350722", "350723", "350724", "350725", "350781")
OBSERVED = datetime(2025, 8, 1, tzinfo=UTC)
_COLUMNS = {
    "person": ("talent_id", "login", "region", "version"),
    "organisation": ("employer_id", "region", "kind", "agents", "version"),
    "employment": ("id", "talent_id", "employer_id", "status", "version"),
    "observation": (
        "id",
        "subject_kind",
        "subject_id",
        "name",
        "source",
        "verified",
        "value",
        "sealed",
        "talent_id",
        "observed_at",
        "recorded_at",
    ),
}


async def fill(policy: ServiceUnderTest, people: int, seed: int = 1) -> None:
    """Fill the tables some thousands at a time, so that memory does not grow with their number."""
    chance = random.Random(seed)  # noqa: S311 - the same crowd each time
    dsn = asyncpg_dsn(policy.service.settings.database_url.get_secret_value())
    connection = await asyncpg.connect(dsn)
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", format="binary", encoder=_jsonb, decoder=bytes
    )
    # Nobody waits for these people: the run marks them.
    await connection.execute("SET session_replication_role = replica")
    try:
        for begin in range(0, people, STEP):
            await _step(policy, connection, chance, min(STEP, people - begin))
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def _step(
    policy: ServiceUnderTest, connection: asyncpg.Connection, chance: random.Random, count: int
) -> None:
    talents = [new_id() for _ in range(count)]
    async with policy.service.database.transaction() as session:
        keys = await policy.service.vault.make_keys(session, talents)
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _COLUMNS}
    employer = new_id()
    for index, talent in enumerate(talents):
        if index % STAFF == 0:
            employer = _employer(rows, chance)
        job = new_id()
        rows["person"].append((talent, f"login-{talent.hex}", "350702", 1))
        rows["employment"].append((job, talent, employer, "confirmed", 2))
        for kind, subject, name, source, value in _facts(chance, talent, job):
            rows["observation"].append(
                _sealed(keys[talent], kind, subject, name, source, value, talent)
            )
    for table, columns in _COLUMNS.items():
        await connection.copy_records_to_table(table, records=rows[table], columns=columns)


def _jsonb(value: Any) -> bytes:
    return b"\x01" + json.dumps(value).encode()


def _employer(rows: dict[str, list[tuple[Any, ...]]], chance: random.Random) -> UUID:
    employer, region = new_id(), chance.choice(REGIONS)
    kind = chance.choices(("enterprise", "public_institution", "government"), (8, 1, 1))[0]
    rows["organisation"].append((employer, region, kind, ["bench-agent"], 1))
    for name, value in (("employer.kind", kind), ("employer.region", region)):
        row = (new_id(), "organisation", employer, name, "market_registry", True, value)
        rows["observation"].append((*row, None, None, OBSERVED, OBSERVED))
    return employer


def _facts(chance: random.Random, talent: UUID, job: UUID) -> Iterator[tuple[Any, ...]]:
    """Yield what registers say: of most people all, of some not the pension."""
    degree = chance.choices(("doctor", "master", "bachelor", "junior_college"), (1, 3, 6, 3))[0]
    born = date(1985, 1, 1) + timedelta(days=chance.randrange(6500))
    begun = date(2023, 7, 1) + timedelta(days=chance.randrange(500))
    person = {
        "birth_date": ("identity", born.isoformat()),
        "degree": ("education", degree),
        "study_mode": ("education", "full_time"),
        "graduated_on": ("education", (begun - timedelta(days=20)).isoformat()),
        "scheme_2020_1": ("talent_office", False),
    }
    employment: dict[str, tuple[str, Any]] = {
        "arrangement": ("employer", "direct"),
        "contract_kind": ("employer", "fixed_term"),
        "contract_from": ("employer", begun.isoformat()),
        "contract_until": ("employer", (begun + timedelta(days=1095)).isoformat()),
    }
    if chance.random() < 0.8:
        employment |= {
            "pension_in_city": ("social_insurance", "first"),
            "pension_from": ("social_insurance", (begun + timedelta(days=20)).isoformat()),
            "pension_through": ("social_insurance", "2025-08-31"),
            "pension_gap": ("social_insurance", False),
        }
    for name, (source, value) in person.items():
        yield "person", talent, f"person.{name}", source, value
    for name, (source, value) in employment.items():
        yield "employment", job, f"employment.{name}", source, value


def _sealed(
    key: DataKey, kind: str, subject: UUID, name: str, source: str, value: Any, talent: UUID
) -> tuple[Any, ...]:
    row = new_id()
    sealed = key.seal(json.dumps(value), "observation", "sealed", row)
    said = (row, kind, subject, name, source, True, None, sealed, talent)
    return (*said, OBSERVED, OBSERVED)
