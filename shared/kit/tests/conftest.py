"""The sample service on a fresh clone, and parts of the kit on databases of their own."""

import sys
from pathlib import Path

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from talent_kit.auth import Role
from talent_kit.testing.services import ServiceFactory

sys.path.insert(0, str(Path(__file__).parent))
from kit_sample import main


class KeptSpans(InMemorySpanExporter):
    """Goes on after one service of the session has closed it."""

    def shutdown(self):
        pass


@pytest.fixture(scope="session")
def spans():
    """Every span that any sample service of the session has ended."""
    return KeptSpans()


@pytest.fixture(scope="session")
def factory(databases, tmp_path_factory, spans):
    return ServiceFactory(
        name="sample",
        migrations=main.MIGRATIONS,
        settings=main.SampleSettings,
        create_service=lambda settings, **parts: main.create_service(
            settings, exporter=spans, **parts
        ),
        create_app=main.create_app,
        create_worker=main.create_worker,
        databases=databases,
        folder=tmp_path_factory.mktemp("sample"),
    )


@pytest.fixture
async def sample(factory):
    """The sample service on a clone of its own; nothing runs in the background."""
    async with factory.running() as running:
        yield running


@pytest.fixture
def talent(sample):
    """Headers of a signed-in talent."""
    return sample.issuer.headers("talent-1", Role.TALENT)


@pytest.fixture(scope="module")
async def standing(factory):
    """One sample service for a whole module whose tests do not get into one another's way."""
    async with factory.running() as running:
        yield running
