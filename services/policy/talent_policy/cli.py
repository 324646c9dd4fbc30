"""The service's commands: `python -m talent_policy COMMAND`."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Sequence

from talent_kit import audit
from talent_kit.migrations import migrate

from .main import MIGRATIONS, create_service
from .settings import PolicySettings
from .worker import create_worker

Command = Callable[[argparse.Namespace], Awaitable[int]]


async def _migrate(_: argparse.Namespace) -> int:
    """Bring the database to the newest schema."""
    await migrate(_settings().database_url.get_secret_value(), MIGRATIONS)
    return 0


async def _replay_parked(_: argparse.Namespace) -> int:
    """Handle parked messages again, in order."""
    service = create_service(_settings())
    try:
        counts = await create_worker(service).consumer.replay_parked()
    finally:
        await service.close()
    print(f"replayed {counts['replayed']}, remaining {counts['remaining']}")
    return 1 if counts["remaining"] else 0


async def _verify_audit(_: argparse.Namespace) -> int:
    """Check every seal of the audit log."""
    service = create_service(_settings())
    try:
        broken = await audit.broken_seals(service.database, service.keyring.seal_key.public_key())
    finally:
        await service.close()
    print(f"broken seals: {broken}" if broken else "every seal holds")
    return 1 if broken else 0


def _settings() -> PolicySettings:
    return PolicySettings()


COMMANDS: dict[str, Command] = {
    "migrate": _migrate,
    "replay-parked": _replay_parked,
    "verify-audit": _verify_audit,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="talent_policy", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        commands.add_parser(name, help=command.__doc__)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    given = _parser().parse_args(arguments)
    return asyncio.run(_run(COMMANDS[given.command], given))


async def _run(command: Command, given: argparse.Namespace) -> int:
    return await command(given)
