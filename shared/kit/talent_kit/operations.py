"""What operators ask every service: how its events flow."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from .auth import Principal, Role, role
from .database import SessionDep
from .inbox import inbox_figures
from .outbox import outbox_figures
from .problems import Forbidden, Unauthenticated, problems

OperatorRead = Annotated[Principal, Depends(role(Role.OPERATOR, Role.AUDITOR))]


class EventFigures(BaseModel):
    """Distinct events by type; `waiting` and `oldest_seconds` speak of the outbox."""

    service: str
    waiting: int
    oldest_seconds: float
    published: dict[str, int]
    subscriptions: list[str]
    consumed: dict[str, int]
    parked: int


def operations_router(name: str) -> APIRouter:
    """Return `/v1/operations/{service}`."""
    router = APIRouter(prefix=f"/v1/operations/{name}", tags=["operations"])

    @router.get("/events", responses=problems(Unauthenticated, Forbidden))
    async def events(request: Request, _: OperatorRead, session: SessionDep) -> EventFigures:
        """Read the figures of outbox and inbox."""
        service = request.app.state.service
        return EventFigures(
            service=name,
            subscriptions=sorted(service.subscribed_types),
            **await outbox_figures(session, service.clock),
            **await inbox_figures(session),
        )

    return router
