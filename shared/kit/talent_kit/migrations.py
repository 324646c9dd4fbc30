"""Alembic per service, configured in code, run inside the event loop."""

from importlib.resources import files
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from .database import create_engine

_LOCK = 0x7A1E_416


async def migrate(url: str, folder: str) -> None:
    """Bring a database to the newest schema; two callers at once wait for one another."""
    engine = create_engine(url, 1)
    try:
        async with engine.begin() as connection:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            await connection.run_sync(_upgrade, folder)
    finally:
        await engine.dispose()


def kit_statements(version: str) -> list[str]:
    """Return the SQL of one version of the kit's own tables; a service's migration runs it.

    `0001` and on are every service's, `reviews-0001` is of those that use reviews.

    A version is frozen once released; a change is a new file and a new migration.
    """
    text_ = files("talent_kit").joinpath(f"schema/{version}.sql").read_text("utf-8")
    return [statement for part in text_.split("\n\n") if (statement := part.strip())]


def _upgrade(connection: Connection, folder: str) -> None:
    scripts = _scripts(folder)

    def steps(revision: Any, _: Any) -> Any:
        return scripts._upgrade_revs("head", revision)

    with EnvironmentContext(Config(), scripts, fn=steps, destination_rev="head") as environment:
        environment.configure(connection=connection)
        environment.run_migrations()


def _scripts(folder: str) -> ScriptDirectory:
    return ScriptDirectory(folder)
