"""The table of a service's endpoints, and the service with something in it that they act upon."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from talent_kit.auth import Role

from .services import ServiceUnderTest, fresh_key

PUBLIC: frozenset[Role] = frozenset()
SIGNED_IN = frozenset(Role)
_STAFF = frozenset({Role.REVIEWER, Role.FINANCE, Role.POLICY_ADMIN, Role.AUDITOR})

VERSION = "If-Match"


@dataclass(frozen=True)
class Endpoint:
    """One row: who is admitted, and a request that is good but for whom or what it names.

    `{names}` in template, query and body stand for the stage's ids. `admitted` is PUBLIC where
    nobody need sign in. `maps` are the places in the body whose keys are the caller's own, dotted,
    with `*` for any index or key: what is refused there may be named, but never its value.
    """

    method: str
    template: str
    admitted: frozenset[Role]
    body: Mapping[str, Any] | None = None
    query: str = ""
    versioned: bool = False
    computes: bool = False
    """A POST that changes nothing and so takes no Idempotency-Key."""
    anywhere: bool = False
    """Staff whose token names no region are admitted too."""
    maps: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def keyed(self) -> bool:
        return self.method == "POST" and not self.computes

    @property
    def identified(self) -> bool:
        """Tell whether path or query names something by its id."""
        return "_id}" in self.template + self.query

    @property
    def regional(self) -> frozenset[Role]:
        return frozenset() if self.anywhere else self.admitted & _STAFF


@dataclass(frozen=True)
class Stage:
    """A service with something in it: the ids found there, and the logins known to it."""

    service: ServiceUnderTest
    ids: Mapping[str, str]
    logins: Mapping[Role, str] = field(default_factory=dict)
    claims: Mapping[str, Any] = field(default_factory=lambda: {"region": "350700"})
    _read: dict[str, dict[str, str]] = field(default_factory=dict, init=False)
    """What was in the tables when last read, by the snapshot in which it was."""

    def signed_in(self, *roles: Role, **claims: Any) -> dict[str, str]:
        """Return the headers of someone with these roles; `claims` replace the stage's."""
        login = next((self.logins[role] for role in roles if role in self.logins), "someone-else")
        return self.service.issuer.headers(login, *roles, **{**self.claims, **claims})

    def admitted(self, endpoint: Endpoint) -> dict[str, str]:
        return self.signed_in(min(endpoint.admitted)) if endpoint.admitted else {}

    async def send(
        self,
        endpoint: Endpoint,
        who: Mapping[str, str],
        *,
        headers: Mapping[str, str] | None = None,
        ids: Mapping[str, str] | None = None,
        **content: Any,
    ) -> httpx2.Response:
        """Send the row's request; `json` or `content` replace its body, `headers` key and version.

        `ids` replace the stage's.
        """
        known = {**self.ids, **(ids or {})}
        if headers is None:
            headers = {**fresh_key(), VERSION: '"1"'}
        if "content" in content:
            headers = {**headers, "Content-Type": "application/json"}
        elif endpoint.body is not None:
            content["json"] = _filled(content.get("json", endpoint.body), known)
        path = _replaced(endpoint.template + endpoint.query, known)
        return await self.service.client.request(
            endpoint.method, path, headers={**who, **headers}, **content
        )

    async def contents(self) -> dict[str, str]:
        """Return a digest of the rows of every table; a snapshot that was seen holds the same."""
        async with self.service.service.database.engine.connect() as connection:
            current = await connection.exec_driver_sql("SELECT pg_current_snapshot()::text")
            snapshot = current.scalar_one()
            if snapshot in self._read:
                return self._read[snapshot]
            names = await connection.exec_driver_sql(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            )
            digests = " UNION ALL ".join(
                f"SELECT '{name}' AS name, "  # noqa: S608
                f"md5(string_agg(t::text, '' ORDER BY t::text)) AS digest "
                f'FROM "{name}" t'
                for name in names.scalars()
            )
            found = await connection.exec_driver_sql(digests)
            digest = {row.name: row.digest or "" for row in found.all()}
            self._read.clear()
            self._read[snapshot] = digest
            return digest

    @asynccontextmanager
    async def unchanged(self) -> AsyncIterator[None]:
        """Fail where a table holds something else afterwards."""
        before = await self.contents()
        yield
        after = await self.contents()
        if before != after:
            changed = sorted(name for name in after if after[name] != before.get(name))
            pytest.fail(f"changed: {', '.join(changed)}")


def _replaced(text: str, ids: Mapping[str, str]) -> str:
    for name, value in ids.items():
        text = text.replace("{" + name + "}", value)
    return text


def _filled(body: Any, ids: Mapping[str, str]) -> Any:
    return json.loads(_replaced(json.dumps(body, ensure_ascii=False), ids))
