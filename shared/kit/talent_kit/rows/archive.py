"""The archive that a workbook is, opened only where unpacking it can do no harm."""

import io
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from .table import FileRefused, RowLimits

_END = b"PK\x05\x06"
_LOCATOR_64 = b"PK\x06\x07"
_END_BYTES, _LOCATOR_BYTES, _LONGEST_COMMENT = 22, 20, 65_535
_DIRECTORY_BYTES = 1 << 20
_PIECE = 65_536
_RATIO_FROM = 1 << 20
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1


class Archive:
    """The parts of a workbook; sizes are checked as declared, and again while unpacking."""

    def __init__(self, file: BinaryIO, limits: RowLimits) -> None:
        self._limits = limits
        _check_end(file, limits)
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
            raise FileRefused("file-damaged") from error
        self._check_entries()

    def __contains__(self, name: str) -> bool:
        return name in self._zip.NameToInfo

    def names(self) -> list[str]:
        return self._zip.namelist()

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a part unpacked, piece by piece; raises FileRefused."""
        unpacked = 0
        try:
            with self._zip.open(name) as part:
                while piece := part.read(_PIECE):
                    unpacked += len(piece)
                    if unpacked > self._limits.unpacked:
                        raise FileRefused("archive-too-large")
                    yield piece
        except (zipfile.BadZipFile, KeyError, EOFError, RuntimeError, ValueError) as error:
            raise FileRefused("file-damaged") from error
        except zipfile.zlib.error as error:  # type: ignore[attr-defined]
            raise FileRefused("file-damaged") from error

    def _check_entries(self) -> None:
        limits, total = self._limits, 0
        for entry in self._zip.infolist():
            if entry.flag_bits & _ENCRYPTED:
                raise FileRefused("file-encrypted")
            if entry.compress_type not in _METHODS:
                raise FileRefused("file-damaged")
            total += entry.file_size
            if total > limits.unpacked:
                raise FileRefused("archive-too-large")
            packed = max(entry.compress_size, 1)
            if entry.file_size > _RATIO_FROM and entry.file_size > packed * limits.ratio:
                raise FileRefused("archive-ratio")


def _check_end(file: BinaryIO, limits: RowLimits) -> None:
    """Judge the directory by its end record, before anything of it is in memory."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _END_BYTES - _LONGEST_COMMENT - _LOCATOR_BYTES))
    tail = file.read()
    at = len(tail) - _END_BYTES
    if not (tail[at : at + 4] == _END and tail.endswith(b"\0\0")):
        at = tail.rfind(_END)
    end = tail[at : at + _END_BYTES] if at >= 0 else b""
    if len(end) < _END_BYTES:
        raise FileRefused("file-damaged")
    if tail[max(0, at - _LOCATOR_BYTES) :].startswith(_LOCATOR_64):
        raise FileRefused("archive-entries")
    entries = int.from_bytes(end[10:12], "little")
    directory = int.from_bytes(end[12:16], "little")
    if entries > limits.entries or directory > _DIRECTORY_BYTES:
        raise FileRefused("archive-entries")
