"""The service's commands: `python -m talent_identity COMMAND`."""

import argparse
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from talent_kit.clock import SystemClock
from talent_kit.commands import ServiceCommands

from . import administration
from .code_keys import add_code_key, create_code_keys
from .main import MIGRATIONS, create_app, create_service
from .parts import IdentityService
from .republishing import REPUBLISHED
from .session_keys import add_session_key, create_session_keys
from .settings import IdentitySettings
from .worker import create_worker


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    return commands().main(arguments)


def commands(
    settings: Callable[[], IdentitySettings] = IdentitySettings,
) -> ServiceCommands[IdentityService]:
    """Return the service's commands; its settings come from the environment."""
    known = ServiceCommands(
        "talent_identity",
        settings=settings,
        create_service=create_service,
        create_app=create_app,
        create_worker=create_worker,
        migrations=MIGRATIONS,
        republished=REPUBLISHED,
    )
    create = known.add("create-code-keys", _create_code_keys)
    create.add_argument("--issuer", required=True, help="2 to 8 capitals, digits or dashes")
    add = known.add("add-code-key", _add_code_key)
    add.add_argument("--starts", required=True, type=_instant, help="instant with its offset")
    for command in (create, add):
        command.add_argument("--days", type=int, default=730, help="how long the key signs")
    create_session = known.add("create-session-keys", _create_session_keys)
    add_session = known.add("add-session-key", _add_session_key)
    add_session.add_argument("--starts", required=True, type=_instant, help="instant with offset")
    for command in (create, add, create_session, add_session):
        command.add_argument("file", type=Path)
    administration.add_to(known)
    return known


async def _create_code_keys(given: argparse.Namespace) -> int:
    """Make the keys that sign talent codes; an existing file stays."""
    create_code_keys(given.file, issuer=given.issuer, at=SystemClock().now(), days=given.days)
    return 0


async def _add_code_key(given: argparse.Namespace) -> int:
    """Add the next key, which signs from a later day."""
    add_code_key(given.file, starts=given.starts, days=given.days)
    return 0


async def _create_session_keys(given: argparse.Namespace) -> int:
    """Make the keys that sign assertions for the issuer; an existing file stays."""
    create_session_keys(given.file, at=SystemClock().now())
    return 0


async def _add_session_key(given: argparse.Namespace) -> int:
    """Add the next key, which signs from an instant on, a minute ahead at least."""
    add_session_key(given.file, starts=given.starts)
    return 0


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise argparse.ArgumentTypeError("needs an offset, such as +08:00")
    return instant
