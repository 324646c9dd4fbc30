"""Stations that change: positions are found by the names of station and unit, as they are now."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import StationState

from . import repository


async def on_stations(session: AsyncSession, events: Sequence[StationState]) -> None:
    """Keep anew what positions of some stations are found by."""
    for position, station in await repository.of_stations(
        session, {event.station_id for event in events}
    ):
        await repository.index(session, position, station)
