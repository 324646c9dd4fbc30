"""The migrations make exactly the tables that the models declare."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from talent_kit import tables
from talent_registration.models import Base


async def test_the_migrated_schema_is_the_declared_one(world):
    def differences(connection):
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, [tables.metadata, Base.metadata])

    async with world.running.service.database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_the_checks_of_the_models_are_in_the_database(world):
    declared = {
        constraint.name
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
    }
    present = {row.conname for row in await world.rows("SELECT conname FROM pg_constraint")}
    assert declared <= present
