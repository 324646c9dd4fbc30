"""What a service's migrations must make of its database, and nothing else.

A test module subclasses `SchemaChecks` with the service's metadata and provides a fixture
`migrated`: the service on its migrated database.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, text

from talent_kit import tables

from .services import ServiceUnderTest


class SchemaChecks:
    """The tables of the kit and of the service, their constraints, their retention classes."""

    METADATA: ClassVar[MetaData]
    PARTS: ClassVar[Sequence[MetaData]] = ()
    """Tables of parts of the kit that only some services use, such as reviews."""

    async def test_the_migrated_schema_is_the_declared_one(
        self, migrated: ServiceUnderTest
    ) -> None:
        def differences(connection: Connection) -> Any:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            every: Any = [tables.metadata, *self.PARTS, self.METADATA]
            return compare_metadata(context, every)

        async with migrated.service.database.engine.connect() as connection:
            if found := await connection.run_sync(differences):
                pytest.fail(f"migrations and models differ: {found}")

    async def test_the_constraints_of_the_models_are_in_the_database(
        self, migrated: ServiceUnderTest
    ) -> None:
        declared = {
            constraint.name
            for metadata in (*self.PARTS, self.METADATA)
            for table in metadata.tables.values()
            for constraint in table.constraints
        }
        async with migrated.service.database.engine.connect() as connection:
            found = await connection.execute(text("SELECT conname FROM pg_constraint"))
            if missing := declared - set(found.scalars()):
                pytest.fail(f"not in the database: {missing}")

    def test_every_table_declares_how_long_it_is_kept(self) -> None:
        every = self.METADATA.tables.values()
        bare = [each.name for each in every if each.info["retention"] not in tables.RETENTION]
        if bare:
            pytest.fail(f"without a retention class: {bare}")
