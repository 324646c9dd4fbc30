"""A run through everything leaves no personal data in logs or, in clear, in any database."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx2
import pytest
from talent_demo.drive import Drive
from talent_demo.people import Employer, Person, employers, people
from talent_demo.run import Run
from talent_standalone.testing import Standalone

DATABASES = ("identity", "policy", "bus", "bank")


async def play(platform: Standalone, firms: list[Employer], graduates: list[Person]) -> Run:
    run = Run()
    async with httpx2.AsyncClient(base_url=str(platform.http.base_url), timeout=30) as http:
        drive = Drive(http, run)
        await drive.staff()
        await drive.filing.file(graduates)
        await drive.filing.prove(graduates)
        await drive.filing.match(graduates)
        await drive.join(firms)
        await drive.confirm(graduates)
        await drive.apply(firms)
        await drive.review()
        await drive.money.release()
        await drive.money.pay()
        await drive.show_codes(graduates)
        await drive.reconcile()
    return run


async def everything_stored(platform: Standalone) -> str:
    parts = []
    for name in DATABASES:
        connection = await asyncpg.connect(platform.dsn(name))
        tables = await connection.fetch(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        )
        for table in tables:
            for row in await connection.fetch(f'SELECT * FROM "{table["table_name"]}"'):
                parts += [
                    value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                    for value in row
                ]
        await connection.close()
    return "\n".join(parts)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory):
    platform = Standalone(
        tmp_path_factory.mktemp("privacy") / "data", TALENT_LOG_LEVEL="DEBUG"
    ).start()
    rng = random.Random(7)
    today = (datetime.now(UTC) + timedelta(hours=8)).date()
    firms = employers(rng, 7, 8)
    graduates = people(rng, 7, 19, firms, today)
    run = asyncio.run(play(platform, firms, graduates))
    stored = asyncio.run(everything_stored(platform))
    log = platform.log.read_text()
    platform.stop()
    return graduates, run, stored, log


def secrets(person: Person) -> list[str]:
    return [person.name, person.resident_id, person.phone, person.account]


def test_outcomes_are_those_of_the_articles(story) -> None:
    _, run, _, _ = story
    assert run.surprises == []
    assert run.codes_verified == 5


def test_nothing_personal_is_stored_in_clear(story) -> None:
    graduates, _, stored, _ = story
    assert graduates[0].id in stored
    found = [secret for person in graduates for secret in secrets(person) if secret in stored]
    assert found == []


def test_nothing_personal_is_logged(story) -> None:
    graduates, _, _, log = story
    assert '"message": "request"' in log
    found = [secret for person in graduates for secret in secrets(person) if secret in log]
    assert found == []
