"""The store in a folder: a file per key."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from .port import BlobMissingError

_PIECE = 1 << 18


class FolderStore:
    """Keeps each key as a file that only its owner reads, below a subfolder by its last digits."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        path = self._path(key)
        temporary = _unfinished(path)
        file = await asyncio.to_thread(_open_new, temporary)
        try:
            async for chunk in chunks:
                await asyncio.to_thread(file.write, chunk)
            await asyncio.to_thread(_settle, file, temporary, path)
        except BaseException:
            file.close()
            temporary.unlink(missing_ok=True)
            raise

    async def get(self, key: str) -> AsyncIterator[bytes]:
        try:
            file = await asyncio.to_thread(self._path(key).open, "rb")
        except FileNotFoundError as error:
            raise BlobMissingError from error
        with file:
            while piece := await asyncio.to_thread(file.read, _PIECE):
                yield piece

    async def delete(self, key: str) -> None:
        path = self._path(key)
        for gone in (path, _unfinished(path)):
            await asyncio.to_thread(gone.unlink, missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / key[-2:] / key


def _unfinished(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


def _open_new(path: Path) -> BinaryIO:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _settle(file: BinaryIO, temporary: Path, path: Path) -> None:
    """Bring a file to the disk, and only then to its name."""
    with file:
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
