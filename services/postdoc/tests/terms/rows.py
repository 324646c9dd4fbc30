"""The endpoints of terms, and what they act upon."""

from talent_kit.auth import Role
from talent_kit.testing.stage import PUBLIC, Endpoint

ROWS = (
    Endpoint("GET", "/v1/terms", PUBLIC, query="?region=350700"),
    Endpoint(
        "POST",
        "/v1/terms/{name}/values",
        frozenset({Role.POLICY_ADMIN}),
        {"region": "350700", "valid_from": "2027-01-01", "value": 36, "reason": "example"},
    ),
)


async def staged(world, ids):
    return {"name": "ENTRY_AGE"}
