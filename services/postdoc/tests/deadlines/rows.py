"""The endpoints of deadlines, and what they act upon."""

from talent_kit.auth import Role
from talent_kit.testing.stage import Endpoint

SEEN = frozenset({Role.TALENT, Role.EMPLOYER, Role.STATION_ADMIN, Role.AUDITOR})

ROWS = (Endpoint("GET", "/v1/deadlines", SEEN),)


async def staged(world, ids):
    return {}
