"""What the realm should be: the data of `realm.yaml`, completed by the settings and the secrets."""

from importlib import resources
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from .settings import KeycloakSettings

_SHORTEST_SECRET = 32
_ASSERTIONS = "oauth2.jwt.authorization.grant"
_CONFIDENTIAL = {"assertions", "service"}


class SecretMissing(Exception):  # noqa: N818 - a state of the settings
    """A client has no usable secret; names its file."""


class Client(BaseModel):
    """One client as the data tell it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["audience", "app", "assertions", "service"]
    roles: list[str] = []
    """Realm roles of its service account: these and no others."""
    realm_management: list[str] = []
    """What its service account may do at Keycloak: this and nothing else."""
    speaks_for: str = ""
    """An authority's office: the source whose facts it brings, in the region of the settings."""
    provider: str = ""
    """Whose assertions it brings."""


class Realm(BaseModel):
    """The data; objects below are in Keycloak's own form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    realm: dict[str, Any]
    roles: dict[str, str]
    groups: dict[str, list[str]]
    user_profile: dict[str, Any]
    scopes: dict[str, dict[str, dict[str, Any]]]
    clients: dict[str, Client]
    identity_providers: dict[str, dict[str, Any]]


def load(settings: KeycloakSettings) -> Realm:
    """Return the realm of this package, with what the settings say of this deployment."""
    data = _data()
    for provider in data.identity_providers.values():
        provider["config"] |= {
            "issuer": settings.assertion_issuer,
            "jwksUrl": settings.session_keys_url,
        }
    return data


def authority_clients() -> dict[str, str]:
    """Return the clients of authorities' offices, each with the source that it speaks for."""
    clients = _data().clients
    return {name: one.speaks_for for name, one in clients.items() if one.speaks_for}


def _data() -> Realm:
    text = resources.files(__package__).joinpath("realm.yaml").read_text("utf-8")
    return Realm.model_validate(yaml.safe_load(text))


def scope_mappers(mappers: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return a scope's mappers by name, as Keycloak has them."""
    return {
        name: {"name": name, "protocol": "openid-connect", **mapper}
        for name, mapper in mappers.items()
    }


def client_mappers(
    client_id: str, client: Client, settings: KeycloakSettings
) -> dict[str, dict[str, Any]]:
    """Return a client's own mappers by name.

    A service's tokens have its client id as subject: Keycloak's own would change whenever the
    account is made anew, and settings and the audit log name services. Not where it is to work at
    Keycloak itself, which finds the account by its own subject.
    """
    if client.kind != "service" or client.realm_management:
        return {}
    claims = {"subject": _claim("sub", client_id)}
    if client.speaks_for and settings.office_region:
        claims["region"] = _claim("region", settings.office_region)
    return scope_mappers(claims)


def _claim(name: str, value: str) -> dict[str, Any]:
    config = {
        "claim.name": name,
        "claim.value": value,
        "jsonType.label": "String",
        "access.token.claim": "true",
        "id.token.claim": "false",
        "userinfo.token.claim": "false",
        "introspection.token.claim": "true",
    }
    return {"protocolMapper": "oidc-hardcoded-claim-mapper", "config": config}


def client_scopes(client: Client) -> set[str]:
    """Return the scopes that a client's tokens always have; there are no optional ones."""
    if client.realm_management:
        return {"basic"}
    return {
        "audience": set(),
        "app": {"basic", "talent-cloud"},
        "assertions": {"basic", "talent-cloud"},
        "service": {"talent-cloud"},
    }[client.kind]


def client_form(client_id: str, client: Client, settings: KeycloakSettings) -> dict[str, Any]:
    """Return a client in Keycloak's form; raises SecretMissing."""
    form: dict[str, Any] = {
        "clientId": client_id,
        "protocol": "openid-connect",
        "enabled": True,
        "bearerOnly": client.kind == "audience",
        "publicClient": client.kind == "app",
        "standardFlowEnabled": client.kind == "app",
        "serviceAccountsEnabled": client.kind == "service",
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        # Roles come with the user; a client adds none and takes none away.
        "fullScopeAllowed": True,
        "redirectUris": [],
        "webOrigins": [],
        "attributes": {},
    }
    if client.kind == "app":
        form["redirectUris"] = list(settings.app_urls)
        form["webOrigins"] = ["+"]
        form["attributes"] = {
            "pkce.code.challenge.method": "S256",
            "post.logout.redirect.uris": "+",
        }
    if client.kind == "assertions":
        form["attributes"] = {
            f"{_ASSERTIONS}.enabled": "true",
            f"{_ASSERTIONS}.idp": client.provider,
        }
    if client.kind in _CONFIDENTIAL:
        form["secret"] = _secret(settings.secrets_dir / client_id)
    return form


def confidential(realm: Realm) -> list[str]:
    """Return the ids of the clients that need a secret."""
    return [name for name, client in realm.clients.items() if client.kind in _CONFIDENTIAL]


def _secret(file: Path) -> str:
    try:
        secret = file.read_text("utf-8").strip()
    except OSError:
        raise SecretMissing(f"no secret can be read from {file}") from None
    if len(secret) < _SHORTEST_SECRET:
        raise SecretMissing(f"the secret in {file} is shorter than {_SHORTEST_SECRET} characters")
    return secret
