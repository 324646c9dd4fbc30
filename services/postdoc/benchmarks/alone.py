"""The service alone, on a database that keeps what it commits, to be measured."""

import json
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvloop
from talent_kit.testing.postgres import Databases, durable_postgres
from talent_kit.testing.services import ServiceFactory, ServiceUnderTest
from talent_postdoc.main import MIGRATIONS, create_app, create_service
from talent_postdoc.settings import PostdocSettings
from talent_postdoc.worker import create_worker

Measure = Callable[[ServiceUnderTest], Awaitable[dict[str, Any]]]


def measured(measure: Measure) -> None:
    """Print as JSON what is measured of a service of its own."""
    uvloop.run(_measured(measure))


async def _measured(measure: Measure) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with durable_postgres(folder / "postgres") as postgres:
            factory = ServiceFactory(
                name="postdoc",
                migrations=MIGRATIONS,
                settings=PostdocSettings,
                create_service=create_service,
                create_app=create_app,
                create_worker=create_worker,
                databases=Databases(postgres),
                folder=folder,
            )
            async with factory.running() as postdoc:
                figures = await measure(postdoc)
    sys.stdout.write(json.dumps(figures) + "\n")
