"""Bringing a running Keycloak to the realm's data, again and again.

What is missing is made, what differs is put right, and what is as it should be is left alone.
Users, and whatever else the data do not name, are not touched; only inside what the data name in
full (mappers of our scopes and clients, rights of service accounts, the user profile, roles given
to everyone) does what was added by hand go.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from keycloak import KeycloakAdmin, KeycloakGetError

from .desired import Client, Realm, client_form, client_mappers, client_scopes, scope_mappers
from .differences import differences, merged
from .settings import KeycloakSettings

Json = dict[str, Any]


def connect(settings: KeycloakSettings) -> KeycloakAdmin:
    """Return a client of the admin interface; connects when first used."""
    return KeycloakAdmin(
        server_url=settings.url,
        username=settings.admin_username,
        password=settings.admin_password.get_secret_value(),
        realm_name=settings.realm,
        user_realm_name="master",
        timeout=settings.timeout,
    )


def apply(
    realm: Realm, settings: KeycloakSettings, admin: KeycloakAdmin, *, write: bool = True
) -> list[str]:
    """Return what was changed, or without `write` what would be; raises SecretMissing first.

    The texts name objects and fields, never values.
    """
    clients = {name: client_form(name, one, settings) for name, one in realm.clients.items()}
    return _Applying(realm, clients, admin, settings, write).run()


class _Applying:
    def __init__(
        self,
        realm: Realm,
        clients: dict[str, Json],
        admin: KeycloakAdmin,
        settings: KeycloakSettings,
        write: bool,
    ) -> None:
        self._realm = realm
        self._clients = clients
        self._admin = admin
        self._settings = settings
        self._name = settings.realm
        self._write = write
        self._done: list[str] = []

    def run(self) -> list[str]:
        if not self._settled_realm():
            return self._done
        for role, description in self._realm.roles.items():
            self._role(role, description)
        self._default_roles()
        for group, roles in self._realm.groups.items():
            self._group(group, roles)
        self._profile()
        for scope, mappers in self._realm.scopes.items():
            self._scope(scope, scope_mappers(mappers))
        for alias, form in self._realm.identity_providers.items():
            self._provider(alias, form | {"alias": alias})
        for client_id, client in self._realm.clients.items():
            self._client(client_id, client)
        return self._done

    def _do(self, what: str, act: Callable[..., object], *given: Any) -> bool:
        """Note a change, and make it if asked to; tell whether it was made."""
        self._done.append(what)
        if self._write:
            act(*given)
        return self._write

    def _put_right(
        self, what: str, wanted: Json, found: Json, update: Callable[..., object], *whose: str
    ) -> None:
        places = differences(wanted, found)
        if places:
            told = f"{what} changed: {', '.join(places)}"
            self._do(told, update, *whose, merged(wanted, found))

    def _settled_realm(self) -> bool:
        wanted = self._realm.realm | {"realm": self._name}
        found = _or_none(self._admin.get_realm, self._name)
        if found is None:
            if not self._do("realm created", self._admin.create_realm, wanted):
                return False
            # The token in hand knows nothing of rights in a realm that was made after it.
            self._admin.connection.get_token()
            found = self._admin.get_realm(self._name)
        places = differences(wanted, found)
        if places:
            # Its wanted parts alone: in the whole form secrets come masked, and would go back so.
            told = f"realm changed: {', '.join(places)}"
            self._do(told, self._admin.update_realm, self._name, wanted)
        return True

    def _role(self, name: str, description: str) -> None:
        wanted = {"name": name, "description": description}
        found = _or_none(self._admin.get_realm_role, name)
        if found is None:
            self._do(f"role {name} created", self._admin.create_realm_role, wanted)
        else:
            self._put_right(f"role {name}", wanted, found, self._admin.update_realm_role, name)

    def _default_roles(self) -> None:
        """Everyone gets Keycloak's own roles for the account page, and no realm role."""
        given = self._admin.get_realm_default_roles()
        if given:
            names = ", ".join(sorted(role["name"] for role in given))
            told = f"roles of everyone removed: {names}"
            self._do(told, self._admin.remove_realm_default_roles, given)

    def _group(self, name: str, roles: list[str]) -> None:
        admin, path = self._admin, f"/{name}"
        paths = {group["path"] for group in admin.get_groups()}
        if path not in paths and not self._do(
            f"group {name} created", admin.create_group, {"name": name}
        ):
            return
        group_id = admin.get_group_by_path(path)["id"]
        self._exact_roles(
            f"group {name}",
            roles,
            admin.get_group_realm_roles(group_id),
            partial(admin.assign_group_realm_roles, group_id),
            partial(admin.delete_group_realm_roles, group_id),
        )

    def _exact_roles(
        self,
        whose: str,
        wanted: list[str],
        found: list[Json],
        give: Callable[[list[Json]], object],
        take: Callable[[list[Json]], object],
    ) -> None:
        for name in sorted(set(wanted) - {role["name"] for role in found}):
            told = f"{whose} given the role {name}"
            self._do(told, lambda role: give([self._admin.get_realm_role(role)]), name)
        for role in found:
            if role["name"] not in wanted:
                self._do(f"{whose} deprived of the role {role['name']}", take, [role])

    def _profile(self) -> None:
        found = self._admin.get_realm_users_profile()
        wanted = self._realm.user_profile
        now, should = _by_name(found["attributes"]), _by_name(wanted["attributes"])
        places = differences(should, now)
        places += sorted(f"{name} (not ours)" for name in now.keys() - should.keys())
        if found.get("unmanagedAttributePolicy"):
            places.append("unmanagedAttributePolicy")
        if places:
            told = f"user profile changed: {', '.join(places)}"
            self._do(told, self._admin.update_realm_users_profile, wanted)

    def _scope(self, name: str, mappers: dict[str, Json]) -> None:
        admin, what = self._admin, f"scope {name}"
        wanted = {
            "name": name,
            "protocol": "openid-connect",
            "attributes": {
                "include.in.token.scope": "false",
                "display.on.consent.screen": "false",
            },
        }
        found = admin.get_client_scope_by_name(name)
        if found is None:
            if not self._do(f"{what} created", admin.create_client_scope, wanted):
                return
            found = admin.get_client_scope_by_name(name) or {}
        key = found["id"]
        self._put_right(what, wanted, found, admin.update_client_scope, key)
        self._mappers(
            what,
            mappers,
            admin.get_mappers_from_client_scope(key),
            partial(admin.add_mapper_to_client_scope, key),
            partial(admin.update_mapper_in_client_scope, key),
            partial(admin.delete_mapper_from_client_scope, key),
        )

    def _mappers(
        self,
        whose: str,
        wanted: dict[str, Json],
        found: list[Json],
        add: Callable[[Json], object],
        update: Callable[[str, Json], object],
        remove: Callable[[str], object],
    ) -> None:
        present = _by_name(found)
        for name, form in wanted.items():
            if name not in present:
                self._do(f"{whose} given the mapper {name}", add, form)
                continue
            now = present[name]
            self._put_right(f"{whose}, mapper {name}", form, now, update, now["id"])
        for name in sorted(present.keys() - wanted.keys()):
            self._do(f"{whose} deprived of the mapper {name}", remove, present[name]["id"])

    def _provider(self, alias: str, wanted: Json) -> None:
        found, what = _or_none(self._admin.get_idp, alias), f"identity provider {alias}"
        if found is None:
            self._do(f"{what} created", self._admin.create_idp, wanted)
        else:
            self._put_right(what, wanted, found, self._admin.update_idp, alias)

    def _client(self, client_id: str, client: Client) -> None:
        admin, wanted, what = self._admin, self._clients[client_id], f"client {client_id}"
        mappers, scopes = client_mappers(client_id, client, self._settings), client_scopes(client)
        key = admin.get_client_id(client_id)
        if key is None:
            whole = wanted | {
                "protocolMappers": list(mappers.values()),
                "defaultClientScopes": sorted(scopes),
                "optionalClientScopes": [],
            }
            if not self._do(f"{what} created", admin.create_client, whole):
                return
            key = str(admin.get_client_id(client_id))
        self._put_right(what, wanted, admin.get_client(key), admin.update_client, key)
        self._mappers(
            what,
            mappers,
            admin.get_mappers_from_client(key),
            partial(admin.add_mapper_to_client, key),
            partial(admin.update_client_mapper, key),
            partial(admin.remove_client_mapper, key),
        )
        self._client_scopes(what, key, scopes)
        if client.kind == "service":
            self._rights(what, key, client)

    def _client_scopes(self, what: str, key: str, wanted: set[str]) -> None:
        admin = self._admin
        found = _by_name(admin.get_client_default_client_scopes(key))
        for name in sorted(found.keys() - wanted):
            told, scope = f"{what} deprived of the scope {name}", found[name]["id"]
            self._do(told, admin.delete_client_default_client_scope, key, scope)
        for scope in admin.get_client_optional_client_scopes(key):
            told = f"{what} deprived of the optional scope {scope['name']}"
            self._do(told, admin.delete_client_optional_client_scope, key, scope["id"])
        for name in sorted(wanted - found.keys()):
            given = (admin.get_client_scope_by_name(name) or {}).get("id")
            told = f"{what} given the scope {name}"
            self._do(told, admin.add_client_default_client_scope, key, given, {})

    def _rights(self, what: str, key: str, client: Client) -> None:
        admin = self._admin
        account = admin.get_client_service_account_user(key)["id"]
        self._exact_roles(
            what,
            client.roles,
            admin.get_realm_roles_of_user(account),
            partial(admin.assign_realm_roles, account),
            partial(admin.delete_realm_roles_of_user, account),
        )
        management = str(admin.get_client_id("realm-management"))
        found = admin.get_all_roles_of_user(account).get("clientMappings", {})
        held = set()
        for owner in found.values():
            for role in owner["mappings"]:
                if owner["id"] == management and role["name"] in client.realm_management:
                    held.add(role["name"])
                    continue
                told = f"{what} deprived of the right {role['name']}"
                self._do(told, admin.delete_client_roles_of_user, account, owner["id"], [role])
        for name in sorted(set(client.realm_management) - held):
            right = admin.get_client_role(management, name)
            told = f"{what} given the right {name}"
            self._do(told, admin.assign_client_role, account, management, [right])


def _by_name(items: list[Json]) -> dict[str, Json]:
    return {item["name"]: item for item in items}


def _or_none(read: Callable[[str], Json], name: str) -> Json | None:
    """Return what is read, or None where Keycloak has no such thing."""
    try:
        return read(name)
    except KeycloakGetError as error:
        if error.response_code == 404:
            return None
        raise
