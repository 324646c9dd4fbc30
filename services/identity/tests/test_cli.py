"""`python -m talent_identity`."""

import asyncio
from datetime import UTC, datetime

import pytest
from talent_identity.cli import main
from talent_identity.code_keys import create_code_keys, load_code_keys
from talent_kit.audit import seal
from talent_kit.clock import SystemClock
from talent_kit.keyring import create_keyring

from .factories import talent_body


@pytest.fixture
def environment(monkeypatch, tmp_path):
    create_keyring(tmp_path / "keys.json")
    create_code_keys(tmp_path / "code-keys.json", issuer="350700", at=SystemClock().now())
    given = {
        "BUS_URL": "postgresql+asyncpg://nowhere/bus",
        "KEYS_FILE": str(tmp_path / "keys.json"),
        "BLOBS_URL": (tmp_path / "blobs").as_uri(),
        "CODE_KEYS_FILE": str(tmp_path / "code-keys.json"),
        "ISSUER": "https://issuer.test",
        "JWKS_URL": "file:///nowhere",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"IDENTITY_{name}", value)
    return monkeypatch


async def test_migrate_brings_an_empty_database_to_the_newest_schema(environment, databases):
    url = await databases.create()
    environment.setenv("IDENTITY_DATABASE_URL", url)
    assert await asyncio.to_thread(main, ["migrate"]) == 0
    assert await asyncio.to_thread(main, ["migrate"]) == 0
    assert await asyncio.to_thread(main, ["verify-audit"]) == 0
    await databases.drop(url)


async def test_verify_audit_finds_what_was_changed(environment, world, capsys):
    service = world.running.service
    settings = service.settings
    environment.setenv("IDENTITY_DATABASE_URL", settings.database_url.get_secret_value())
    environment.setenv("IDENTITY_KEYS_FILE", str(settings.keys_file))
    await world.talent(**talent_body())
    assert await seal(service.database, service.keyring, service.clock) == 1
    assert await asyncio.to_thread(main, ["verify-audit"]) == 0
    async with service.database.engine.begin() as connection:
        await connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        await connection.exec_driver_sql("UPDATE audit SET actor = 'someone else'")
    assert await asyncio.to_thread(main, ["verify-audit"]) == 1
    assert capsys.readouterr().out.startswith("every seal holds\nbroken seals: ")


def test_code_keys_are_made_and_the_next_one_added(tmp_path):
    path = tmp_path / "code-keys.json"
    assert main(["create-code-keys", "--issuer", "350700", "--days", "10", str(path)]) == 0
    later = "2030-01-01T00:00:00+08:00"
    assert main(["add-code-key", "--starts", later, str(path)]) == 0
    first, second = load_code_keys(path).signing
    assert (first.not_after - first.not_before).days == 10
    assert second.not_before == datetime(2029, 12, 31, 16, tzinfo=UTC)


def test_an_instant_needs_its_offset(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["add-code-key", "--starts", "2030-01-01T00:00:00", str(tmp_path / "x")])
    assert "needs an offset" in capsys.readouterr().err
