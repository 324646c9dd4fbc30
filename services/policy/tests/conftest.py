"""The policy service on a clone of a migrated database, anew for each test."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from talent_kit.testing.postgres import Databases
from talent_kit.testing.services import MovableClock, ServiceFactory, ServiceUnderTest
from talent_policy.main import MIGRATIONS, create_app, create_service
from talent_policy.settings import PolicySettings
from talent_policy.worker import create_worker

from .disbursements.desk import Desk
from .disbursements.scripted_bank import ScriptedBank

AUTHORITIES = {
    "registry-office": "market_registry",
    "pension-office": "social_insurance",
    "school-office": "education",
    "talent-office": "talent_office",
    "postdoc-office": "postdoc_office",
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
            "bank_region": "350700",
            "identity_url": "http://127.0.0.1:9",
            "token_url": "http://127.0.0.1:9/token",
            "client_secret": "not-a-real-secret",
        },
    )


@pytest.fixture
async def policy(policy_factory: ServiceFactory) -> AsyncIterator[ServiceUnderTest]:
    async with policy_factory.running() as service:
        yield service


@pytest.fixture
async def desk(policy_factory: ServiceFactory) -> AsyncIterator[Desk]:
    """A finance desk on the first of June 2026, with a bank that does what the test says."""
    clock = MovableClock(datetime(2026, 6, 1, 4, tzinfo=UTC))
    bank = ScriptedBank(now=clock.now)
    async with policy_factory.running(clock=clock, parts={"bank": bank}) as running:
        yield Desk(running, bank)
