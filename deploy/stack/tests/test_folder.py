"""Ports and secrets stay as they were; what the settings say goes first."""

import socket
import stat
from pathlib import Path

import pytest
from pydantic import ValidationError
from talent_stack.folder import StackFolder
from talent_stack.settings import StackSettings


@pytest.fixture
def settings(tmp_path, monkeypatch):
    for name in ("PORT", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STACK_DIR", str(tmp_path / "stack"))
    return monkeypatch


def made(**given):
    folder = StackFolder(StackSettings(**given))
    folder.make()
    return folder


def test_a_free_port_is_remembered(settings):
    port = made().port("kafka")
    assert made().port("kafka") == port
    assert made().port("keycloak") != port
    with socket.create_server(("127.0.0.1", port)):
        assert made().port("kafka") == port


def test_a_port_of_the_settings_goes_first(settings):
    assert made().port("gateway") == 8000
    settings.setenv("PORT", "8123")
    settings.setenv("STACK_KAFKA_PORT", "9092")
    assert (made().port("gateway"), made().port("kafka")) == (8123, 9092)


def test_a_port_that_was_given_is_remembered_until_another_is(settings):
    settings.setenv("PORT", "8123")
    assert made().port("gateway") == 8123
    settings.delenv("PORT")
    assert made().port("gateway") == 8123
    settings.setenv("PORT", "8124")
    assert made().port("gateway") == 8124
    settings.setenv("PORT", "0")
    assert made().port("gateway") == 8124


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("gateway", "set PORT"),
        ("bank", "set STACK_BANK_PORT"),
        ("policy-worker", "take policy-worker out of"),
    ],
)
def test_how_a_part_gets_another_port_is_told(settings, part, told):
    assert made().another_port(part).startswith(told)


@pytest.mark.parametrize(("port", "valid"), [("0", True), ("65535", True), ("65536", False)])
def test_ports_have_their_range(settings, port, valid):
    settings.setenv("STACK_KAFKA_PORT", port)
    if valid:
        assert StackSettings().kafka_port == int(port)
    else:
        with pytest.raises(ValidationError):
            StackSettings()


def test_secrets_are_made_once_for_their_owner_alone(settings):
    folder = made()
    secret = folder.secret("bank")
    assert len(secret) >= 32
    assert made().secret("bank") == secret
    assert folder.client_secret("bank") != secret
    for path in (folder.path / "secrets" / "bank", folder.path / "clients" / "bank"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_cache_is_the_account_s(settings):
    settings.setenv("XDG_CACHE_HOME", "/somewhere")
    assert StackSettings().cache == Path("/somewhere/talent-cloud")
