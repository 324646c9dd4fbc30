"""The endpoint of disciplines."""

from talent_kit.testing.stage import PUBLIC, Endpoint

ROWS = (Endpoint("GET", "/v1/disciplines", PUBLIC),)


async def staged(world, ids):
    return {}
