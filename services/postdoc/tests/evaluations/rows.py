"""The endpoints of evaluations, and what they act upon."""

from talent_kit.auth import Role
from talent_kit.testing.stage import PUBLIC, SIGNED_IN, Endpoint

from ..panels.experts import experts
from .given import new_round

OFFICE = frozenset({Role.STATION_ADMIN})
UNIT = frozenset({Role.EMPLOYER})
SEEN = frozenset({Role.EMPLOYER, Role.STATION_ADMIN, Role.AUDITOR})
ROUND = "/v1/evaluation-rounds/{round_id}"
EVALUATION = "/v1/station-evaluations/{evaluation_id}"

ROWS = (
    Endpoint(
        "POST",
        "/v1/evaluation-rounds",
        OFFICE,
        new_round(),
        maps=frozenset({"caps"}),
    ),
    Endpoint("GET", "/v1/evaluation-rounds", PUBLIC),
    Endpoint("GET", ROUND, PUBLIC),
    Endpoint("GET", f"{ROUND}/results", PUBLIC),
    Endpoint(
        "POST",
        f"{ROUND}/panels",
        OFFICE,
        {"evaluation_ids": ["{evaluation_id}"], "members": experts(5)},
    ),
    Endpoint("POST", f"{ROUND}/grading", OFFICE),
    Endpoint("POST", f"{ROUND}/publication", OFFICE),
    Endpoint("GET", "/v1/station-evaluations", SEEN),
    Endpoint("GET", EVALUATION, SIGNED_IN),
    Endpoint(
        "PUT",
        f"{EVALUATION}/declaration",
        UNIT,
        {"values": {"funds": 300}},
        versioned=True,
        maps=frozenset({"values"}),
    ),
    Endpoint("POST", f"{EVALUATION}/submission", UNIT),
    Endpoint("POST", f"{EVALUATION}/objections", SIGNED_IN, {"text": "示例异议"}),
    Endpoint("GET", f"{EVALUATION}/objections", OFFICE),
    Endpoint(
        "POST",
        f"{EVALUATION}/objections/{{objection_id}}/answer",
        OFFICE,
        {"upheld": False, "text": "示例答复"},
    ),
)


async def staged(world, ids):
    """Open a round over the stage's station, as if it had been set up long ago."""
    await world.rows("UPDATE station SET approved_on = '2020-01-01' RETURNING 1")
    answer = await world.send("POST", "/v1/evaluation-rounds", world.office(), json=new_round())
    round_id = answer.json()["id"]
    path = f"/v1/station-evaluations?round_id={round_id}"
    rows = (await world.send("GET", path, world.office())).json()["items"]
    mine = next(each for each in rows if each["station_id"] == ids["station_id"])
    return {
        "round_id": round_id,
        "evaluation_id": mine["id"],
        "objection_id": "01990f3e-7d3c-7c1a-9d53-0242ac120002",
    }
