"""What every endpoint refuses, from one table; a test fails when an endpoint is not in it."""

import pytest_asyncio
from talent_kit.auth import Role
from talent_kit.testing.endpoints import EndpointChecks
from talent_kit.testing.stage import PUBLIC, Endpoint, Stage

from .world import NOON, World

UNIT, OFFICE = frozenset({Role.EMPLOYER}), frozenset({Role.STATION_ADMIN})
SEEN = UNIT | OFFICE | {Role.AUDITOR}

ENDPOINTS = (
    Endpoint(
        "GET",
        "/v1/operations/postdoc/events",
        frozenset({Role.OPERATOR, Role.AUDITOR}),
        anywhere=True,
    ),
    Endpoint("GET", "/v1/stations", SEEN),
    Endpoint("GET", "/v1/stations/{station_id}", SEEN),
    Endpoint("GET", "/v1/terms", PUBLIC, query="?region=350700"),
    Endpoint(
        "POST",
        "/v1/terms/{name}/values",
        frozenset({Role.POLICY_ADMIN}),
        {"region": "350700", "valid_from": "2027-01-01", "value": 36, "reason": "example"},
    ),
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(postdoc_factory):
    async with postdoc_factory.running() as running:
        running.clock.set(NOON)
        world = World(running)
        unit = await world.unit(agents=("agent",))
        station_id = await world.station(unit)
        yield Stage(
            running,
            ids={"station_id": str(station_id), "name": "ENTRY_AGE"},
            logins={Role.EMPLOYER: "agent"},
        )


class TestEveryEndpoint(EndpointChecks):
    ENDPOINTS = ENDPOINTS
