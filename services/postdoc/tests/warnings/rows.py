"""The endpoints of warnings, and what they act upon."""

from uuid import UUID

from talent_kit.auth import Role
from talent_kit.testing.stage import Endpoint
from talent_postdoc.stations.repository import locked
from talent_postdoc.warnings.rules import Cause
from talent_postdoc.warnings.service import warn

SEEN = frozenset({Role.EMPLOYER, Role.STATION_ADMIN, Role.AUDITOR})
OFFICE = frozenset({Role.STATION_ADMIN})
WARNING = "/v1/station-warnings/{warning_id}"

ROWS = (
    Endpoint("GET", "/v1/station-warnings", SEEN),
    Endpoint("GET", WARNING, SEEN),
    Endpoint("POST", f"{WARNING}/mending", OFFICE, {"reason": "已整改"}),
)


async def warned(world, station_id, cause=Cause.EVALUATION) -> str:
    """Warn a station; return the warning's id."""
    service = world.running.service
    async with service.database.transaction() as session:
        stations = await locked(session, [UUID(str(station_id))])
        await warn(session, service.clock, "office-1", cause, stations)
    (row,) = await world.rows(
        "SELECT id FROM station_warning WHERE station_id = :id AND ended_on IS NULL "
        "AND cause = :cause",
        id=UUID(str(station_id)),
        cause=cause,
    )
    return str(row.id)


async def staged(world, ids):
    """Warn the stage's station."""
    return {"warning_id": await warned(world, ids["station_id"])}
