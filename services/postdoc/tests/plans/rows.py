"""The endpoints of recruitment plans, and what they act upon."""

from talent_kit.auth import Role
from talent_kit.testing.stage import Endpoint

UNIT = frozenset({Role.EMPLOYER})
SEEN = frozenset({Role.EMPLOYER, Role.STATION_ADMIN, Role.AUDITOR})

ROWS = (
    Endpoint(
        "POST",
        "/v1/recruitment-plans",
        UNIT,
        {"station_id": "{station_id}", "year": 2027, "planned": {"0812": 2}},
        maps=frozenset({"planned"}),
    ),
    Endpoint("GET", "/v1/recruitment-plans", SEEN),
    Endpoint("GET", "/v1/recruitment-plans/{plan_id}", SEEN),
    Endpoint(
        "PUT",
        "/v1/recruitment-plans/{plan_id}",
        UNIT,
        {"planned": {"0812": 2}},
        versioned=True,
        maps=frozenset({"planned"}),
    ),
)


async def staged(world, ids):
    """Plan for this year what the stage's station recruits."""
    who = world.running.issuer.headers("agent", Role.EMPLOYER)
    body = {"station_id": ids["station_id"], "year": 2026, "planned": {"0812": 9}}
    made = await world.send("POST", "/v1/recruitment-plans", who, json=body)
    return {"plan_id": made.json()["id"]}
