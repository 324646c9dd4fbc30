"""`python -m talent_stack.servers`: provision servers that somebody else runs, once and again.

`databases` gives each part its role and database, `topics` each user its topics and rights. The
realm is `python -m talent_keycloak apply`.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence

import asyncpg
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict, SettingsError
from talent_kit.embedded_postgres.server import SUPERUSER
from talent_kit.settings import Settings

from .kafka import KafkaError
from .postgres import provision
from .provisioning import Cluster

_FAILED = 1
_UNUSABLE = 2


class PostgresServer(Settings):
    """Where PostgreSQL is, and what it is to have; variables begin with `POSTGRES_`."""

    model_config = SettingsConfigDict(env_prefix="POSTGRES_")

    host: str
    port: int = Field(default=5432, ge=1, le=65535)
    user: str = SUPERUSER
    password: SecretStr
    roles: dict[str, SecretStr] = Field(min_length=1)
    """Password of each role, which owns the database of its name."""


class KafkaServer(Settings):
    """Where Kafka is, and whom it is to know; variables begin with `KAFKA_`."""

    model_config = SettingsConfigDict(env_prefix="KAFKA_")

    servers: str
    password: SecretStr
    """The administrator's."""
    users: dict[str, SecretStr] = Field(min_length=1)
    """Password of each service that reads or writes."""
    replicas: int = Field(default=1, ge=1, le=7)
    """Of each new topic."""
    patience: float = Field(default=60, gt=0, le=3600)
    """Seconds that the brokers may take to answer."""


async def _databases() -> None:
    server = PostgresServer()
    connection = await asyncpg.connect(
        host=server.host,
        port=server.port,
        user=server.user,
        password=server.password.get_secret_value(),
        database="postgres",
        timeout=30,
    )
    try:
        await provision(connection, _clear(server.roles))
    finally:
        await connection.close()


async def _topics() -> None:
    server = KafkaServer()
    cluster = Cluster(server.servers, server.password.get_secret_value())
    await asyncio.to_thread(cluster.wait, server.patience)
    await asyncio.to_thread(cluster.provision, _clear(server.users), replicas=server.replicas)


def _clear(secrets: dict[str, SecretStr]) -> dict[str, str]:
    return {name: secret.get_secret_value() for name, secret in secrets.items()}


_COMMANDS = {"databases": _databases, "topics": _topics}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m talent_stack.servers", description=__doc__)
    parser.add_argument("what", choices=sorted(_COMMANDS))
    what = parser.parse_args(arguments).what
    try:
        asyncio.run(_COMMANDS[what]())
    except ValidationError as error:
        names = sorted({str(found["loc"][0]) for found in error.errors()})
        return _refuse(f"{error.title} is not valid: {', '.join(names)}", _UNUSABLE)
    except SettingsError as error:
        return _refuse(str(error), _UNUSABLE)
    except (OSError, asyncpg.PostgresError, KafkaError) as error:
        return _refuse(f"{what} cannot be provisioned: {error}", _FAILED)
    print(f"{what} are as declared")
    return 0


def _refuse(reason: str, code: int) -> int:
    print(reason, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
