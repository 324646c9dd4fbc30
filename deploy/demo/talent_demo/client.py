"""A caller of the public interface: tokens, keys for repeated calls, consistency tokens."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx2

_PATIENCE = 300.0
"""Seconds: a platform that was killed is back by then, on a busy machine too."""
_AGAIN = frozenset({429, 503, 504})


class Refused(Exception):  # noqa: N818 - the platform's answer, not a fault of the demo
    """An answer that is not a success: its status and problem code."""

    def __init__(self, status: int, code: str, document: dict[str, Any]) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.document = document


Bearer = Callable[[], Awaitable[str]]
"""Gives an access token that is good for a while yet."""


class Caller:
    """Someone signed in; a read after a write brings the write's consistency token."""

    def __init__(self, http: httpx2.AsyncClient, bearer: Bearer | None = None) -> None:
        self._http = http
        self.bearer = bearer
        self._headers = {"Accept-Language": "en"}

    async def get(self, path: str, **query: Any) -> Any:
        return await self._call("GET", path, params=query)

    async def post(self, path: str, body: Any = None, version: int | None = None) -> Any:
        """Send under one new Idempotency-Key, again under the same where the answer asks for it."""
        headers = {"Idempotency-Key": uuid4().hex} | if_match(version)
        return await self._call("POST", path, json=body, headers=headers)

    async def upload(self, path: str, content: bytes, kind: str) -> Any:
        """Send a file under one new Idempotency-Key."""
        headers = {"Idempotency-Key": uuid4().hex, "Content-Type": kind}
        return await self._call("POST", path, content=content, headers=headers)

    async def put(self, path: str, body: Any, version: int | None = None) -> Any:
        return await self._call("PUT", path, json=body, headers=if_match(version))

    async def delete(self, path: str) -> Any:
        return await self._call("DELETE", path)

    async def all(self, path: str, **query: Any) -> list[Any]:
        """Read every page of a list."""
        items: list[Any] = []
        cursor: str | None = None
        while True:
            page = await self.get(path, **query, **({"cursor": cursor} if cursor else {}))
            items += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return items

    def sees(self, *others: "Caller") -> None:
        """Read after what others have written."""
        for other in others:
            token = other._headers.get("Talent-Consistency")
            if token:
                self._headers["Talent-Consistency"] = token

    async def _call(
        self, method: str, path: str, headers: dict[str, str] | None = None, **kwargs: Any
    ) -> Any:
        answer = await self._answered(method, path, headers or {}, kwargs)
        if "talent-consistency" in answer.headers:
            self._headers["Talent-Consistency"] = answer.headers["talent-consistency"]
        document = answer.json() if answer.content else None
        if answer.is_success:
            return document
        raise Refused(answer.status_code, (document or {}).get("code", "?"), document or {})

    async def _answered(
        self, method: str, path: str, headers: dict[str, str], rest: dict[str, Any]
    ) -> httpx2.Response:
        """Call until there is a definite answer; the key makes sending again harmless."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                sent = self._headers | headers
                if self.bearer is not None:
                    sent["Authorization"] = f"Bearer {await self.bearer()}"
                answer = await self._http.request(method, path, headers=sent, **rest)
                pause = float(answer.headers.get("Retry-After", "1")) / 2
            except httpx2.TransportError:
                answer, pause = None, 0.3
            if answer is not None and answer.status_code not in _AGAIN:
                return answer
            if time.monotonic() > deadline:
                raise TimeoutError(f"no definite answer to {method} {path}")
            await asyncio.sleep(pause)


def if_match(version: int | None) -> dict[str, str]:
    return {} if version is None else {"If-Match": f'"{version}"'}
