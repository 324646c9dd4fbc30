"""What each process is given: settings that hold, and no secret in a command."""

from datetime import timedelta
from pathlib import Path

import pytest
from talent_bank.settings import BankSettings
from talent_identity.settings import IdentitySettings
from talent_policy.settings import PolicySettings
from talent_postdoc.settings import PostdocSettings
from talent_registration.settings import RegistrationSettings
from talent_stack.folder import StackFolder
from talent_stack.kafka import Kafka
from talent_stack.keycloak import Keycloak
from talent_stack.postgres import Postgres
from talent_stack.services import OURS, Services
from talent_stack.settings import StackSettings

SETTINGS = {
    "bank": BankSettings,
    "identity": IdentitySettings,
    "policy": PolicySettings,
    "postdoc": PostdocSettings,
    "registration": RegistrationSettings,
}


def made(tmp_path, **given):
    settings = StackSettings(dir=tmp_path, **given)
    folder = StackFolder(settings)
    folder.make()
    return Services(
        settings,
        folder,
        Postgres(tmp_path / "postgres", 1, "secret"),
        Kafka(tmp_path / "kafka", Path("libraries"), 2, 3, "secret"),
        Keycloak(Path("home"), 4, 5, 1, "secret", "secret"),
    )


@pytest.fixture
def services(tmp_path):
    return made(tmp_path)


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


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, {"TRACE_SAMPLE": "0"}),
        (
            {"otlp_endpoint": "http://127.0.0.1:4318"},
            {"TRACE_SAMPLE": "1", "OTLP_ENDPOINT": "http://127.0.0.1:4318"},
        ),
    ],
)
def test_traces_are_made_where_somebody_takes_them(tmp_path, given, told):
    tracing = [one for one in made(tmp_path, **given).parts() if one.name not in ("bank", "wechat")]
    for part in tracing:
        prefix = f"{part.name.partition('-')[0].upper()}_"
        names = {name.removeprefix(prefix): value for name, value in part.environment.items()}
        assert {name: names[name] for name in names if "TRACE" in name or "OTLP" in name} == told


@pytest.mark.parametrize("shift", [timedelta(), timedelta(days=366), timedelta(days=-366, hours=5)])
def test_services_and_bank_have_one_clock(tmp_path, monkeypatch, shift):
    for part in made(tmp_path, clock_shift=shift).parts():
        if part.package.removeprefix("talent_") not in SETTINGS:
            continue
        with monkeypatch.context() as patch:
            for name, value in part.environment.items():
                patch.setenv(name, value)
            assert SETTINGS[part.package.removeprefix("talent_")]().clock_shift == shift
