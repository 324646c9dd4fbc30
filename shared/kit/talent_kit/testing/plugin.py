"""Pytest fixtures: name this module in `pytest_plugins` of the root conftest."""

import shutil
from collections.abc import Iterator

import pytest

from talent_kit.embedded_postgres import EmbeddedPostgres
from talent_kit.testing.postgres import Databases, throw_away_postgres


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """One throw-away server for the session (for each worker of pytest-xdist), when first asked."""
    directory = tmp_path_factory.mktemp("postgres")
    with throw_away_postgres(directory) as server:
        yield server
    shutil.rmtree(directory)


@pytest.fixture(scope="session")
def databases(postgres: EmbeddedPostgres) -> Databases:
    """Makes databases on the session's server; they go when it goes."""
    return Databases(postgres)
