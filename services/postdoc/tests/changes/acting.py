"""What the tests of changes do alike."""

import json

from .rows import REASON

CLOSING = {"merger", "revocation"}


async def act(world, station, deed, version=1, who=None, **body):
    path = f"/v1/stations/{station}/{deed}"
    office = world.office(region="350000" if deed in CLOSING else "350700")
    return await world.send("POST", path, who or office, version=version, json=REASON | body)


async def events(world):
    rows = await world.rows("SELECT type, value FROM outbox ORDER BY position")
    return [(row.type.split(".")[3], json.loads(bytes(row.value))["data"]) for row in rows]


async def history(unit, station):
    listed = (await unit.send("GET", f"/v1/stations/{station}/entries")).json()["items"]
    return [(each["kind"], each["effective_on"]) for each in listed]
