"""The service's commands: `python -m talent_policy COMMAND`."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from talent_kit.commands import ServiceCommands
from talent_kit.problems import Problem
from talent_kit.regions import regions

from .figures.service import recount
from .library.errors import AlreadyPublished
from .library.service import publish_as
from .main import MIGRATIONS, PolicyService, create_app, create_service
from .packs.checking import check_pack
from .packs.compiling import PackInvalid
from .packs.content import PackContent, canonical
from .packs.files import PackFolder
from .republishing import REPUBLISHED
from .settings import PolicySettings
from .worker import create_worker


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    return commands().main(arguments)


def commands(
    settings: Callable[[], PolicySettings] = PolicySettings,
) -> ServiceCommands[PolicyService]:
    """Return the service's commands; its settings come from the environment."""
    known = ServiceCommands(
        "talent_policy",
        settings=settings,
        create_service=create_service,
        create_app=create_app,
        create_worker=create_worker,
        migrations=MIGRATIONS,
        republished=REPUBLISHED,
    )

    async def recount_figures(_: argparse.Namespace) -> int:
        """Count the figures anew from what is stored."""
        service = known.service()
        try:
            async with service.database.transaction() as session:
                await recount(session)
        finally:
            await service.close()
        return 0

    async def publish(given: argparse.Namespace) -> int:
        """Check a pack's folder and publish it as the next version, unless that very content is."""
        content = _checked(given.pack)
        return 1 if content is None else await _publish(known.service(), content)

    known.add("recount-figures", recount_figures)
    for name, command in (("check", _check), ("show", _show), ("publish", publish)):
        known.add(name, command).add_argument("pack", metavar="PACK", help="the pack's folder")
    return known


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


async def _publish(service: PolicyService, content: PackContent) -> int:
    try:
        async with service.database.transaction() as session:
            actor = f"command:{os.getuid()}"
            published = await publish_as(session, service.packs, service.clock, actor, content)
    except AlreadyPublished:
        print(f"{content.pack.name}: this very content is already published")
        return 0
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
