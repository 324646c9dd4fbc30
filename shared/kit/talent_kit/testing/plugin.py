"""Pytest fixtures: name this module in `pytest_plugins` of the root conftest."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from talent_kit.embedded_postgres import EmbeddedPostgres
from talent_kit.testing.postgres import Databases, throw_away_postgres

_MEMORY = Path("/dev/shm")  # noqa: S108 - a memory file system, used as such
_ENOUGH_BYTES = 3 << 30
_NEW_OBJECTS = 100_000
"""Made between two looks for what may be collected; modules and tests by the thousand stay."""

gc.set_threshold(_NEW_OBJECTS, 50, 100)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the stack first, then files that kill: the longest last would leave a worker idle."""
    slow = {item.path for item in items if item.get_closest_marker("crash")}
    items.sort(key=lambda item: (not item.get_closest_marker("stack"), item.path not in slow))


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """One throw-away server for the session (for each worker of pytest-xdist), when first asked.

    It lies in memory where there is room: a clone of a database takes 11 ms there, 118 on disk.
    """
    directory = Path(tempfile.mkdtemp(prefix="talent-test-", dir=_memory()))
    try:
        with throw_away_postgres(directory) as server:
            yield server
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _memory() -> Path | None:
    if not os.access(_MEMORY, os.W_OK):
        return None
    return _MEMORY if shutil.disk_usage(_MEMORY).free > _ENOUGH_BYTES else None


@pytest.fixture(scope="session")
def databases(postgres: EmbeddedPostgres) -> Databases:
    """Makes databases on the session's server; they go when it goes."""
    return Databases(postgres)
