"""The policy service on a clone of a migrated database, anew for each test."""

from collections.abc import AsyncIterator

import pytest
from talent_kit.testing.postgres import Databases
from talent_kit.testing.services import ServiceFactory, ServiceUnderTest
from talent_policy.main import MIGRATIONS, create_app, create_service
from talent_policy.settings import PolicySettings
from talent_policy.worker import create_worker

AUTHORITIES = {
    "registry-office": "market_registry",
    "pension-office": "social_insurance",
    "school-office": "education",
    "talent-office": "talent_office",
}


@pytest.fixture(scope="session")
def policy_factory(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> ServiceFactory:
    return ServiceFactory(
        name="policy",
        migrations=MIGRATIONS,
        settings=PolicySettings,
        create_service=create_service,
        create_app=create_app,
        create_worker=create_worker,
        databases=databases,
        folder=tmp_path_factory.mktemp("policy"),
        extra_settings={
            "authority_clients": AUTHORITIES,
            "bank_url": "http://127.0.0.1:9",
            "bank_secret": "not-a-real-secret",
            "identity_url": "http://127.0.0.1:9",
            "token_url": "http://127.0.0.1:9/token",
            "client_secret": "not-a-real-secret",
        },
    )


@pytest.fixture
async def policy(policy_factory: ServiceFactory) -> AsyncIterator[ServiceUnderTest]:
    async with policy_factory.running() as service:
        yield service
