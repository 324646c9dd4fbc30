"""The endpoints of the register, and what they act upon."""

from talent_kit.testing.stage import PUBLIC, Endpoint

ROWS = (
    Endpoint("GET", "/v1/station-register", PUBLIC, query="?kind=workstation"),
    Endpoint("GET", "/v1/station-register/download", PUBLIC),
    Endpoint("GET", "/v1/station-register/{station_id}", PUBLIC),
)


async def staged(world, ids):
    return {}
