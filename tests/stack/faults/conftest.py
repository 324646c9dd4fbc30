"""A whole stack of these tests' own, since the last of them loses events on purpose."""

import sys
from pathlib import Path

import pytest
from talent_stack.testing import StackUnderTest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    with StackUnderTest.running(tmp_path_factory.mktemp("stack")) as stack:
        yield stack
