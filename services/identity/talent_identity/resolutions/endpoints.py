"""`/v1/resolutions`."""

from talent_kit.database import SessionDep
from talent_kit.idempotency import ChangesNothing
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..parts import Parts
from . import service
from .access import ResolvingService
from .schemas import ResolutionCreate, ResolutionRead

router = noun_router("/resolutions", "resolutions")


@router.post(
    "", dependencies=[ChangesNothing], responses=problems(Unauthenticated, Forbidden, Invalid)
)
async def resolve(
    body: ResolutionCreate, who: ResolvingService, session: SessionDep, parts: Parts
) -> ResolutionRead:
    """Find whom the numbers in a file mean, for another service; many at once.

    Takes no Idempotency-Key: it changes nothing but the audit log.
    """
    return await service.resolve(session, parts, who, body)
