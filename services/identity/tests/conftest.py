"""The service on a clone of its migrated database, and people to call it."""

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


@pytest_asyncio.fixture
async def world(identity):
    """A service with an empty database of its own."""
    async with identity.running() as running:
        yield World(running)
