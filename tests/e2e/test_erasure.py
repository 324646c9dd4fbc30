"""After an erasure nothing personal of the talent is readable anywhere, nor paid twice."""

import asyncio
import random
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx2
import pytest
from talent_demo.client import Refused
from talent_demo.doors import DevelopmentDoor
from talent_demo.drive import Drive
from talent_demo.people import employers, people
from talent_demo.run import Run
from talent_standalone.testing import Standalone

WISH = {"confirmation": "erase-my-data"}


@pytest.fixture
def platform(tmp_path: Any) -> Any:
    platform = Standalone(tmp_path / "data", TALENT_LOG_LEVEL="DEBUG").start()
    yield platform
    platform.stop()


async def cells(platform: Standalone, name: str, *but: str) -> str:
    """Return every value of a database as text, bytes as they are, leaving out some tables."""
    connection = await asyncpg.connect(platform.dsn(name))
    parts = []
    tables = await connection.fetch(
        "SELECT table_name FROM information_schema.tables "
        "WHERE table_schema = 'public' AND table_name <> ALL($1)",
        list(but),
    )
    for table in tables:
        for row in await connection.fetch(f'SELECT * FROM "{table["table_name"]}"'):
            parts += [
                value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                for value in row
            ]
    await connection.close()
    return "\n".join(parts)


async def test_nothing_of_the_erased_is_readable_and_nothing_is_paid_twice(
    platform: Standalone,
) -> None:
    rng, today = random.Random(11), (datetime.now(UTC) + timedelta(hours=8)).date()
    firms = employers(rng, 11, 8)
    graduates = people(rng, 11, 40, firms, today)
    anna = next(one for one in graduates if one.case == "plain")
    bert = next(one for one in graduates if one is not anna)
    async with httpx2.AsyncClient(base_url=str(platform.http.base_url), timeout=30) as http:
        door, run = DevelopmentDoor(http), Run()
        drive = Drive(http, run)
        await drive.staff()
        await drive.filing.file([anna, bert])
        await drive.filing.prove([anna, bert])
        await drive.filing.match([anna, bert])
        await drive.join(firms)
        await drive.confirm([anna, bert])
        assert run.surprises == []
        assert run.decided["2.2", "offer confirmed: paying"] == 2
        caller = await door.caller(anna.login, "talent")
        await caller.post("/v1/codes", {})
        [employment] = (await caller.get("/v1/employments"))["items"]
        exported = [
            await caller.get(f"/v1/personal-data/{service}/export")
            for service in ("identity", "policy")
        ]
        assert exported[0]["documents"][0]["number"] == anna.resident_id
        assert exported[1]["account"]["number"] == anna.account
        born = exported[0]["profile"]["birth_date"]

        await caller.post("/v1/talents/me/erasure", WISH)
        for service in ("identity", "policy"):
            with pytest.raises(Refused) as refused:
                await caller.get(f"/v1/personal-data/{service}")
            assert refused.value.code in {"talent-not-registered", "policy.not-registered"}
        await forgotten(platform, employment["id"])

        for name in ("identity", "policy", "bus"):
            stored = await cells(platform, name)
            for secret in (anna.name, anna.resident_id, anna.phone, anna.account):
                assert secret not in stored, f"{name} holds {secret}"
            assert bert.id in stored
            # The audit log stays; the answer to the wish itself is kept for its repeats, for days;
            # the timer that takes the account from the directory names it for ten minutes.
            beside = await cells(platform, name, "audit", "idempotency", "timer")
            assert anna.login not in beside, f"{name} holds the login"
        bus = await cells(platform, "bus")
        about = [line for line in bus.splitlines() if anna.id in line and "talent.identity" in line]
        assert len(about) == 1
        assert "talent.erased" in about[0]
        assert not [line for line in bus.splitlines() if employment["id"] in line]
        assert born not in "".join(about)

        again = replace(anna, login=f"{anna.login}-again", id="")
        await drive.filing.file([again])
        await drive.filing.prove([again])
        with pytest.raises(Refused) as refused:
            await drive.confirm([again])
        assert refused.value.code == "policy.already-claimed"
        assert again.id not in {"", anna.id}


async def forgotten(platform: Standalone, employment_id: str) -> None:
    """Wait until the bus has forgotten all but that the talent was erased."""
    deadline = time.monotonic() + 20
    while employment_id in await cells(platform, "bus"):
        assert time.monotonic() < deadline, "the bus still holds an employment"
        await asyncio.sleep(0.2)
