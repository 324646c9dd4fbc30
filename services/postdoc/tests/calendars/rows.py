"""The endpoints of calendars, and what they act upon."""

from talent_kit.auth import Role
from talent_kit.testing.stage import PUBLIC, Endpoint

OWNERS = frozenset({Role.TALENT, Role.EMPLOYER})

ROWS = (
    Endpoint("POST", "/v1/deadlines/feeds", OWNERS, {}),
    Endpoint("GET", "/v1/deadlines/feeds", OWNERS),
    Endpoint("DELETE", "/v1/deadlines/feeds", OWNERS),
    Endpoint("GET", "/v1/station-calendars/{secret}.ics", PUBLIC),
)


async def staged(world, ids):
    unit = await world.unit()
    body = {"station_id": str(await world.station(unit))}
    made = (await unit.send("POST", "/v1/deadlines/feeds", json=body)).json()
    return {"secret": made["path"].rpartition("/")[2].removesuffix(".ics")}
