"""What happened to many stations at once: history, audit and events, each in one statement."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import StationUpdated
from talent_kit import audit
from talent_kit.bulk import insert_many
from talent_kit.clock import Clock
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_events

from ..models.stations import Station, StationEntry
from ..stations.service import raise_version, state

SYSTEM = "postdoc"
"""Who acts where nobody does: the service itself, by the clock."""


async def happened(
    session: AsyncSession,
    clock: Clock,
    who: str,
    kind: str,
    on: date,
    details: Mapping[UUID, dict[str, Any]],
    stations: Mapping[UUID, Station],
    changed: Sequence[Station] = (),
) -> None:
    """Keep what happened to stations, with a detail each; tell of those that changed by it."""
    for station in changed:
        raise_version(station, clock)
    await session.flush()
    now = clock.now()
    rows = [
        StationEntry(
            id=new_id(),
            station_id=station_id,
            kind=kind,
            effective_on=on,
            detail=detail,
            recorded_by=who,
            recorded_at=now,
        ).model_dump()
        for station_id, detail in details.items()
    ]
    await insert_many(session, cast("Any", StationEntry).__table__, rows)
    subjects = [(f"station:{each}", stations[each].region) for each in details]
    await audit.record_many(session, clock, actor=who, action=f"station.{kind}", subjects=subjects)
    await save_events(session, clock, [state(StationUpdated, station) for station in changed])
