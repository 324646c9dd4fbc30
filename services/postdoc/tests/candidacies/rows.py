"""The endpoints of candidacies, and what they act upon."""

from talent_kit.auth import Role
from talent_kit.testing.stage import Endpoint

UNIT = frozenset({Role.EMPLOYER})
TALENT = frozenset({Role.TALENT})
ONE = "/v1/candidacies/{candidacy_id}"

ROWS = (
    Endpoint(
        "PUT",
        "/v1/positions/{position_id}/candidacies/me",
        TALENT,
        {"statement": "示例", "answers": {}},
        maps=frozenset({"answers"}),
    ),
    Endpoint("GET", "/v1/candidacies", UNIT),
    Endpoint("GET", "/v1/candidacies/mine", TALENT),
    Endpoint("GET", ONE, UNIT | TALENT),
    Endpoint("POST", f"{ONE}/withdrawal", TALENT),
    Endpoint("POST", f"{ONE}/shortlisting", UNIT),
    Endpoint("POST", f"{ONE}/invitation", UNIT, {"at": "2026-09-20T02:00:00Z", "place": "示例楼"}),
    Endpoint("POST", f"{ONE}/interview", UNIT, {"passed": True, "notes": "示例"}),
    Endpoint("POST", f"{ONE}/acceptance", UNIT, {"reason": "示例"}),
    Endpoint("POST", f"{ONE}/refusal", UNIT, {"reason": "示例"}),
)


async def staged(world, ids):
    """A doctor applies for the stage's position."""
    doctor = await world.talent(login="doctor")
    path = f"/v1/positions/{ids['position_id']}/candidacies/me"
    made = await doctor.send("PUT", path, json={"statement": "示例"})
    return {"candidacy_id": made.json()["id"]}
