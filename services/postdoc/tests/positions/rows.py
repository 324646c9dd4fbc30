"""The endpoints of positions, and what they act upon."""

from talent_kit.auth import Role
from talent_kit.testing.stage import PUBLIC, Endpoint

from .opened import content

UNIT = frozenset({Role.EMPLOYER})
SEEN = frozenset({Role.EMPLOYER, Role.STATION_ADMIN, Role.AUDITOR})
ASKED = [{"name": "start", "label": {"zh": "何时到岗", "en": "When could you start?"}}]

ROWS = (
    Endpoint("GET", "/v1/positions", PUBLIC, query="?q=photonic"),
    Endpoint("GET", "/v1/positions/feed.atom", PUBLIC),
    Endpoint("GET", "/v1/positions/download", PUBLIC),
    Endpoint("GET", "/v1/positions/{position_id}", PUBLIC),
    Endpoint("GET", "/v1/positions/{position_id}/job-posting", PUBLIC),
    Endpoint("POST", "/v1/positions", UNIT, content(questions=ASKED) | {"plan_id": "{plan_id}"}),
    Endpoint("GET", "/v1/positions/managed", SEEN),
    Endpoint("GET", "/v1/positions/{position_id}/managed", SEEN),
    Endpoint("PUT", "/v1/positions/{position_id}", UNIT, content(questions=ASKED), versioned=True),
    Endpoint("POST", "/v1/positions/{position_id}/publication", UNIT),
    Endpoint(
        "POST",
        "/v1/positions/{position_id}/takedown",
        frozenset({Role.STATION_ADMIN}),
        {"reason": "示例"},
    ),
    Endpoint("POST", "/v1/positions/{position_id}/closure", UNIT, {"reason": "示例"}),
)


async def staged(world, ids):
    """Publish a position of the stage's station."""
    who = world.running.issuer.headers("agent", Role.EMPLOYER)
    body = content() | {"plan_id": ids["plan_id"]}
    draft = (await world.send("POST", "/v1/positions", who, json=body)).json()
    await world.send("POST", f"/v1/positions/{draft['id']}/publication", who)
    return {"position_id": draft["id"]}
