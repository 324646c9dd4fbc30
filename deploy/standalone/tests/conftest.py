"""Platforms: one to look at, one to stop and kill."""

import time
from collections.abc import Iterator

import pytest
from talent_standalone.testing import Standalone


def eventually(holds, seconds: float = 20) -> None:
    """Wait until something holds; fail if it does not."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never held"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standalone]:
    """One platform for the tests that leave it running."""
    started = Standalone(tmp_path_factory.mktemp("platform") / "data").start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def victim_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standalone]:
    made = Standalone(tmp_path_factory.mktemp("victim") / "data", TALENT_GRACE_SECONDS="10")
    yield made
    made.stop()


@pytest.fixture
def victim(victim_data: Standalone) -> Standalone:
    """A running platform to stop and kill; its data stay from test to test."""
    if not victim_data.running:
        victim_data.start()
    with victim_data.bank() as bank:
        bank.put("/behaviour", json={})
    return victim_data
