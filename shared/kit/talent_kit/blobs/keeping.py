"""Taking files in, opening them, and removing what nobody believes any longer.

A row stands before the first byte and says `arriving`; the business transaction that makes use of
the file says `kept`. So a crash at any moment leaves a row that nothing refers to, by which the
upkeep finds the bytes. A file that leaves loses its key in the transaction, its bytes afterwards.
"""

import asyncio
import hashlib
import io
import logging
import os
import tempfile
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import Row, delete, insert, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import tables
from ..clock import Clock
from ..database import Database
from ..identifiers import new_id
from ..keyring import Keyring, KeyringError
from ..problems import Conflict, Invalid, Text, TooLarge
from .metadata import PICTURES, BrokenPictureError, stripped
from .port import BlobMissingError, BlobStore
from .sealing import CHUNK, OpenedFile, Sealer, SealError
from .types import HEAD, FileTypeRefused, recognised

log = logging.getLogger(__name__)

ARRIVAL = timedelta(hours=6)
"""How long a file may arrive before the upkeep takes it for one that was left behind."""
_AT_ONCE = 100


class FileEmpty(Invalid):
    code = "file-empty"
    title = Text("文件为空", "The file is empty")


class ArrivalLapsed(Conflict):
    code = "file-lapsed"
    title = Text("文件已失效，请重新上传", "The file was sent too long ago: send it again")


class BlobDamagedError(Exception):
    """The bytes that are kept are not those that arrived, or are not there."""


@dataclass(frozen=True)
class Arrived:
    """A file that has arrived whole; `keep` makes it one that is believed."""

    id: UUID
    kind: str
    type: str
    size: int
    checksum: bytes
    wrapped: bytes


class Blobs:
    """The files of one service."""

    def __init__(
        self, store: BlobStore, database: Database, keyring: Keyring, clock: Clock
    ) -> None:
        self._store = store
        self._database = database
        self._keyring = keyring
        self._clock = clock

    async def arrive(
        self,
        kind: str,
        owner: str,
        pieces: AsyncIterator[bytes],
        *,
        accepts: Collection[str],
        most: int,
        strips: bool = False,
    ) -> Arrived:
        """Take in a file in transactions of its own; holds no more than some pieces of it.

        With `strips` what is written into a picture is taken out, for which it is held whole.
        Raises FileTypeRefused, FileEmpty, TooLarge (beyond `most` bytes) or StoreError.
        """
        incoming = _Incoming(pieces, most)
        type_ = recognised(await incoming.head())
        if type_ is None or type_ not in accepts:
            raise FileTypeRefused() if incoming.size else FileEmpty()
        if strips and type_ in PICTURES:
            incoming = await incoming.without_metadata(type_)
        blob_id = new_id()
        async with self._database.transaction() as session:
            await session.execute(
                insert(tables.blob).values(
                    id=blob_id,
                    kind=kind,
                    owner=owner,
                    state="arriving",
                    type=type_,
                    made_at=self._clock.now(),
                )
            )
        key = os.urandom(32)
        try:
            sealer = Sealer(key, _content_place(blob_id))
            await self._store.put(str(blob_id), incoming.sealed(sealer))
        except BaseException:
            await self._discard(blob_id)
            raise
        wrapped = self._keyring.seal(key, _key_place(blob_id))
        return Arrived(blob_id, kind, type_, incoming.size, incoming.checksum, wrapped)

    async def keep(self, session: AsyncSession, arrived: Arrived) -> None:
        """Believe a file from this transaction's commit on; raises ArrivalLapsed."""
        kept = await session.execute(
            update(tables.blob)
            .where(tables.blob.c.id == arrived.id, tables.blob.c.state == "arriving")
            .values(
                state="kept", size=arrived.size, checksum=arrived.checksum, wrapped=arrived.wrapped
            )
            .returning(tables.blob.c.id)
        )
        if kept.one_or_none() is None:
            raise ArrivalLapsed

    @asynccontextmanager
    async def opened(self, blob_id: UUID) -> AsyncIterator[tuple[str, BinaryIO]]:
        """Yield a file's type and clear content, readable from any place in a thread.

        Only sealed bytes come to this machine's disk. The whole is checked first: raises
        BlobDamagedError where it is not what arrived, StoreError where the store is silent.
        """
        row = await self._row(blob_id)
        with tempfile.TemporaryFile() as sealed:
            try:
                async for piece in self._store.get(str(blob_id)):
                    sealed.write(piece)
                key = self._keyring.open(row.wrapped, _key_place(blob_id))
                raw = OpenedFile(sealed, row.size, key, _content_place(blob_id))
                with io.BufferedReader(raw, CHUNK) as content:
                    await asyncio.to_thread(_require_checksum, content, row.checksum)
                    yield row.type, content
            except (SealError, KeyringError, BlobMissingError) as error:
                raise BlobDamagedError from error

    async def release(self, session: AsyncSession, blob_id: UUID) -> None:
        """Let a file go: it opens no more from this commit on, and its bytes go by the upkeep."""
        await session.execute(
            update(tables.blob)
            .where(tables.blob.c.id == blob_id, tables.blob.c.state == "kept")
            .values(state="leaving", wrapped=None)
        )

    async def upkeep(self) -> int:
        """Remove the bytes of files that leave or were left behind; return how many."""
        oldest = self._clock.now() - ARRIVAL
        async with self._database.transaction() as session:
            await session.execute(
                update(tables.blob)
                .where(tables.blob.c.state == "arriving", tables.blob.c.made_at < oldest)
                .values(state="leaving")
            )
            leaving = select(tables.blob.c.id).where(tables.blob.c.state == "leaving")
            found = list((await session.execute(leaving.limit(_AT_ONCE))).scalars())
        for blob_id in found:
            await self._store.delete(str(blob_id))
            await self._gone(blob_id)
        return len(found)

    async def _discard(self, blob_id: UUID) -> None:
        """Undo an arrival that failed; what cannot be undone now is left to the upkeep."""
        try:
            await self._store.delete(str(blob_id))
            await self._gone(blob_id)
        except Exception as error:
            log.info("a file was left behind", extra={"error": type(error).__name__})

    async def _gone(self, blob_id: UUID) -> None:
        """Say that no bytes are left: of a file that was believed once, its row stays."""
        here = tables.blob.c.id == blob_id
        async with self._database.transaction() as session:
            await session.execute(delete(tables.blob).where(here, tables.blob.c.checksum.is_(None)))
            await session.execute(update(tables.blob).where(here).values(state="removed"))

    async def _row(self, blob_id: UUID) -> Row[tuple[str, int, bytes, bytes]]:
        query = select(
            tables.blob.c.type, tables.blob.c.size, tables.blob.c.checksum, tables.blob.c.wrapped
        ).where(tables.blob.c.id == blob_id, tables.blob.c.state == "kept")
        async with self._database.transaction() as session:
            row = (await session.execute(query)).one_or_none()
        if row is None:
            raise BlobDamagedError
        return row


