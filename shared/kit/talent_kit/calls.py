"""Calling others over HTTP: a service by client credentials, a bank or provider by a secret."""

import ssl
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import httpx2
from opentelemetry import propagate

_EARLY = 60.0
"""Seconds before its end at which a token is no longer used."""
_LINES = 1000
"""In one page of a statement."""

T = TypeVar("T")


class CallFailed(ConnectionError):  # noqa: N818 - a state that passes, and is tried again
    """There was no answer, or none that counts: what was asked for may have happened or not."""


class CallRefused(Exception):  # noqa: N818 - an answer
    """The other side refused; carries its stable code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


@cache
def trusted() -> ssl.SSLContext:
    """Return the certificate authorities that calls trust; loading them takes 20 ms."""
    return httpx2.create_ssl_context()


class ServiceCaller:
    """A client of one other service; gets its token at the issuer and renews it in time."""

    def __init__(
        self, base_url: str, *, token_url: str, client_id: str, client_secret: str, timeout: float
    ) -> None:
        self._http = httpx2.AsyncClient(base_url=base_url, timeout=timeout, verify=trusted())
        self._token_url = token_url
        # In the body, not as Basic: a gateway before the issuer takes that for a caller's token.
        self._grant = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }
        self._token = ""
        self._ends = 0.0

    async def post(self, path: str, body: Any) -> Any:
        """Return the JSON that answers a POST which changes nothing there.

        Raises CallFailed, and CallRefused for a 4xx.
        """
        answer = await self._sent(path, body)
        if answer.status_code == 401:  # such as after the issuer's keys were changed
            self._ends = 0.0
            answer = await self._sent(path, body)
            if answer.status_code == 401:
                raise CallFailed("status 401")
        return _said(answer)

    async def _sent(self, path: str, body: Any) -> httpx2.Response:
        headers: dict[str, str] = {"Authorization": f"Bearer {await self._bearer()}"}
        propagate.inject(headers)
        try:
            return await self._http.post(path, json=body, headers=headers)
        except httpx2.HTTPError as error:
            raise CallFailed(type(error).__name__) from error

    async def _bearer(self) -> str:
        if time.monotonic() < self._ends:
            return self._token
        try:
            answer = await self._http.post(self._token_url, data=self._grant)
            answer.raise_for_status()
            found = answer.json()
            self._token = str(found["access_token"])
            self._ends = time.monotonic() + float(found["expires_in"]) - _EARLY
        except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
            raise CallFailed(type(error).__name__) from error
        return self._token

    async def close(self) -> None:
        await self._http.aclose()


class SecretCaller:
    """A client of somebody outside the platform, who knows us by a secret in a header."""

    def __init__(self, base_url: str, *, header: str, secret: str, timeout: float) -> None:
        self._http = httpx2.AsyncClient(
            base_url=base_url, headers={header: secret}, timeout=timeout, verify=trusted()
        )

    async def call(self, method: str, path: str, read: Callable[[Any], T], **content: Any) -> T:
        """Return what `read` makes of the JSON that answers.

        Raises CallFailed, also where it makes nothing of it, and CallRefused for a 4xx.
        """
        try:
            return read(_said(await self._http.request(method, path, **content)))
        except (httpx2.HTTPError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise CallFailed(type(error).__name__) from error

    async def statement(
        self, since: datetime, before: datetime, read: Callable[[Any], T]
    ) -> AsyncIterator[list[T]]:
        """Yield the lines from `since` until before `before`, by pages; raises as `call` does."""
        asked = {"from": since.isoformat(), "to": before.isoformat(), "limit": _LINES}
        cursor: Any = 0
        while cursor is not None:
            lines, cursor = await self.call(
                "GET",
                "/statement",
                lambda page: ([read(line) for line in page["lines"]], page["next_cursor"]),
                params=asked | {"cursor": cursor},
            )
            yield lines

    async def close(self) -> None:
        await self._http.aclose()


def _said(answer: httpx2.Response) -> Any:
    """Return the JSON of an answer; raises CallFailed, and CallRefused for a 4xx."""
    if 400 <= answer.status_code < 500 and answer.status_code not in {408, 429}:
        raise CallRefused(answer.status_code, _code(answer))
    if answer.status_code != 200:
        raise CallFailed(f"status {answer.status_code}")
    try:
        return answer.json()
    except ValueError as error:
        raise CallFailed("no JSON") from error


def _code(answer: httpx2.Response) -> str:
    try:
        return str(answer.json()["code"])
    except (ValueError, KeyError, TypeError):
        return "?"
