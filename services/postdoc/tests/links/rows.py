"""The endpoints of joint recruitment, and what they act upon."""

from talent_kit.auth import Role
from talent_kit.testing.stage import Endpoint

SEEN = frozenset({Role.EMPLOYER, Role.STATION_ADMIN, Role.AUDITOR})
AGENT = frozenset({Role.EMPLOYER})
LINKS = "/v1/stations/{station_id}/links"

ROWS = (
    Endpoint("GET", LINKS, SEEN),
    Endpoint("POST", LINKS, AGENT, {"partner_id": "{mobile_id}", "from_on": "2026-09-01"}),
    Endpoint("POST", LINKS + "/{link_id}/confirmation", AGENT, versioned=True),
    Endpoint("POST", LINKS + "/{link_id}/end", AGENT, {"until_on": "2027-01-01"}, versioned=True),
)


async def staged(world, ids):
    """Propose joint recruitment to the stage's station."""
    university = await world.unit(kind="public_institution")
    mobile = await world.station(university, kind="mobile")
    answer = await university.send(
        "POST",
        f"/v1/stations/{mobile}/links",
        json={"partner_id": ids["station_id"], "from_on": "2026-09-01"},
    )
    return {"mobile_id": str(mobile), "link_id": answer.json()["id"]}
