"""The endpoints of advisors, and what they act upon."""

from datetime import date

from talent_kit.auth import Role
from talent_kit.testing.stage import PUBLIC, Endpoint

SEEN = frozenset({Role.EMPLOYER, Role.STATION_ADMIN, Role.AUDITOR})
AGENT = frozenset({Role.EMPLOYER})
CONTENT = {"name": "示例导师", "title": "professor", "disciplines": ["0812"], "full_time": True}

ROWS = (
    Endpoint("GET", "/v1/advisors/titles", PUBLIC),
    Endpoint("GET", "/v1/advisors", SEEN, query="?station_id={station_id}"),
    Endpoint(
        "POST",
        "/v1/advisors",
        AGENT,
        CONTENT | {"station_id": "{station_id}", "from_on": "2026-01-01"},
    ),
    Endpoint("PUT", "/v1/advisors/{advisor_id}", AGENT, CONTENT, versioned=True),
    Endpoint(
        "POST", "/v1/advisors/{advisor_id}/end", AGENT, {"until_on": "2026-12-31"}, versioned=True
    ),
)


async def staged(world, ids):
    """Add an advisor to the stage's station."""
    return {"advisor_id": str(await world.advisor(ids["station_id"], from_on=date(2026, 1, 1)))}
