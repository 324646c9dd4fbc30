"""The service on a clone of its migrated database, and people to call it."""

import pytest
import pytest_asyncio
from talent_kit.testing.services import ServiceFactory
from talent_postdoc.main import MIGRATIONS, create_app, create_service
from talent_postdoc.settings import PostdocSettings
from talent_postdoc.worker import create_worker

from .locks import LockOrder
from .world import NOON, World


@pytest.fixture(scope="session")
def postdoc_factory(databases, tmp_path_factory):
    return ServiceFactory(
        name="postdoc",
        migrations=MIGRATIONS,
        settings=PostdocSettings,
        create_service=create_service,
        create_app=create_app,
        create_worker=create_worker,
        databases=databases,
        folder=tmp_path_factory.mktemp("postdoc"),
    )


@pytest_asyncio.fixture
async def world(postdoc_factory):
    """The service with nothing in it, at noon of the first of September 2026."""
    async with postdoc_factory.running() as running:
        running.clock.set(NOON)
        yield World(running)


@pytest.fixture(autouse=True, scope="session")
def lock_order():
    watch = LockOrder()
    yield watch
    watch.close()


@pytest.fixture(autouse=True)
def in_order(lock_order, request):
    """Every test is one of the order of locks too, but the one that breaks it."""
    lock_order.broken.clear()
    yield
    if "locks_out_of_order" not in request.node.name:
        assert lock_order.broken == []
