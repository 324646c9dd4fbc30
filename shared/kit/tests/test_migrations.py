"""The kit's frozen schema is its tables, and two processes may bring it up at once."""

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from kit_sample import main
from kit_sample.models import Base
from sqlalchemy import Column, Integer, Table, text
from talent_kit import tables
from talent_kit.database import Database, create_engine
from talent_kit.migrations import kit_statements, migrate
from talent_kit.reviews.tables import Base as ReviewsBase
from talent_kit.revisions import at_head
from talent_kit.tables import RETENTION


async def differences(url, *metadata):
    engine = create_engine(url, 1)
    async with engine.connect() as connection:
        found = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), list(metadata))
        )
    await engine.dispose()
    return found


@pytest.fixture
async def url(databases):
    return await databases.create()


async def test_the_frozen_schema_is_exactly_the_tables(url):
    database = Database(url, 1)
    async with database.transaction() as session:
        for statement in (*kit_statements("0001"), *kit_statements("0002")):
            await session.execute(text(statement))
    await database.close()
    assert await differences(url, tables.metadata) == []


async def test_a_difference_would_be_found(url):
    other = tables.new_registry().metadata
    Table("seat", other, Column("id", Integer, primary_key=True))
    await migrate(url, main.MIGRATIONS)
    declared = (tables.metadata, ReviewsBase.metadata, Base.metadata)
    assert await differences(url, *declared) == []
    found = await differences(url, *declared, other)
    assert [change[0] for change in found] == ["add_table"]


async def test_several_processes_may_migrate_at_once(url):
    await asyncio.gather(*(migrate(url, main.MIGRATIONS) for _ in range(4)))
    engine = create_engine(url, 1)
    assert await at_head(engine, main.MIGRATIONS)
    await engine.dispose()


async def test_a_migration_that_fails_leaves_nothing(url, tmp_path):
    versions = tmp_path / "versions"
    versions.mkdir()
    (versions / "0001_x.py").write_text(
        "from alembic import op\nrevision = '0001'\ndown_revision = None\n"
        "def upgrade():\n    for statement in ('CREATE TABLE seat (n int)', 'SELECT 1/0'):\n"
        "        op.execute(statement)\n"
    )
    with pytest.raises(Exception, match="division"):
        await migrate(url, str(tmp_path))
    engine = create_engine(url, 1)
    assert not await at_head(engine, main.MIGRATIONS)
    async with engine.connect() as connection:
        assert not await connection.scalar(text("SELECT to_regclass('seat')"))
    await engine.dispose()
    await migrate(url, main.MIGRATIONS)


def test_every_table_of_the_kit_says_how_long_it_is_kept():
    for table in tables.metadata.tables.values():
        assert table.info["retention"] in RETENTION


def test_no_column_takes_its_value_from_the_database_s_clock():
    statements = (*kit_statements("0001"), *kit_statements("0002"))
    assert "now()" not in "".join(statements)
