"""Which revision a database is at, read without Alembic: it is loaded by who migrates alone.

Alembic with what it brings takes 9 MB, and every process asks this all its life.
"""

from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine


async def at_head(engine: AsyncEngine, folder: str) -> bool:
    """Tell whether the database has exactly the newest schema."""
    async with engine.connect() as connection:
        if await connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
            return False
        current = await connection.execute(text("SELECT version_num FROM alembic_version"))
        return list(current.scalars()) == [_newest(folder)]


@cache
def _newest(folder: str) -> str:
    """Return the last revision of a folder: their files begin with their numbers, in one line."""
    names = (path.name for path in (Path(folder) / "versions").glob("*.py"))
    return max(name.partition("_")[0] for name in names)
