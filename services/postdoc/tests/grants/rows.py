"""The endpoints of grants, and what they act upon."""

from talent_kit.auth import Role
from talent_kit.testing.stage import PUBLIC, SIGNED_IN, Endpoint

from .given import CALL, called

UNIT, OFFICE = frozenset({Role.EMPLOYER}), frozenset({Role.STATION_ADMIN})
SEEN = frozenset({Role.TALENT, Role.EMPLOYER, Role.STATION_ADMIN, Role.AUDITOR})

ROWS = (
    Endpoint("POST", "/v1/grant-calls", OFFICE, CALL | {"year": 2027}),
    Endpoint("GET", "/v1/grant-calls", PUBLIC),
    Endpoint("GET", "/v1/grant-calls/{call_id}", PUBLIC),
    Endpoint(
        "POST", "/v1/grants", UNIT, {"call_id": CALL["region"].zfill(32), "fellow_id": "0" * 32}
    ),
    Endpoint("GET", "/v1/grants", SEEN),
    Endpoint("GET", "/v1/grants/{grant_id}", SIGNED_IN),
    Endpoint("POST", "/v1/grants/{grant_id}/submission", UNIT, versioned=True),
    Endpoint("POST", "/v1/grants/{grant_id}/withdrawal", UNIT, versioned=True),
    Endpoint("POST", "/v1/grants/{grant_id}/end", OFFICE, {"reason": "示例"}, versioned=True),
)


async def staged(world, ids):
    """A proposal of the unit that `agent` acts for."""
    call = await called(world)
    unit_id = ids["unit_id"]

    class Unit:
        id = unit_id

    fellow = await world.fellow(ids["station_id"], Unit)
    agent = world.signed_in("agent", Role.EMPLOYER)
    body = {"call_id": call["id"], "fellow_id": str(fellow)}
    made = (await world.send("POST", "/v1/grants", agent, json=body)).json()
    return {"call_id": call["id"], "grant_id": made["id"]}
