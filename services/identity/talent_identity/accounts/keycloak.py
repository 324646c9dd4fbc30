"""The directory in Keycloak, through its admin interface."""

import secrets
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

from keycloak import KeycloakAdmin, KeycloakError

from .directory import DirectoryUnavailable, StaffRole

_PROVIDER = "wechat"
_TALENTS = "talents"
_AGENTS = "agents"
_CONFLICT = 409
_MISSING = 404


class KeycloakDirectory:
    """Accounts of one realm, kept by a client that may manage users and nothing else."""

    def __init__(
        self, url: str, *, realm: str, client_id: str, client_secret: str, timeout: int
    ) -> None:
        self._given: dict[str, Any] = {
            "server_url": url,
            "realm_name": realm,
            "client_id": client_id,
            "client_secret_key": client_secret,
            "timeout": timeout,
        }
        self._made: KeycloakAdmin | None = None

    @property
    def _admin(self) -> KeycloakAdmin:
        if self._made is None:
            self._made = KeycloakAdmin(**self._given)
        return self._made

    async def add_talent(self, handle: str) -> None:
        link = {"identityProvider": _PROVIDER, "userId": handle, "userName": handle}
        account = {
            "username": f"{_PROVIDER}-{handle}",
            "enabled": True,
            "groups": [f"/{_TALENTS}"],
            "federatedIdentities": [link],
        }
        # One request makes all of it; who comes twice at once finds the name taken.
        async with _answered(but=_CONFLICT):
            await self._admin.a_create_user(account)
            return
        async with _answered(but=_CONFLICT):
            found = await self._find(account["username"])
            if found is None:  # taken away meanwhile: who tries again makes it
                raise DirectoryUnavailable("the account was there, and is not")
            await self._link_again(found["id"], handle)

    async def _link_again(self, login: str, handle: str) -> None:
        """Make an account a talent's again whose link was taken away, as at an erasure."""
        if not await self._admin.a_get_user_social_logins(login):
            await self._admin.a_add_user_social_login(login, _PROVIDER, handle, handle)
        group = await self._admin.a_get_group_by_path(f"/{_TALENTS}")
        await self._admin.a_group_user_add(login, group["id"])

    async def remove_talent(self, login: str) -> None:
        async with _answered(but=_MISSING):
            await self._admin.a_get_user(login)
            held = {role["name"] for role in await self._roles_of(login)}
            if held.isdisjoint({*StaffRole, "employer"}):
                await self._admin.a_delete_user(login)
                return
            for group in await self._admin.a_get_user_groups(login):
                if group["name"] == _TALENTS:
                    await self._admin.a_group_user_remove(login, group["id"])
            for link in await self._admin.a_get_user_social_logins(login):
                await self._admin.a_delete_user_social_login(login, link["identityProvider"])
            await self._admin.a_user_logout(login)

    async def add_agent(self, username: str) -> str:
        account = {"username": username, "enabled": True, "groups": [f"/{_AGENTS}"]}
        async with _answered(but=_CONFLICT):
            return str(await self._admin.a_create_user(account))
        async with _answered():
            found = await self._find(username)
            if found is None:  # taken away meanwhile: who tries again makes it
                raise DirectoryUnavailable("the account was there, and is not")
            group = await self._admin.a_get_group_by_path(f"/{_AGENTS}")
            await self._admin.a_group_user_add(found["id"], group["id"])
            return str(found["id"])

    async def login_of(self, username: str) -> str | None:
        async with _answered():
            found = await self._find(username)
            return None if found is None else str(found["id"])

    async def appoint(self, username: str, roles: Collection[str], region: str) -> str:
        async with _answered():
            found = await self._find(username)
            if found is None:
                account = {"username": username, "enabled": True}
                told = account | {"attributes": {"region": [region]}}
                login = str(await self._admin.a_create_user(told))
            else:
                login = found["id"]
                attributes = {**(found.get("attributes") or {}), "region": [region]}
                form = {**found, "enabled": True, "attributes": attributes}
                await self._admin.a_update_user(login, form)
            held = await self._roles_of(login)
            await self._take(login, [role for role in held if role["name"] not in roles])
            missing = set(roles) - {role["name"] for role in held}
            if missing:
                known = await self._admin.a_get_available_realm_roles_of_user(login)
                given = [role for role in known if role["name"] in missing]
                await self._admin.a_assign_realm_roles(login, given)
            return login

    async def dismiss(self, username: str) -> None:
        async with _answered():
            found = await self._find(username)
            if found is None:
                return
            login = found["id"]
            await self._take(login, await self._roles_of(login))
            attributes = {**(found.get("attributes") or {})}
            attributes.pop("region", None)
            await self._admin.a_update_user(login, {**found, "attributes": attributes})
            await self._admin.a_user_logout(login)

    async def reset_password(self, username: str) -> str:
        async with _answered():
            found = await self._find(username)
            if found is None:
                raise LookupError(username)
            password = secrets.token_urlsafe(12)
            await self._admin.a_set_user_password(found["id"], password, temporary=True)
            await self._admin.a_user_logout(found["id"])
            return password

    async def close(self) -> None:
        if self._made is not None:
            await self._made.connection.aclose()
            await self._made.connection.keycloak_openid.connection.aclose()

    async def _find(self, username: str) -> dict[str, Any] | None:
        asked = {"username": username, "exact": "true", "briefRepresentation": "false"}
        found: list[dict[str, Any]] = await self._admin.a_get_users(asked)
        return found[0] if found else None

    async def _roles_of(self, login: str) -> list[dict[str, Any]]:
        roles: list[dict[str, Any]] = await self._admin.a_get_realm_roles_of_user(login)
        return roles

    async def _take(self, login: str, roles: list[dict[str, Any]]) -> None:
        taken = [role for role in roles if role["name"] in list(StaffRole)]
        if taken:
            await self._admin.a_delete_realm_roles_of_user(login, taken)


@asynccontextmanager
async def _answered(*, but: int = 0) -> AsyncIterator[None]:
    """Turn Keycloak's errors into ours; their texts, which repeat what was sent, go no further."""
    try:
        yield
    except KeycloakError as error:
        if error.response_code != but or not but:
            raise DirectoryUnavailable(f"{type(error).__name__} {error.response_code}") from None
