"""The migrations make exactly the tables that the models declare."""

import pytest
from talent_kit.reviews.tables import Base as Reviews
from talent_kit.testing.schema import SchemaChecks
from talent_postdoc.models import Base


@pytest.fixture
def migrated(world):
    return world.running


class TestSchema(SchemaChecks):
    METADATA = Base.metadata
    PARTS = (Reviews.metadata,)
