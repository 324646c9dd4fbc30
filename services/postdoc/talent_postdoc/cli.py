"""The service's commands: `python -m talent_postdoc COMMAND`."""

import argparse
from collections.abc import Callable, Sequence

from talent_kit.commands import ServiceCommands

from .figures.service import different, recount
from .main import MIGRATIONS, PostdocService, create_app, create_service
from .republishing import REPUBLISHED
from .settings import PostdocSettings
from .worker import create_worker


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    return commands().main(arguments)


def commands(
    settings: Callable[[], PostdocSettings] = PostdocSettings,
) -> ServiceCommands[PostdocService]:
    """Return the service's commands; its settings come from the environment."""
    known = ServiceCommands(
        "talent_postdoc",
        settings=settings,
        create_service=create_service,
        create_app=create_app,
        create_worker=create_worker,
        migrations=MIGRATIONS,
        republished=REPUBLISHED,
    )

    async def recount_figures(_: argparse.Namespace) -> int:
        """Count the figures anew from stations and fellows as they stand; say what differed."""
        service = known.service()
        try:
            async with service.database.transaction() as session:
                print(f"{await different(session)} figures differed")
                await recount(session)
        finally:
            await service.close()
        return 0

    known.add("recount-figures", recount_figures)
    return known
