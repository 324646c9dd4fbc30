"""A whole platform as end-to-end tests see it, whatever it runs on."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import asyncpg


class PlatformUnderTest(ABC):
    """A running platform, in which everything that it keeps, sends and says may be searched."""

    folder: Path
    """Its data; of a stack, the addresses of its parts as well."""
    databases: tuple[str, ...]
    forgets: bool
    """Whether an erasure takes events off the bus; else they end with their topic's retention."""

    @property
    @abstractmethod
    def url(self) -> str:
        """Return the gateway's address, without a slash at its end."""

    @abstractmethod
    def dsn(self, database: str) -> str:
        """Return the address of one of its databases, for asyncpg."""

    @abstractmethod
    def logs(self) -> str:
        """Return what its processes have said."""

    @abstractmethod
    async def messages(self) -> list[str]:
        """Return what stands on the bus, keys and values."""

    @abstractmethod
    def shift(self, clock: timedelta) -> None:
        """Stop it, and start it with its clock so far ahead of the machine's, or behind.

        Tokens are the machine's affair all the while: nobody need sign in anew.
        """

    @abstractmethod
    def without(self, service: str) -> AbstractContextManager[None]:
        """Kill a service as a power cut would, and start it again after the block.

        Where all is one process, everything goes on in the block and is killed after it.
        """

    async def stored(self, database: str, *but: str) -> str:
        """Return every value of a database as text, bytes as they are, leaving out some tables."""
        connection = await asyncpg.connect(self.dsn(database))
        try:
            tables = await connection.fetch(
                "SELECT table_name FROM information_schema.tables "
                "WHERE table_schema = 'public' AND table_name <> ALL($1)",
                list(but),
            )
            rows = [
                row
                for table in tables
                for row in await connection.fetch(f'SELECT * FROM "{table["table_name"]}"')  # noqa: S608 - as the server names them
            ]
        finally:
            await connection.close()
        return "\n".join(
            value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
            for row in rows
            for value in row
        )
