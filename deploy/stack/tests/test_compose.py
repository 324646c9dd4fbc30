"""docker-compose.yml: the stack's processes, with settings that hold, closed in on all sides."""

import json
import re
from pathlib import Path

import pytest
import yaml
from talent_bank.settings import BankSettings
from talent_contracts.topics import TOPICS
from talent_gateway import GatewaySettings
from talent_identity.code_keys import load_code_keys
from talent_identity.session_keys import load_session_keys
from talent_identity.settings import IdentitySettings
from talent_keycloak.desired import authority_clients, client_form, load
from talent_keycloak.settings import KeycloakSettings
from talent_kit.keyring import load_keyring
from talent_policy.settings import PolicySettings
from talent_postdoc.settings import PostdocSettings
from talent_registration.settings import RegistrationSettings
from talent_stack.compose import main
from talent_stack.folder import StackFolder
from talent_stack.kafka import Kafka
from talent_stack.keycloak import Keycloak
from talent_stack.postgres import Postgres
from talent_stack.servers import KafkaServer, PostgresServer
from talent_stack.services import OURS, Services
from talent_stack.settings import StackSettings
from talent_wechat.settings import WeChatSettings

ROOT = Path(__file__).parents[3]
COMPOSE = yaml.safe_load(
    re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", (ROOT / "docker-compose.yml").read_text("utf-8"))
)
SERVICES = COMPOSE["services"]
SERVERS = ("postgres", "kafka", "keycloak")
ONCE = [name for name in SERVICES if name not in (*OURS, *SERVERS)]
SETTINGS = {
    "talent_bank": BankSettings,
    "talent_gateway": GatewaySettings,
    "talent_identity": IdentitySettings,
    "talent_keycloak": KeycloakSettings,
    "talent_policy": PolicySettings,
    "talent_postdoc": PostdocSettings,
    "talent_registration": RegistrationSettings,
    "talent_wechat": WeChatSettings,
}
SERVER_SETTINGS = {"databases": PostgresServer, "topics": KafkaServer}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The files as an operator makes them."""
    folder = tmp_path_factory.mktemp("compose") / "secrets"
    assert main([str(folder)]) == 0
    return folder


@pytest.fixture
def settings_of(folder, tmp_path, monkeypatch):
    """Return the settings of a service, from its environment and its files alone."""

    def made(name):
        service = SERVICES[name]
        package, command, *_ = service["command"]
        mounted = tmp_path / name
        mounted.mkdir()
        for secret in service.get("secrets", []):
            file = ROOT / COMPOSE["secrets"][secret]["file"]
            assert file.parent == ROOT / "deploy/compose/secrets"
            (mounted / secret).write_text((folder / file.name).read_text())
        environment = dict(service["environment"])
        if service.get("secrets"):
            assert environment.pop("SECRETS_DIR") == "/run/secrets"
            monkeypatch.setenv("SECRETS_DIR", str(mounted))
        for variable, value in environment.items():
            assert isinstance(value, str), f"{name}: {variable} is no text"
            monkeypatch.setenv(variable, value)
        one = SETTINGS.get(package) or SERVER_SETTINGS[command]
        prefix = one.model_config["env_prefix"]
        known = {f"{prefix}{field}".upper() for field in one.model_fields}
        # Who listens is the gateway's launcher, before there are settings.
        known |= {"GATEWAY_HOST", "GATEWAY_PORT"} if package == "talent_gateway" else set()
        assert environment.keys() <= known
        return one()

    return made


@pytest.fixture
def parts(tmp_path):
    settings = StackSettings(dir=tmp_path / "stack")
    folder = StackFolder(settings)
    folder.make()
    return Services(
        settings,
        folder,
        Postgres(tmp_path, 1, "secret"),
        Kafka(tmp_path, Path("libraries"), 2, 3, "secret"),
        Keycloak(Path("home"), 4, 5, 1, "secret", "secret"),
    ).parts()


def variables(service):
    """Return what a service is told, by variable or by file; key files have both."""
    told = set(service["environment"]) - {"SECRETS_DIR"}
    return told | {
        name.upper() for name in service.get("secrets", []) if f"{name.upper()}_FILE" not in told
    }


def test_the_processes_are_those_of_the_stack(parts):
    assert set(OURS) <= SERVICES.keys()
    for part in parts:
        assert SERVICES[part.name]["command"] == [part.package, *part.command]


def test_each_process_is_told_what_it_is_told_in_the_stack(parts):
    for part in parts:
        assert variables(SERVICES[part.name]) == part.environment.keys(), part.name


def test_what_is_the_same_everywhere_is_the_same_here(parts, folder):
    places = re.compile("HOST|PORT|_URL|_FILE|UPSTREAMS|ISSUER")
    for part in parts:
        for name, value in SERVICES[part.name]["environment"].items():
            if name in part.environment and not places.search(name):
                assert value == part.environment[name], (part.name, name)
    assert json.loads((folder / "policy_authority_clients").read_text()) == authority_clients()


@pytest.mark.parametrize("name", [*OURS, *ONCE])
def test_settings_hold(name, settings_of):
    settings = settings_of(name)
    for address in ("database_url", "bus_url"):
        if hasattr(settings, address):
            server = "postgres:5432" if address == "database_url" else "kafka:9092"
            assert f"@{server}" in getattr(settings, address).get_secret_value()
    if name in OURS and name != "gateway":
        assert (settings.host, settings.port) == ("0.0.0.0", 8080)


def test_every_caller_has_the_secret_that_the_called_one_knows(settings_of, folder):
    bank, wechat = settings_of("bank"), settings_of("wechat")
    identity, policy = settings_of("identity"), settings_of("policy")
    postdoc, registration = settings_of("postdoc"), settings_of("registration")
    postgres, kafka = settings_of("provision-postgres"), settings_of("provision-kafka")
    assert policy.bank_secret == bank.client_secret
    assert registration.payments_secret == bank.payments_secret != bank.client_secret
    assert (identity.wechat_app_id, identity.wechat_secret) == (wechat.app_id, wechat.app_secret)
    for name, client in (
        ("talent-miniprogram", identity.grant_client_secret),
        ("identity-service", identity.directory_client_secret),
        ("policy-service", policy.client_secret),
        (postdoc.client_id, postdoc.client_secret),
    ):
        assert client.get_secret_value() == (folder / "clients" / name).read_text()
    for role, password in postgres.roles.items():
        named = "keycloak_database_password" if role == "keycloak" else f"{role}_database_url"
        assert password.get_secret_value() in (folder / named).read_text()
    assert kafka.users.keys() == {topic.writer for topic in TOPICS}
    for user, password in kafka.users.items():
        assert f"{user}:{password.get_secret_value()}@" in (folder / f"{user}_bus_url").read_text()
    assert kafka.password.get_secret_value() in (folder / "kafka_properties").read_text()


def test_every_client_of_the_realm_has_its_secret(settings_of, folder):
    settings = settings_of("provision-keycloak").model_copy(
        update={"secrets_dir": folder / "clients"}
    )
    realm = load(settings)
    for name, client in realm.clients.items():
        client_form(name, client, settings)


def test_keys_can_be_used(folder):
    load_keyring(folder / "identity_keys")
    load_keyring(folder / "policy_keys")
    load_code_keys(folder / "identity_code_keys")
    load_session_keys(folder / "identity_session_keys")


def test_a_second_run_keeps_every_secret_and_closes_the_folder(folder):
    changing = {"kafka_properties", "kafka_format"}  # of one start each: salt, controller
    before = {file: file.read_text() for file in folder.rglob("*") if file.is_file()}
    assert main([str(folder)]) == 0
    for file, text in before.items():
        assert file.name in changing or file.read_text() == text
    assert folder.stat().st_mode & 0o777 == 0o700


def test_every_file_is_made_and_every_file_is_used(folder):
    made = {file.name for file in folder.iterdir() if file.is_file()}
    assert made == COMPOSE["secrets"].keys()
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert used == made


def test_every_pack_of_the_platform_is_published():
    commands = [service["command"] for service in SERVICES.values()]
    published = {command[2] for command in commands if command[:2] == ["talent_policy", "publish"]}
    packs = ROOT.glob("services/policy/packs/*/pack.yaml")
    assert published == {str(file.parent.relative_to(ROOT)) for file in packs}


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_can_do_little(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"[1-9]\d*:\d+", service["user"])
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert bool(service.get("ports")) == (name in {"gateway", "keycloak"})


@pytest.mark.parametrize("name", [*OURS, *SERVERS])
def test_what_runs_on_is_looked_at_and_started_again(name):
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_whatever_waits_for_an_end_waits_for_something_that_ends():
    for service in SERVICES.values():
        for name, wait in service.get("depends_on", {}).items():
            ends = wait["condition"] == "service_completed_successfully"
            assert ends == (name in ONCE)


def test_no_secret_stands_in_the_file():
    words = re.compile("password|secret|_keys$", re.IGNORECASE)
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if words.search(name):
                assert re.fullmatch(r"/run/\w+(/\w+)?", value) or name.endswith("_URL"), name
