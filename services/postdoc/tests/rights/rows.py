"""The endpoints of rights, and what they act upon."""

from talent_kit.auth import Role
from talent_kit.testing.stage import Endpoint

OWN = frozenset({Role.TALENT})

ROWS = (
    Endpoint("GET", "/v1/personal-data/postdoc", OWN),
    Endpoint("GET", "/v1/personal-data/postdoc/export", OWN),
)


async def staged(world, ids):
    return {}
