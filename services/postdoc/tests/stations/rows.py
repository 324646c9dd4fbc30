"""The endpoints of stations, and what they act upon."""

from talent_kit.auth import Role
from talent_kit.testing.stage import Endpoint

SEEN = frozenset({Role.EMPLOYER, Role.STATION_ADMIN, Role.AUDITOR})

ROWS = (
    Endpoint("GET", "/v1/stations", SEEN),
    Endpoint("GET", "/v1/stations/{station_id}", SEEN),
)


async def staged(world, ids):
    """Set up a station of the unit that `agent` acts for."""
    unit = await world.unit(agents=("agent",))
    return {"unit_id": str(unit.id), "station_id": str(await world.station(unit))}
