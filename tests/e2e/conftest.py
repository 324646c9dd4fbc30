"""Each way to run the platform, so that a test written once runs on all of them."""

from collections.abc import Iterator

import pytest
from talent_kit.testing.platform import PlatformUnderTest
from talent_standalone.testing import Standalone


@pytest.fixture(scope="session", params=["standalone", "stack"])
def platform(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PlatformUnderTest]:
    """One for all of them, whose tests do not get into one another's way."""
    if request.param == "stack":
        yield request.getfixturevalue("stack")
        return
    made = Standalone(
        tmp_path_factory.mktemp("platform") / "data",
        TALENT_LOG_LEVEL="DEBUG",
        TALENT_OTLP_ENDPOINT=request.getfixturevalue("collector").url,
    )
    yield made.start()
    made.stop()
