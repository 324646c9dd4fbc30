"""Commands for operators; settings come from the environment (`IDENTITY_…`)."""

import argparse
import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from talent_kit.audit import broken_seals
from talent_kit.clock import SystemClock
from talent_kit.migrations import migrate

from .code_keys import add_code_key, create_code_keys
from .main import MIGRATIONS, create_service
from .settings import IdentitySettings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status."""
    chosen = _parser().parse_args(arguments)
    match chosen.command:
        case "migrate":
            url = IdentitySettings().database_url.get_secret_value()
            asyncio.run(migrate(url, MIGRATIONS))
        case "verify-audit":
            return asyncio.run(_verify_audit())
        case "create-code-keys":
            now = SystemClock().now()
            create_code_keys(chosen.file, issuer=chosen.issuer, at=now, days=chosen.days)
        case "add-code-key":
            add_code_key(chosen.file, starts=chosen.starts, days=chosen.days)
    return 0


async def _verify_audit() -> int:
    service = create_service(IdentitySettings())
    try:
        broken = await broken_seals(service.database, service.keyring.seal_key.public_key())
    finally:
        await service.close()
    print(f"broken seals: {', '.join(map(str, broken)) or 'none'}")
    return 1 if broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m talent_identity", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="bring the database to the newest schema")
    commands.add_parser("verify-audit", help="check the seals of the audit log")
    create = commands.add_parser("create-code-keys", help="make the keys that sign talent codes")
    create.add_argument("--issuer", required=True, help="2 to 8 capitals, digits or dashes")
    add = commands.add_parser("add-code-key", help="add the next key, which signs from a later day")
    add.add_argument("--starts", required=True, type=_instant, help="instant with its offset")
    for command in (create, add):
        command.add_argument("file", type=Path)
        command.add_argument("--days", type=int, default=730, help="how long the key signs")
    return parser


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise argparse.ArgumentTypeError("needs an offset, such as +08:00")
    return instant
