"""What a server does to its process."""

import gc

import pytest
from talent_kit.server import freeze


@pytest.fixture
def _as_before():
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


@pytest.mark.usefixtures("_as_before")
def test_what_stands_is_not_looked_at_again_and_what_comes_is_still_collected():
    freeze()
    assert gc.get_freeze_count() > 0
    cycle = []
    cycle.append(cycle)
    del cycle
    assert gc.collect() >= 1
