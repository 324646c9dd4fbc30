"""What of this service `republish` tells again."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import (
    EventData,
    FellowExited,
    FellowUpdated,
    FellowWithdrawn,
    PositionClosed,
    PositionUpdated,
    StationClosed,
    StationUpdated,
)
from talent_kit.republishing import Republished
from talent_kit.service import Service

from .fellows.recording import state_event, told_as
from .models.fellows import Fellow
from .models.positions import Position
from .models.stations import Station
from .positions import lifecycle as positions
from .positions.states import Status as PositionStatus
from .stations.service import state
from .stations.states import CLOSED


async def _stations(_: Service, __: AsyncSession, rows: Sequence[Station]) -> list[EventData]:
    return [state(StationClosed if row.status in CLOSED else StationUpdated, row) for row in rows]


async def _positions(
    _: Service, session: AsyncSession, rows: Sequence[Position]
) -> list[EventData]:
    query = select(Station).where(col(Station.id).in_({row.station_id for row in rows}))
    stations = {each.id: each for each in (await session.exec(query)).all()}
    return [
        positions.state(
            PositionUpdated if row.status == PositionStatus.PUBLISHED else PositionClosed,
            row,
            stations[row.station_id],
        )
        for row in rows
        if row.published_at is not None
    ]


_FELLOWS = {
    "in_station": FellowUpdated,
    "completed": FellowExited,
    "left_early": FellowWithdrawn,
}


async def _fellows(_: Service, session: AsyncSession, rows: Sequence[Fellow]) -> list[EventData]:
    query = select(Station).where(col(Station.id).in_({row.station_id for row in rows}))
    stations = {each.id: each for each in (await session.exec(query)).all()}
    return [
        state_event(_FELLOWS[told], row, stations[row.station_id])
        for row in rows
        if (told := told_as(row)) is not None
    ]


REPUBLISHED: tuple[Republished[Any], ...] = (
    Republished("station", Station, _stations),
    Republished("position", Position, _positions),
    Republished("fellow", Fellow, _fellows),
)
