"""What a store of bytes is: it knows keys and sealed bytes, and nothing of what they mean."""

from collections.abc import AsyncIterator
from typing import Protocol


class StoreError(OSError):
    """The store does not answer; the same call may succeed later."""


class BlobMissingError(Exception):
    """Nothing is kept under the key."""


class BlobStore(Protocol):
    """Keeps bytes under keys of `[0-9a-f-]`; every method may raise StoreError.

    `put` makes all of it visible at its end, or nothing: after an error or a crash the key is
    missing or holds what it held before. `delete` is content where nothing is kept.
    """

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Keep bytes, for good once this returns; an error of `chunks` passes through."""

    def get(self, key: str) -> AsyncIterator[bytes]:
        """Yield what is kept, in order; raises BlobMissingError."""

    async def delete(self, key: str) -> None:
        """Keep it no longer."""
