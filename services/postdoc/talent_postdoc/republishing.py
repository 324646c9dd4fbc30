"""What of this service `republish` tells again."""

from collections.abc import Sequence
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import EventData, StationClosed, StationUpdated
from talent_kit.republishing import Republished
from talent_kit.service import Service

from .models.stations import Station
from .stations.service import state
from .stations.states import CLOSED


async def _stations(_: Service, __: AsyncSession, rows: Sequence[Station]) -> list[EventData]:
    return [state(StationClosed if row.status in CLOSED else StationUpdated, row) for row in rows]


REPUBLISHED: tuple[Republished[Any], ...] = (Republished("station", Station, _stations),)
