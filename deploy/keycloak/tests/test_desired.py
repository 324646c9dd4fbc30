"""The data of the realm, and what the settings add."""

import pytest
from talent_keycloak.__main__ import main
from talent_keycloak.desired import (
    SecretMissing,
    authority_clients,
    client_form,
    client_mappers,
    confidential,
    load,
)
from talent_keycloak.settings import KeycloakSettings
from talent_kit.auth import Role
from talent_policy.facts.vocabulary import catalogue


@pytest.fixture
def settings(tmp_path):
    return KeycloakSettings(
        url="http://keycloak.test",
        secrets_dir=tmp_path,
        app_urls=["https://app.test/*"],
        session_keys_url="http://identity.test/v1/session-keys",
    )


def test_the_roles_are_those_that_services_know(settings):
    assert set(load(settings).roles) == set(Role)


def test_every_authority_has_a_client_with_the_role_of_services(settings):
    clients = load(settings).clients
    for name in (*authority_clients(), "policy-service", "postdoc-service"):
        assert clients[name].kind == "service"
        assert clients[name].roles == ["service"]


def test_each_authority_speaks_for_a_source_of_its_own_that_policy_knows():
    sources = list(authority_clients().values())
    assert len(set(sources)) == len(sources)
    assert set(sources) <= catalogue().sources.keys()


def test_offices_work_in_the_region_of_the_settings(settings):
    clients = load(settings).clients
    placed = settings.model_copy(update={"office_region": "350700"})
    for name, given, names in (
        ("school-office", settings, {"subject"}),
        ("school-office", placed, {"subject", "region"}),
        ("policy-service", placed, {"subject"}),
    ):
        assert client_mappers(name, clients[name], given).keys() == names


def test_only_the_identity_service_works_at_keycloak_itself(settings):
    allowed = {
        name: client.realm_management
        for name, client in load(settings).clients.items()
        if client.realm_management
    }
    assert allowed == {"identity-service": ["manage-users"]}


def test_no_client_takes_passwords_and_the_app_s_needs_pkce(settings, tmp_path):
    realm = load(settings)
    for name in confidential(realm):
        (tmp_path / name).write_text("s" * 32)
    forms = {name: client_form(name, client, settings) for name, client in realm.clients.items()}
    assert not any(form["directAccessGrantsEnabled"] for form in forms.values())
    assert not any(form["implicitFlowEnabled"] for form in forms.values())
    assert [name for name, form in forms.items() if form["publicClient"]] == ["talent-app"]
    app = forms["talent-app"]
    assert app["attributes"]["pkce.code.challenge.method"] == "S256"
    assert app["redirectUris"] == ["https://app.test/*"]


def test_talents_cannot_change_what_services_trust(settings):
    attributes = {one["name"]: one for one in load(settings).user_profile["attributes"]}
    assert attributes["region"]["permissions"]["edit"] == ["admin"]
    assert attributes["username"]["permissions"]["edit"] == ["admin"]
    assert not {"firstName", "lastName"} & attributes.keys()


def test_the_keys_of_assertions_are_fetched_where_the_settings_say(settings):
    config = load(settings).identity_providers["wechat"]["config"]
    assert config["jwksUrl"] == settings.session_keys_url
    assert config["issuer"] == settings.assertion_issuer


@pytest.mark.parametrize("secret", [None, "", "s" * 31])
def test_a_client_without_a_usable_secret_is_refused(settings, tmp_path, secret):
    if secret is not None:
        (tmp_path / "tax-office").write_text(secret)
    with pytest.raises(SecretMissing, match="tax-office"):
        client_form("tax-office", load(settings).clients["tax-office"], settings)


def test_a_secret_of_enough_characters_is_taken(settings, tmp_path):
    (tmp_path / "tax-office").write_text("s" * 32 + "\n")
    client = load(settings).clients["tax-office"]
    assert client_form("tax-office", client, settings)["secret"] == "s" * 32


@pytest.mark.parametrize("command", ["apply", "check"])
def test_settings_that_miss_are_named(monkeypatch, capsys, command):
    monkeypatch.setenv("KEYCLOAK_URL", "http://keycloak.test")
    assert main([command]) == 2
    told = capsys.readouterr().err
    assert "KEYCLOAK_SECRETS_DIR, KEYCLOAK_SESSION_KEYS_URL" in told


def test_nothing_is_sent_before_every_secret_is_there(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("KEYCLOAK_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("KEYCLOAK_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("KEYCLOAK_SESSION_KEYS_URL", "http://identity.test/v1/session-keys")
    assert main(["apply"]) == 2
    assert "no secret can be read" in capsys.readouterr().err
