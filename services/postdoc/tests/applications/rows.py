"""The endpoints of applications for stations, and what they act upon."""

from talent_kit.auth import Role
from talent_kit.testing.stage import SIGNED_IN, Endpoint

SEEN = frozenset({Role.EMPLOYER, Role.STATION_ADMIN, Role.AUDITOR})
AGENT = frozenset({Role.EMPLOYER})
CONTENT = {
    "kind": "workstation",
    "level": "national",
    "name": {"zh": "示例企业博士后科研工作站", "en": "Example enterprise: postdoc workstation"},
    "unit": {"zh": "示例企业", "en": "Example enterprise"},
    "disciplines": ["0812"],
    "facts": {"rd_unit": True, "plan_people": 1, "pay_fen": 8_000_000},
    "partners": [{"institution": "示例大学"}],
    "advisors": [
        {"name": f"示例导师{n}", "title": "professor", "disciplines": ["0812"], "full_time": True}
        for n in range(3)
    ],
}

ROWS = (
    Endpoint("GET", "/v1/station-applications", SEEN),
    Endpoint("POST", "/v1/station-applications", AGENT, CONTENT),
    Endpoint("GET", "/v1/station-applications/{application_id}", SIGNED_IN),
    Endpoint("PUT", "/v1/station-applications/{application_id}", AGENT, CONTENT, versioned=True),
    Endpoint("POST", "/v1/station-applications/{application_id}/submission", AGENT, versioned=True),
    Endpoint("POST", "/v1/station-applications/{application_id}/withdrawal", AGENT, versioned=True),
)


async def staged(world, ids):
    """Write an application as the agent of the stage's unit."""
    who = world.running.issuer.headers("agent", Role.EMPLOYER)
    answer = await world.send("POST", "/v1/station-applications", who, json=CONTENT)
    return {"application_id": answer.json()["id"]}
