"""How people come in: at the development issuer, or as they do in earnest."""

import asyncio
import base64
import hashlib
import json
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import httpx2

from .client import Caller

_PATIENCE = 300.0
"""Seconds to wait for those who are needed to sign in."""
_EARLY = 60.0
"""Seconds before its end at which a token is renewed."""
_FORM = re.compile(r'<form[^>]*\baction="([^"]+)"')
_APP = "talent-app"
_DIRECTORY = "identity-service"


class Door(Protocol):
    """Where people sign in."""

    async def caller(
        self,
        subject: str,
        *roles: str,
        region: str | None = None,
        employer: str | None = None,
    ) -> Caller:
        """Return somebody who is signed in; the same subject comes again as who it was."""
        ...


class DevelopmentDoor:
    """The development issuer, which gives anyone any role."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def caller(
        self,
        subject: str,
        *roles: str,
        region: str | None = None,
        employer: str | None = None,
    ) -> Caller:
        body: dict[str, Any] = {"subject": subject, "roles": list(roles)}
        if region is not None:
            body["region"] = region
        if employer is not None:
            body["employer"] = employer
        answer = await Caller(self._http).post("/dev/token", body)

        async def bearer() -> str:
            return str(answer["access_token"])

        return Caller(self._http, bearer)


@dataclass(frozen=True)
class Addresses:
    """Where the parts of a stack are, as `make stack` writes it down."""

    gateway: str
    bank: str
    wechat: str
    keycloak: str
    realm: str
    clients: str
    """Folder of the clients' secrets."""

    @classmethod
    def of(cls, folder: Path, gateway: str) -> "Addresses | None":
        """Return those of the stack whose gateway this is; none where it is no stack's."""
        try:
            found = cls(**json.loads((folder / "addresses.json").read_text()))
        except FileNotFoundError:
            return None
        return found if found.gateway == gateway.rstrip("/") else None


Grant = dict[str, Any]
"""An answer with a token: `access_token` and `expires_in`."""


class Away(Exception):  # noqa: N818 - a state that passes
    """Somebody who is needed to sign in gives no answer just now."""


class Session:
    """Somebody's token; when it is about to end they sign in anew, once for all who wait."""

    def __init__(self, sign_in: Callable[[], Awaitable[Grant]]) -> None:
        self._sign_in = sign_in
        self._lock = asyncio.Lock()
        self._token = ""
        self._ends = float("-inf")

    async def bearer(self) -> str:
        async with self._lock:
            if time.monotonic() > self._ends:
                grant = await _patiently(self._sign_in)
                self._token = str(grant["access_token"])
                self._ends = time.monotonic() + float(grant["expires_in"]) - _EARLY
            return self._token


