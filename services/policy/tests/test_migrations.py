from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from talent_kit import tables
from talent_policy.models import Base


async def test_the_migrations_make_what_the_models_say(policy):
    def differences(connection):
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, [tables.metadata, Base.metadata])

    async with policy.service.database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


def test_every_table_has_a_retention_class():
    for table in Base.metadata.tables.values():
        assert table.info["retention"] in tables.RETENTION, table.name
