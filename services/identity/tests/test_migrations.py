"""The migrations make exactly the tables that the models declare."""

import pytest
from talent_identity.models import Base
from talent_kit.testing.schema import SchemaChecks


@pytest.fixture
def migrated(world):
    return world.running


class TestSchema(SchemaChecks):
    METADATA = Base.metadata
