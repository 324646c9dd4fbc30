"""What operators ask every service: how its events flow."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from .auth import Principal, Role, role
from .database import SessionDep
from .inbox import inbox_figures
from .outbox import outbox_figures
from .problems import Forbidden, Unauthenticated, problems
from .service import Service

OperatorRead = Annotated[Principal, Depends(role(Role.OPERATOR, Role.AUDITOR))]

_PATIENCE = 3.0


class PartitionLag(BaseModel):
    """How many messages of one partition a service has not handled yet."""

    topic: str
    partition: int
    messages: int


class EventFigures(BaseModel):
    """Distinct events by type; `waiting` and `oldest_seconds` speak of the outbox."""

    service: str
    waiting: int
    oldest_seconds: float
    published: dict[str, int]
    subscriptions: list[str]
    consumed: dict[str, int]
    parked: int
    lag: list[PartitionLag] | None
    """What waits on the bus for this service; null where the bus does not answer."""


def operations_router(name: str) -> APIRouter:
    """Return `/v1/operations/{service}`."""
    router = APIRouter(prefix=f"/v1/operations/{name}", tags=["operations"])

    @router.get("/events", responses=problems(Unauthenticated, Forbidden))
    async def events(request: Request, _: OperatorRead, session: SessionDep) -> EventFigures:
        """Read the figures of outbox and inbox."""
        service = request.app.state.service
        return EventFigures(
            lag=await _lag(service),
            service=name,
            subscriptions=sorted(service.subscribed_types),
            **await outbox_figures(session, service.clock),
            **await inbox_figures(session),
        )

    return router


async def _lag(service: Service) -> list[PartitionLag] | None:
    try:
        async with asyncio.timeout(_PATIENCE):
            lag = await service.lag()
    except (OSError, TimeoutError):
        return None
    return [
        PartitionLag(topic=partition.topic, partition=partition.number, messages=messages)
        for partition, messages in sorted(lag.items())
    ]
