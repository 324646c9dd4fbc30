"""The migrations make exactly the tables that the models declare."""

import pytest
from talent_kit.testing.schema import SchemaChecks
from talent_policy.models import Base


@pytest.fixture
def migrated(policy):
    return policy


class TestSchema(SchemaChecks):
    METADATA = Base.metadata
