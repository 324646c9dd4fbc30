"""`python -m talent_bank`."""

import asyncio

import pytest
from talent_bank.cli import main

from .conftest import SECRET


@pytest.fixture
def environment(monkeypatch):
    monkeypatch.setenv("BANK_ENVIRONMENT", "development")
    monkeypatch.setenv("BANK_CLIENT_SECRET", SECRET)
    return monkeypatch


async def test_migrate_brings_an_empty_database_to_the_newest_schema(environment, databases):
    url = await databases.create()
    environment.setenv("BANK_DATABASE_URL", url)
    for _ in range(2):
        assert await asyncio.to_thread(main, ["migrate"]) == 0
    await databases.drop(url)


def test_serve_refuses_settings_that_do_not_hold(environment, capsys):
    environment.setenv("BANK_DATABASE_URL", "postgresql+asyncpg://nowhere/bank")
    environment.setenv("BANK_CLIENT_SECRET", "too short")
    assert main(["serve"]) == 2
    assert capsys.readouterr().err == "BankSettings are not valid: client_secret\n"


async def test_ready_once_the_books_are_there(bank):
    assert (await bank.http.get("/health/ready")).status_code == 200
