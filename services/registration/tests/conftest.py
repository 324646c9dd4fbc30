"""The service on a clone of its migrated database, and people to call it."""

import pytest
import pytest_asyncio
from talent_kit.testing.services import ServiceFactory
from talent_registration.main import MIGRATIONS, create_app, create_service
from talent_registration.settings import RegistrationSettings
from talent_registration.worker import create_worker

from .door import published_keys
from .world import PAYMENTS_SECRET, World


@pytest.fixture(scope="session")
def registration_factory(databases, tmp_path_factory):
    folder = tmp_path_factory.mktemp("registration")
    return ServiceFactory(
        name="registration",
        migrations=MIGRATIONS,
        settings=RegistrationSettings,
        create_service=create_service,
        create_app=create_app,
        create_worker=create_worker,
        databases=databases,
        folder=folder,
        extra_settings=published_keys(folder)
        | {"payments_url": "http://127.0.0.1:9", "payments_secret": PAYMENTS_SECRET},
    )


@pytest_asyncio.fixture
async def world(registration_factory):
    """The service with nothing in it, at noon of the first of September 2026."""
    async with registration_factory.running() as running:
        yield World(running)
