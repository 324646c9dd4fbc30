"""One whole stack for the session; each test leaves it running and well."""

import pytest
from talent_stack.testing import StackUnderTest


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    stack = StackUnderTest(tmp_path_factory.mktemp("stack"))
    try:
        stack.up()
        yield stack
    finally:
        stack.run("down")