async def _patiently(sign_in: Callable[[], Awaitable[Grant]]) -> Grant:
    """Sign in from the beginning until everybody answers: codes and forms serve once."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return await sign_in()
        except Away:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(1)


class StackDoor:
    """Keycloak and the identity service.

    Talents come by WeChat, offices with their client's secret, staff and employers' agents by name
    and password in a browser's way (authorization code with PKCE). Their accounts are made here.
    """

    def __init__(self, http: httpx2.AsyncClient, where: Addresses) -> None:
        self._http = http
        self._where = where
        self._issuer = f"{where.keycloak}/realms/{where.realm}/protocol/openid-connect"
        self._users = f"{where.keycloak}/admin/realms/{where.realm}/users"
        self._directory = self._office(_DIRECTORY)

    async def caller(
        self,
        subject: str,
        *roles: str,
        region: str | None = None,
        employer: str | None = None,
    ) -> Caller:
        if roles == ("service",):
            session = self._office(subject)
        elif roles == ("talent",):
            session = self._talent(subject)
        else:
            attributes = {
                name: [value]
                for name, value in (("region", region), ("employer", employer))
                if value is not None
            }
            session = self._person(subject, roles, attributes)
        await session.bearer()
        return Caller(self._http, session.bearer)

    def _office(self, client: str) -> Session:
        secret = (Path(self._where.clients) / client).read_text().strip()

        async def sign_in() -> Grant:
            return await self._token(
                grant_type="client_credentials", client_id=client, client_secret=secret
            )

        return Session(sign_in)

    def _talent(self, user: str) -> Session:
        async def sign_in() -> Grant:
            phone = await self._sent("POST", f"{self._where.wechat}/codes", json={"user": user})
            body = {"provider": "wechat", "code": phone["code"]}
            return dict(await self._sent("POST", "/v1/sessions", json=body))

        return Session(sign_in)

    def _person(
        self, name: str, roles: tuple[str, ...], attributes: dict[str, list[str]]
    ) -> Session:
        password = secrets.token_urlsafe(16)
        known = False

        async def sign_in() -> Grant:
            nonlocal known
            if not known:
                await self._account(name, roles, attributes, password)
                known = True
            return await self._by_form(name, password)

        return Session(sign_in)

    async def _account(
        self, name: str, roles: tuple[str, ...], attributes: dict[str, list[str]], password: str
    ) -> None:
        """Make an account unless there is one of this name; give it what is named."""
        given = {"type": "password", "value": password, "temporary": False}
        account = {"username": name, "enabled": True, "attributes": attributes}
        found = await self._manage("GET", f"?exact=true&username={name}")
        if not found:
            await self._manage("POST", "", json=account)
            found = await self._manage("GET", f"?exact=true&username={name}")
        place = f"/{found[0]['id']}"
        await self._manage("PUT", place, json=account)
        await self._manage("PUT", f"{place}/reset-password", json=given)
        mappings = f"{place}/role-mappings/realm"
        known = await self._manage("GET", f"{mappings}/available")
        chosen = [role for role in known if role["name"] in roles]
        await self._manage("POST", mappings, json=chosen)

    async def _by_form(self, name: str, password: str) -> Grant:
        verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        back = f"{self._where.gateway}/"
        asked = {
            "response_type": "code",
            "client_id": _APP,
            "redirect_uri": back,
            "scope": "openid",
            "state": secrets.token_urlsafe(8),
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        async with httpx2.AsyncClient(timeout=40) as browser:
            page = await self._sent_by(browser, "GET", f"{self._issuer}/auth", params=asked)
            form = _FORM.search(page.text)
            if form is None:
                raise RuntimeError("Keycloak shows no form to sign in")
            # Browsers send secure cookies to this very machine without TLS; the client does not.
            cookies = "; ".join(f"{one.name}={one.value}" for one in browser.cookies.jar)
            answer = await self._sent_by(
                browser,
                "POST",
                unescape(form.group(1)),
                data={"username": name, "password": password},
                headers={"Cookie": cookies},
            )
        returned = parse_qs(urlsplit(answer.headers.get("location", "")).query)
        if "code" not in returned:
            raise RuntimeError(f"{name} is not let in: status {answer.status_code}")
        return await self._token(
            grant_type="authorization_code",
            client_id=_APP,
            redirect_uri=back,
            code=returned["code"][0],
            code_verifier=verifier,
        )

    async def _manage(self, method: str, place: str, **rest: Any) -> Any:
        headers = {"Authorization": f"Bearer {await self._directory.bearer()}"}
        return await self._sent(method, f"{self._users}{place}", headers=headers, **rest)

    async def _token(self, **form: str) -> Grant:
        grant: Grant = await self._sent("POST", f"{self._issuer}/token", data=form)
        return grant

    async def _sent(self, method: str, url: str, **rest: Any) -> Any:
        answer = await self._sent_by(self._http, method, url, **rest)
        if not answer.is_success:
            raise RuntimeError(f"{method} {urlsplit(url).path}: {answer.status_code}")
        return answer.json() if answer.content else None

    async def _sent_by(
        self, http: httpx2.AsyncClient, method: str, url: str, **rest: Any
    ) -> httpx2.Response:
        """Return the answer; raises Away where there is none."""
        try:
            answer = await http.request(method, url, **rest)
        except httpx2.TransportError as error:
            raise Away(urlsplit(url).path) from error
        # Keycloak says 400, in words that differ, where its database goes away in the middle of a
        # change; for a wrong password it shows the form again.
        if answer.status_code == 400 or answer.status_code >= 500:
            raise Away(f"{urlsplit(url).path}: {answer.status_code}")
        return answer


def door_of(http: httpx2.AsyncClient, stack: Addresses | None) -> Door:
    """Return where people sign in at a platform, which is a stack or not."""
    return StackDoor(http, stack) if stack else DevelopmentDoor(http)