class _Incoming:
    """A file on its way in: its beginning, size and checksum."""

    def __init__(self, pieces: AsyncIterator[bytes], most: int) -> None:
        self._pieces = pieces
        self._most = most
        self._head = b""
        self._digest = hashlib.sha256()
        self.size = 0

    @property
    def checksum(self) -> bytes:
        return self._digest.digest()

    async def head(self) -> bytes:
        """Return the first bytes, which stay part of the file."""
        async for piece in self._pieces:
            self._head += self._counted(piece)
            if len(self._head) >= HEAD:
                break
        return self._head[:HEAD]

    async def without_metadata(self, type_: str) -> "_Incoming":
        """Return the picture without what is written into it; raises FileTypeRefused."""
        whole = self._head + b"".join([self._counted(piece) async for piece in self._pieces])
        try:
            content = await asyncio.to_thread(stripped, type_, whole)
        except BrokenPictureError:
            raise FileTypeRefused from None
        found = _Incoming(_pieces_of(content), self._most)
        await found.head()
        return found

    async def sealed(self, sealer: Sealer) -> AsyncIterator[bytes]:
        yield sealer.add(self._head)
        self._head = b""
        async for piece in self._pieces:
            if sealed := sealer.add(self._counted(piece)):
                yield sealed
        yield sealer.finish()

    def _counted(self, piece: bytes) -> bytes:
        self.size += len(piece)
        if self.size > self._most:
            raise TooLarge
        self._digest.update(piece)
        return piece


async def _pieces_of(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), CHUNK):
        yield content[at : at + CHUNK]


def _require_checksum(content: BinaryIO, checksum: bytes) -> None:
    digest = hashlib.sha256()
    while piece := content.read(CHUNK):
        digest.update(piece)
    if digest.digest() != checksum:
        raise BlobDamagedError
    content.seek(0)


def _content_place(blob_id: UUID) -> bytes:
    return f"blob.content:{blob_id}".encode()


def _key_place(blob_id: UUID) -> bytes:
    return f"blob.wrapped:{blob_id}".encode()
