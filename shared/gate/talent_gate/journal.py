"""A device's memory: lines appended to a file, each on the disk before anybody is let in by it."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any


class Journal:
    """JSON lines; one that a crash has torn is the last, and nobody was let in by it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.lines = _read(path)
        # Written anew, so that nothing is appended to a torn line.
        self.rewrite(self.lines)

    def append(self, line: dict[str, Any]) -> None:
        """Add a line; it is on the disk when this returns."""
        self._file.write(_text(line))
        self._file.flush()
        os.fsync(self._file.fileno())

    def rewrite(self, lines: Iterable[dict[str, Any]]) -> None:
        """Put other lines in the place of all; a crash leaves these or those."""
        partial = self._path.with_suffix(".new")
        with partial.open("w", encoding="utf-8") as file:
            file.writelines(_text(line) for line in lines)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._file = self._path.open("a", encoding="utf-8")

    def close(self) -> None:
        self._file.close()


def _read(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    lines = []
    for text in path.read_text("utf-8", errors="replace").splitlines():
        try:
            lines.append(json.loads(text))
        except ValueError:
            break
    return lines


def _text(line: dict[str, Any]) -> str:
    return json.dumps(line, separators=(",", ":")) + "\n"
