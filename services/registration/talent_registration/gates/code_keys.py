"""The keys that verify talent codes, fetched from their issuer and kept for when it is away."""

import asyncio
import json
import logging
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx2
from sqlalchemy.dialects.postgresql import insert
from talent_code import KeySet, TalentCodeError
from talent_kit.calls import trusted
from talent_kit.service import Service

from ..models.gates import CodeKeySet

log = logging.getLogger(__name__)

_REFRESH = 300.0
"""Seconds after which the keys are fetched anew, while those known serve on."""
_COOLDOWN = 10.0
"""Seconds between two fetches, so that forged key ids and an issuer that is away cost little."""


class CodeKeys:
    """One issuer's published keys; the last ones seen also stand in the database."""

    def __init__(self, parts_of: Service, *, issuer: str, url: str) -> None:
        self.issuer = issuer
        self._url = url
        self._service = parts_of
        self._document = '{"keys": []}'
        self._keys = KeySet([])
        self._fetched = self._tried = float("-inf")
        self._lock = asyncio.Lock()
        self._renewing: asyncio.Task[bool] | None = None

    @property
    def document(self) -> str:
        """The keys as a JWK Set, as far as they are known."""
        return self._document

    async def keys(self) -> KeySet:
        """Return the keys; waits for the issuer only where none are known."""
        if not self._keys:
            await self.renew()
        elif time.monotonic() - self._fetched > _REFRESH and (
            self._renewing is None or self._renewing.done()
        ):
            self._renewing = asyncio.create_task(self.renew(), name="code-keys")
        return self._keys

    async def renew(self) -> bool:
        """Fetch the keys, unless that was tried a moment ago; tell whether there are others now.

        What is known stays if it fails.
        """
        async with self._lock:
            before = self._document
            if not self._url or time.monotonic() - self._tried < _COOLDOWN:
                return False
            self._tried = time.monotonic()
            try:
                document = await self._read()
                self._take(document)
            except (OSError, httpx2.HTTPError, ValueError) as error:
                log.warning("code keys not fetched", extra={"error": type(error).__name__})
                if not self._keys:
                    await self._recall()
            else:
                self._fetched = time.monotonic()
                await self._keep(document)
            return self._document != before

    def _take(self, document: str) -> None:
        """Raise TalentCodeError, a ValueError, where it is no key set of the issuer's."""
        self._keys = KeySet.from_json(document, issuer=self.issuer)
        self._document = json.dumps(json.loads(document))

    async def _read(self) -> str:
        parts = urlsplit(self._url)
        if parts.scheme == "file":
            return await asyncio.to_thread(Path(unquote(parts.path)).read_text)
        async with httpx2.AsyncClient(timeout=5, verify=trusted()) as client:
            answer = await client.get(self._url)
            answer.raise_for_status()
            return answer.text

    async def _keep(self, document: str) -> None:
        row = {"issuer": self.issuer, "document": document, "fetched_at": self._service.clock.now()}
        async with self._service.database.transaction() as session:
            await session.execute(
                insert(CodeKeySet).on_conflict_do_update(
                    index_elements=["issuer"],
                    set_={name: row[name] for name in ("document", "fetched_at")},
                ),
                row,
            )

    async def _recall(self) -> None:
        async with self._service.database.transaction() as session:
            row = await session.get(CodeKeySet, self.issuer)
        if row is not None:
            try:
                self._take(row.document)
            except TalentCodeError:
                log.warning("the code keys that were kept are none of the issuer's")
