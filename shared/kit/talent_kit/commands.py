"""The commands that every service has, and a place for its own: `python -m talent_… COMMAND`.

Settings come from the environment with the service's prefix, logs go to standard error as JSON.
"""

import argparse
import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

import uvloop
from fastapi import FastAPI
from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy.exc import SQLAlchemyError

from .app import answer_with_problems
from .audit import broken_seals
from .health import health_router
from .keyring import KeyringError
from .logs import configure_logging
from .republishing import Republished, republish
from .revisions import at_head
from .server import PortUnavailable, Server, freeze, listen, serve
from .service import Service
from .settings import ServiceSettings
from .stopping import stop
from .worker import Worker

log = logging.getLogger(__name__)

FAILED = 1
UNUSABLE = 2
"""Exit code where the settings or the machine do not allow a start."""
_LOOK_EVERY = 1.0

Command = Callable[[argparse.Namespace], Awaitable[int]]


class Served(Protocol):
    """The settings that an HTTP process needs, whatever it serves."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def grace_seconds(self) -> int: ...
    @property
    def log_level(self) -> Any: ...


class Commands:
    """Commands by name, with their arguments; `main` runs one as the process."""

    def __init__(self, package: str) -> None:
        self._parser = argparse.ArgumentParser(prog=f"python -m {package}")
        self._names = self._parser.add_subparsers(dest="command", required=True)

    def add(self, name: str, command: Command) -> argparse.ArgumentParser:
        """Add a command, whose docstring is its help; return its parser for arguments."""
        parser = self._names.add_parser(name, help=command.__doc__, description=command.__doc__)
        parser.set_defaults(command_itself=command)
        return parser

    async def run(self, arguments: Sequence[str] | None = None) -> int:
        """Run one command; return its exit code."""
        given = self._parser.parse_args(arguments)
        command: Command = given.command_itself
        return await command(given)

    def main(self, arguments: Sequence[str] | None = None) -> int:
        """Run one command on a loop of its own; return its exit code, saying why it is none of 0.

        Errors of settings are said by the names of the variables, never with their values.
        """
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                return runner.run(self.run(arguments))
        except ValidationError as error:
            names = {".".join(map(str, found["loc"])) for found in error.errors()}
            return _refuse(f"{error.title} are not valid: {', '.join(sorted(names))}")
        except (PortUnavailable, KeyringError, SettingsError) as error:
            return _refuse(str(error))


async def serve_app(settings: Served, app: Any) -> int:
    """Serve an application until a signal says to stop; what came before it is finished."""
    with listen(settings.host, settings.port) as listener:
        configure_logging(settings.log_level)
        return 0 if await serve(app, listener, settings.grace_seconds) else FAILED


S = TypeVar("S", bound=Service)


class ServiceCommands(Commands, Generic[S]):
    """What a service's operators can do: serve, work, migrate, verify-audit and so on."""

    def __init__(
        self,
        package: str,
        *,
        settings: Callable[[], ServiceSettings],
        create_service: Callable[[Any], S],
        create_app: Callable[[S], FastAPI],
        create_worker: Callable[[S], Worker],
        migrations: str,
        republished: Sequence[Republished[S]] = (),
    ) -> None:
        super().__init__(package)
        self._settings = settings
        self._create_service = create_service
        self._create_app = create_app
        self._create_worker = create_worker
        self._migrations = migrations
        self.add("serve", self._serve)
        self.add("work", self._work)
        self.add("migrate", self._migrate)
        self.add("verify-audit", self._verify_audit)
        self.add("replay-parked", self._replay_parked)
        self._republished = republished
        if republished:
            self.add("republish", self._republish).add_argument(
                "--type",
                action="append",
                dest="nouns",
                default=[],
                choices=[one.noun for one in republished],
                help="only aggregates of this type; may be given several times",
            )

    def service(self) -> S:
        """Return the service of the settings, for one command; it must be closed."""
        return self._create_service(self._settings())

    async def _serve(self, _: argparse.Namespace) -> int:
        """Serve HTTP on host and port until SIGTERM."""
        service = self.service()
        return await serve_app(service.settings, self._create_app(service))

    async def _work(self, _: argparse.Namespace) -> int:
        """Do the background work until SIGTERM; its health stands on host and port."""
        service = self.service()
        settings = service.settings
        with listen(settings.host, settings.port) as listener:
            configure_logging(settings.log_level)
            server = Server(_health(service, self._migrations), listener, grace=1)
            server.stop_on_signals()
            work = asyncio.create_task(self._keep_working(service), name="work")
            work.add_done_callback(lambda _: server.stop())
            try:
                await server.run_until_stopped()
            finally:
                await stop([work])
                await service.close()
        return 0 if work.cancelled() else FAILED

    async def _keep_working(self, service: S) -> None:
        """Work until cancelled, once the database has the schema that this code expects."""
        said = False
        while not await self._schema_is_current(service):
            if not said:
                log.warning("waiting for a database that is migrated")
                said = True
            await asyncio.sleep(_LOOK_EVERY)
        async with self._create_worker(service).running():
            freeze()
            await asyncio.Event().wait()

    async def _schema_is_current(self, service: S) -> bool:
        try:
            return await at_head(service.database.engine, self._migrations)
        except (OSError, SQLAlchemyError):
            return False

    async def _migrate(self, _: argparse.Namespace) -> int:
        """Bring the database to the newest schema."""
        from .migrations import migrate  # noqa: PLC0415 - Alembic is large, others never need it

        await migrate(self._settings().database_url.get_secret_value(), self._migrations)
        return 0

    async def _verify_audit(self, _: argparse.Namespace) -> int:
        """Check every seal of the audit log."""
        service = self.service()
        try:
            key = service.keyring.seal_key.public_key()
            broken = await broken_seals(service.database, key)
        finally:
            await service.close()
        print(f"broken seals: {broken}" if broken else "every seal holds")
        return FAILED if broken else 0

    async def _replay_parked(self, _: argparse.Namespace) -> int:
        """Handle parked messages again, in order."""
        service = self.service()
        try:
            counts = await self._create_worker(service).consumer.replay_parked()
        finally:
            await service.close()
        print(f"replayed {counts['replayed']}, remaining {counts['remaining']}")
        return FAILED if counts["remaining"] else 0

    async def _republish(self, given: argparse.Namespace) -> int:
        """Save the state of every aggregate again as an event, for subscribers to rebuild from."""
        service = self.service()
        try:
            saved = await republish(service, self._republished, only=given.nouns)
        finally:
            await service.close()
        print(", ".join(f"{noun}: {events}" for noun, events in saved.items()))
        return 0


def _health(service: Service, migrations: str) -> FastAPI:
    """Return the only pages that a worker serves."""
    app = FastAPI(
        title=f"{service.name}: worker",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.service = service
    app.state.migrations = migrations
    app.include_router(health_router())
    answer_with_problems(app)
    return app


def _refuse(reason: str) -> int:
    print(reason, file=sys.stderr)
    return UNUSABLE
