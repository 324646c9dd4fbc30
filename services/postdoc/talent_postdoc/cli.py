"""The service's commands: `python -m talent_postdoc COMMAND`."""

from collections.abc import Callable, Sequence

from talent_kit.commands import ServiceCommands

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
    return ServiceCommands(
        "talent_postdoc",
        settings=settings,
        create_service=create_service,
        create_app=create_app,
        create_worker=create_worker,
        migrations=MIGRATIONS,
        republished=REPUBLISHED,
    )
