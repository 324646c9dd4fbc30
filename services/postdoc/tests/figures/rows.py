"""The endpoint of figures."""

from talent_kit.testing.stage import PUBLIC, Endpoint

ROWS = (Endpoint("GET", "/v1/postdoc-figures", PUBLIC, query="?region=350700"),)


async def staged(world, ids):
    return {}
