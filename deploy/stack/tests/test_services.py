"""What each process is given: settings that hold, and no secret in a command."""

from pathlib import Path

import pytest
from talent_bank.settings import BankSettings
from talent_identity.settings import IdentitySettings
from talent_policy.settings import PolicySettings
from talent_stack.folder import StackFolder
from talent_stack.kafka import Kafka
from talent_stack.keycloak import Keycloak
from talent_stack.postgres import Postgres
from talent_stack.services import OURS, Services
from talent_stack.settings import StackSettings

SETTINGS = {"bank": BankSettings, "identity": IdentitySettings, "policy": PolicySettings}


@pytest.fixture
def services(tmp_path):
    settings = StackSettings(dir=tmp_path)
    folder = StackFolder(settings)
    folder.make()
    return Services(
        settings,
        folder,
        Postgres(tmp_path / "postgres", 1, "secret"),
        Kafka(tmp_path / "kafka", Path("libraries"), 2, 3, "secret"),
        Keycloak(Path("home"), 4, 5, 1, "secret", "secret"),
    )


def test_every_process_has_a_port_of_its_own(services):
    parts = services.parts()
    assert tuple(part.name for part in parts) == OURS
    assert len({part.port for part in parts}) == len(parts)


def test_settings_hold(services, monkeypatch):
    for part in services.parts():
        if part.package.removeprefix("talent_") not in SETTINGS:
            continue
        with monkeypatch.context() as patch:
            for name, value in part.environment.items():
                patch.setenv(name, value)
            settings = SETTINGS[part.package.removeprefix("talent_")]()
        assert (settings.host, settings.port) == ("127.0.0.1", part.port)


def test_no_secret_stands_in_a_command(services, tmp_path):
    parts = services.parts()
    secrets = {path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert secrets
    for part in parts:
        command = " ".join(part.program.command)
        assert not any(secret in command for secret in secrets)
