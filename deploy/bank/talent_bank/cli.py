"""The bank's commands: `python -m talent_bank COMMAND`."""

import argparse
from collections.abc import Sequence

from talent_kit.commands import Commands, serve_app
from talent_kit.migrations import migrate

from .main import MIGRATIONS, Bank, create_app
from .settings import BankSettings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    known = Commands("talent_bank")
    known.add("serve", _serve)
    known.add("migrate", _migrate)
    return known.main(arguments)


async def _serve(_: argparse.Namespace) -> int:
    """Serve HTTP on host and port until SIGTERM."""
    settings = BankSettings()
    return await serve_app(settings, create_app(Bank(settings)))


async def _migrate(_: argparse.Namespace) -> int:
    """Bring the database to the newest schema."""
    await migrate(BankSettings().database_url.get_secret_value(), MIGRATIONS)
    return 0
