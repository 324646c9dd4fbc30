"""Files under a data key of their own: sealed chunk by chunk, opened at any place.

Each chunk is AES-256-GCM with its number and a mark of the last as nonce, and the file's place as
associated data: a chunk that is missing, doubled, moved or of another file does not open. The key
seals one file only, so that no nonce comes twice.
"""

import io
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 65_536
_TAG = 16


class SealError(Exception):
    """A chunk is not what was sealed there."""


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Sealer:
    """Seals a file as it comes; what it holds back is at most one chunk."""

    def __init__(self, key: bytes, place: bytes) -> None:
        self._cipher = AESGCM(key)
        self._place = place
        self._held = bytearray()
        self._number = 0

    def add(self, piece: bytes) -> bytes:
        """Take more of the file; return what is sealed by now."""
        self._held += piece
        sealed = bytearray()
        # More than a chunk, not just one: the last must be known as such when it is sealed.
        while len(self._held) > CHUNK:
            sealed += self._seal(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]
        return bytes(sealed)

    def finish(self) -> bytes:
        """Return the last chunk."""
        return self._seal(bytes(self._held), last=True)

    def _seal(self, plain: bytes, *, last: bool) -> bytes:
        sealed = self._cipher.encrypt(_nonce(self._number, last=last), plain, self._place)
        self._number += 1
        return sealed


class OpenedFile(io.RawIOBase):
    """The clear file over its sealed bytes, readable from any place; holds one chunk.

    `size` is that of the clear file; reading raises SealError.
    """

    def __init__(self, sealed: BinaryIO, size: int, key: bytes, place: bytes) -> None:
        super().__init__()
        self._sealed = sealed
        self._size = size
        self._cipher = AESGCM(key)
        self._place = place
        self._last = max(0, (size - 1) // CHUNK)
        self._at = 0
        self._chunk: tuple[int, bytes] = (-1, b"")
        if sealed.seek(0, io.SEEK_END) != size + (self._last + 1) * _TAG:
            raise SealError

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise OSError("before the beginning")
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        if self._at >= self._size:
            return 0
        number, within = divmod(self._at, CHUNK)
        piece = self._open(number)[within : within + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _open(self, number: int) -> bytes:
        if self._chunk[0] != number:
            self._sealed.seek(number * (CHUNK + _TAG))
            sealed = self._sealed.read(CHUNK + _TAG)
            nonce = _nonce(number, last=number == self._last)
            try:
                self._chunk = (number, self._cipher.decrypt(nonce, sealed, self._place))
            except InvalidTag as error:
                raise SealError from error
        return self._chunk[1]
