"""Liveness and readiness that really check."""

from fastapi import APIRouter, Request
from pydantic import BaseModel

from .problems import Text, Unavailable
from .revisions import at_head


class Health(BaseModel):
    """`ok`, or the answer is a problem."""

    status: str = "ok"


class NotReady(Unavailable):
    code = "not-ready"
    title = Text("服务尚未就绪", "Not ready yet")


def health_router() -> APIRouter:
    """Return `/health/live` (the process answers) and `/health/ready` (its database serves)."""
    router = APIRouter(prefix="/health", tags=["health"])

    @router.get("/live")
    async def live() -> Health:
        """Answer as long as the event loop turns."""
        return Health()

    @router.get("/ready")
    async def ready(request: Request) -> Health:
        """Answer once the database does and its schema is the one that this code expects."""
        service = request.app.state.service
        try:
            current = await at_head(service.database.engine, request.app.state.migrations)
        except Exception as error:
            raise NotReady from error
        if not current:
            raise NotReady
        return Health()

    return router
