"""What every endpoint refuses, from one table; a test fails when an endpoint is not in it.

Each noun's rows stand beside its tests, with what they act upon.
"""

import pytest_asyncio
from talent_kit.auth import Role
from talent_kit.testing.endpoints import EndpointChecks
from talent_kit.testing.stage import Endpoint, Stage

from .advisors import rows as advisors
from .applications import rows as applications
from .calendars import rows as calendars
from .candidacies import rows as candidacies
from .certificates import rows as certificates
from .changes import rows as changes
from .deadlines import rows as deadlines
from .disciplines import rows as disciplines
from .documents import rows as documents
from .evaluations import rows as evaluations
from .fellows import rows as fellows
from .figures import rows as figures
from .grants import rows as grants
from .imports import rows as imports
from .links import rows as links
from .panels import rows as panels
from .plans import rows as plans
from .positions import rows as positions
from .register import rows as register
from .reviews import rows as reviews
from .rights import rows as rights
from .stations import rows as stations
from .terms import rows as terms
from .warnings import rows as warnings
from .world import NOON, World

NOUNS = (
    disciplines,
    stations,
    advisors,
    applications,
    links,
    changes,
    panels,
    reviews,
    terms,
    plans,
    positions,
    candidacies,
    register,
    imports,
    documents,
    fellows,
    certificates,
    deadlines,
    warnings,
    calendars,
    evaluations,
    grants,
    rights,
    figures,
)
"""In the order in which what they act upon is made: later ones find the ids of earlier ones."""

OPERATIONS = Endpoint(
    "GET",
    "/v1/operations/postdoc/events",
    frozenset({Role.OPERATOR, Role.AUDITOR}),
    anywhere=True,
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(postdoc_factory):
    async with postdoc_factory.running() as running:
        running.clock.set(NOON)
        world, ids = World(running), {}
        for noun in NOUNS:
            ids |= await noun.staged(world, ids)
        yield Stage(running, ids=ids, logins={Role.EMPLOYER: "agent", Role.TALENT: "doctor"})


class TestEveryEndpoint(EndpointChecks):
    ENDPOINTS = (OPERATIONS, *(row for noun in NOUNS for row in noun.ROWS))
