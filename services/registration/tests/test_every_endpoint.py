"""What every endpoint refuses, from one table; a test fails when an endpoint is not in it."""

import pytest_asyncio
from talent_kit.auth import Role
from talent_kit.testing.endpoints import EndpointChecks
from talent_kit.testing.stage import PUBLIC, Endpoint, Stage

from .world import World, content

TALENT = frozenset({Role.TALENT})
ORGANISER, REVIEWER = frozenset({Role.ORGANISER}), frozenset({Role.REVIEWER})
STAFF = ORGANISER | REVIEWER | {Role.AUDITOR}
ONE = "/v1/activities/{activity_id}"

ENDPOINTS = (
    Endpoint("POST", "/v1/activities", ORGANISER, content()),
    Endpoint("GET", "/v1/activities", PUBLIC),
    Endpoint("GET", ONE, PUBLIC),
    Endpoint("PUT", ONE, ORGANISER, content(), versioned=True),
    Endpoint("POST", f"{ONE}/submission", ORGANISER, versioned=True),
    Endpoint("POST", f"{ONE}/publication", REVIEWER, versioned=True),
    Endpoint("POST", f"{ONE}/return", REVIEWER, {"reason": "other"}, versioned=True),
    Endpoint("POST", f"{ONE}/cancellation", ORGANISER, versioned=True),
    Endpoint("POST", f"{ONE}/completion", ORGANISER, versioned=True),
    Endpoint("PUT", f"{ONE}/quotas/{{quota_id}}", ORGANISER, {"capacity": 9}, versioned=True),
    Endpoint("GET", "/v1/managed-activities", STAFF),
    Endpoint("GET", "/v1/managed-activities/{activity_id}", STAFF),
    Endpoint("GET", f"{ONE}/registrations", STAFF),
    Endpoint("PUT", f"{ONE}/registrations/me", TALENT, {"ticket_id": "{ticket_id}"}),
    Endpoint("GET", f"{ONE}/registrations/me", TALENT),
    Endpoint("DELETE", f"{ONE}/registrations/me", TALENT),
    Endpoint("GET", "/v1/registrations", TALENT),
    Endpoint(
        "GET",
        "/v1/operations/registration/events",
        frozenset({Role.OPERATOR, Role.AUDITOR}),
        anywhere=True,
    ),
)


@pytest_asyncio.fixture(scope="module")
async def stage(registration_factory):
    """A published activity, and a talent who has a seat."""
    async with registration_factory.running() as running:
        world = World(running)
        activity = await world.published()
        talent = await world.talent(login="talent-on-stage")
        await talent.claim(activity)
        yield Stage(
            running,
            ids={
                "activity_id": activity["id"],
                "quota_id": activity["quotas"][0]["id"],
                "ticket_id": activity["tickets"][0]["id"],
            },
            logins={
                Role.TALENT: talent.login,
                Role.ORGANISER: "organiser-1",
                Role.REVIEWER: "reviewer-1",
            },
        )


class TestEveryEndpoint(EndpointChecks):
    ENDPOINTS = ENDPOINTS
