"""The endpoints of imports, and what they act upon."""

from talent_kit.auth import Role
from talent_kit.testing.stage import Endpoint

OFFICE = frozenset({Role.STATION_ADMIN})
BASE = "/v1/postdoc-imports"

ROWS = (
    Endpoint("GET", f"{BASE}/templates/{{register}}", OFFICE),
    *(
        row
        for path in (f"{BASE}/stations", f"{BASE}/fellows")
        for row in (
            Endpoint("POST", path, OFFICE),
            Endpoint("GET", path, OFFICE),
            Endpoint("GET", f"{path}/{{job_id}}", OFFICE),
            Endpoint("GET", f"{path}/{{job_id}}/report", OFFICE),
            Endpoint("POST", f"{path}/{{job_id}}/cancellation", OFFICE),
        )
    ),
)


async def staged(world, ids):
    """Queue a register of each kind; the stage's job is the one of stations."""
    sent = world.office() | {"Content-Type": "text/csv"}
    job = await world.send("POST", f"{BASE}/stations", sent, content="编号\n1\n".encode())
    assert job.status_code == 202, job.text
    return {"register": "stations", "job_id": job.json()["id"]}
