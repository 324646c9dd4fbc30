"""The service on a clone of its migrated database, and people to call it."""

from datetime import UTC, datetime

import pytest_asyncio
from talent_identity.code_keys import create_code_keys
from talent_identity.main import MIGRATIONS, create_app, create_service
from talent_identity.settings import IdentitySettings
from talent_identity.worker import create_worker
from talent_kit.clock import SystemClock
from talent_kit.testing.services import ServiceFactory

from .factories import World


@pytest_asyncio.fixture(scope="session")
async def identity(databases, tmp_path_factory):
    folder = tmp_path_factory.mktemp("identity")
    code_keys = folder / "code-keys.json"
    create_code_keys(code_keys, issuer="350700", at=SystemClock().now())
    return ServiceFactory(
        name="identity",
        migrations=MIGRATIONS,
        settings=IdentitySettings,
        create_service=create_service,
        create_app=create_app,
        create_worker=create_worker,
        databases=databases,
        folder=folder,
        extra_settings={"code_keys_file": code_keys},
    )


@pytest_asyncio.fixture(scope="session")
async def running(identity):
    """One service for the session; each test finds its database empty."""
    async with identity.running() as running:
        yield running


@pytest_asyncio.fixture(scope="session")
async def empty(databases):
    """What empties a service's database, and sets its clock to the present time."""

    async def emptied(running):
        await databases.empty(running.service.settings.database_url.get_secret_value())
        running.clock.set(datetime.now(UTC))

    return emptied


@pytest_asyncio.fixture
async def world(running, empty):
    """The service with nothing in it, at the present time."""
    await empty(running)
    return World(running)
