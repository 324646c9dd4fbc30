"""A platform of these tests' own, on each way to run it, since its clock is set."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic_core import to_jsonable_python
from talent_kit.testing.platform import PlatformUnderTest
from talent_stack.testing import StackUnderTest
from talent_standalone.testing import Standalone, free_port

sys.path.insert(0, str(Path(__file__).parent))

from days import BEGINNING, ahead


@pytest.fixture(
    scope="module", params=["standalone", pytest.param("stack", marks=pytest.mark.stack)]
)
def platform(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PlatformUnderTest]:
    folder, shift = tmp_path_factory.mktemp("postdoc"), ahead(BEGINNING)
    if request.param == "stack":
        with StackUnderTest.running(folder, clock_shift=shift) as stack:
            yield stack
        return
    moved = {"TALENT_CLOCK_SHIFT": to_jsonable_python(shift), "PORT": str(free_port())}
    made = Standalone(folder / "data", **moved)
    yield made.start()
    made.stop()
