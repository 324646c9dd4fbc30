"""The service's commands: `python -m talent_policy COMMAND`."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from talent_kit import audit
from talent_kit.migrations import migrate
from talent_kit.problems import Problem
from talent_kit.regions import regions

from .figures.service import recount
from .library.service import publish_as
from .main import MIGRATIONS, create_service
from .packs.checking import check_pack
from .packs.compiling import PackInvalid
from .packs.content import PackContent, canonical
from .packs.files import PackFolder
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


async def _recount_figures(_: argparse.Namespace) -> int:
    """Count the figures anew from what is stored."""
    service = create_service(_settings())
    try:
        async with service.database.transaction() as session:
            await recount(session)
    finally:
        await service.close()
    return 0


async def _check(given: argparse.Namespace) -> int:
    """Lint a pack's folder and run its worked examples."""
    content = _checked(given.pack)
    if content is None:
        return 1
    examples = sum(len(group.cases) for group in content.examples)
    print(f"{content.pack.name}: {len(content.measures)} measures, {examples} examples hold")
    return 0


async def _show(given: argparse.Namespace) -> int:
    """Print a checked pack as the JSON that `POST /v1/packs` takes."""
    content = _checked(given.pack)
    if content is None:
        return 1
    json.dump(canonical(content), sys.stdout, ensure_ascii=False)
    return 0


async def _publish(given: argparse.Namespace) -> int:
    """Check a pack's folder and publish it as the next version of its name."""
    content = _checked(given.pack)
    if content is None:
        return 1
    service = create_service(_settings())
    try:
        async with service.database.transaction() as session:
            actor = f"command:{os.getuid()}"
            published = await publish_as(session, service.clock, actor, content)
    except Problem as problem:
        print(problem.body("en")["title"], file=sys.stderr)
        return 1
    finally:
        await service.close()
    print(f"{published.name} version {published.version} {published.digest}")
    return 0


def _checked(path: str) -> PackContent | None:
    """Return a pack that passes every check, or print what is wrong with it and where."""
    folder = PackFolder(Path(path))
    try:
        content = folder.content()
        check_pack(content, regions())
    except PackInvalid as invalid:
        for finding in invalid.findings:
            place = folder.place(finding.path)
            print(f"{place}: {finding.field}: {finding.message} ({finding.code})", file=sys.stderr)
        return None
    return content


def _settings() -> PolicySettings:
    return PolicySettings()


COMMANDS: dict[str, Command] = {
    "migrate": _migrate,
    "replay-parked": _replay_parked,
    "verify-audit": _verify_audit,
    "recount-figures": _recount_figures,
}
PACK_COMMANDS: dict[str, Command] = {"check": _check, "show": _show, "publish": _publish}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="talent_policy", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        commands.add_parser(name, help=command.__doc__)
    for name, command in PACK_COMMANDS.items():
        added = commands.add_parser(name, help=command.__doc__)
        added.add_argument("pack", metavar="PACK", help="the pack's folder")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    given = _parser().parse_args(arguments)
    return asyncio.run(_run((COMMANDS | PACK_COMMANDS)[given.command], given))


async def _run(command: Command, given: argparse.Namespace) -> int:
    return await command(given)
