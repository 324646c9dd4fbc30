"""Bodies of requests, whole before a service hears of them, in bounded memory."""

import asyncio
import tempfile
from typing import IO

from starlette.types import Receive
from talent_kit.problems import TooLarge, Unavailable

from .errors import BodyTooSlow, ClientGone

_IN_MEMORY = 1_048_576
"""Bytes of one body in memory at most; a longer one goes into a file."""
_PIECE = 262_144


class Body:
    """A body that came: in memory, or in a file without a name, which ends with the process."""

    def __init__(self) -> None:
        self.length = 0
        self._chunks: list[bytes] = []
        self._held = 0
        self._given = 0
        self._file: IO[bytes] | None = None

    async def add(self, chunk: bytes) -> None:
        """Take what comes next; raises Unavailable where the disk takes no more."""
        self.length += len(chunk)
        self._held += len(chunk)
        self._chunks.append(chunk)
        if self._held > _IN_MEMORY:
            try:
                await asyncio.to_thread(self._spill)
            except OSError as error:
                raise Unavailable from error

    def _spill(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._file.writelines(self._chunks)
        self._file.flush()
        self._chunks.clear()
        self._held = 0

    async def read(self) -> tuple[bytes, bool]:
        """Return the next piece, from the start on, and whether more follow."""
        if self._file is not None and self._given < self.length - self._held:
            if not self._given:
                self._file.seek(0)
            piece = await asyncio.to_thread(self._file.read, _PIECE)
        else:
            piece = b"".join(self._chunks)
        self._given += len(piece)
        return piece, self._given < self.length

    def close(self) -> None:
        """Forget the body."""
        self._chunks.clear()
        if self._file is not None:
            self._file.close()


_NONE = Body()
"""That of every request without one: nothing is ever added to it."""


async def read_body(receive: Receive, announced: int | None, most: int, seconds: float) -> Body:
    """Return the whole body: a service never waits for a slow client, nor sees half a request.

    Raises TooLarge, BodyTooSlow, ClientGone or Unavailable. Who called closes the body.
    """
    if announced == 0:
        return _NONE
    body = Body()
    if announced is not None and announced > most:
        raise TooLarge(headers={"Connection": "close"})
    more = True
    try:
        async with asyncio.timeout(seconds):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                chunk = message.get("body", b"")
                if body.length + len(chunk) > most:
                    raise TooLarge(headers={"Connection": "close"})
                await body.add(chunk)
                more = message.get("more_body", False)
    except TimeoutError as error:
        body.close()
        raise BodyTooSlow(headers={"Connection": "close"}) from error
    except BaseException:
        body.close()
        raise
    return body
