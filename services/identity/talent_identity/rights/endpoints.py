"""`/v1/personal-data/identity` and `/v1/talents/me/erasure`."""

from fastapi import Response
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..parts import Parts
from ..talents.errors import NotRegistered
from . import erasure, service
from .access import DataSubject
from .schemas import Erase, Erasure, PersonalData, PersonalDataExport

personal_data = noun_router("/personal-data/identity", "rights")
erasures = noun_router("/talents/me/erasure", "rights")

_OWN = (Unauthenticated, Forbidden, NotRegistered)


@personal_data.get("", responses=problems(*_OWN))
async def read(
    who: DataSubject, session: SessionDep, parts: Parts, response: Response
) -> PersonalData:
    """See everything that this service holds of you, and who read it; numbers are masked."""
    response.headers["Cache-Control"] = "no-store"
    return await service.show(session, parts, who)


@personal_data.get("/export", responses=problems(*_OWN))
async def export(
    who: DataSubject, session: SessionDep, parts: Parts, response: Response
) -> PersonalDataExport:
    """Take along everything that this service holds of you, in clear; audited."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = 'attachment; filename="identity.json"'
    return await service.export(session, parts, who)


@erasures.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_OWN, InProgress, KeyReused, Invalid),
)
async def erase(body: Erase, who: DataSubject, session: SessionDep, parts: Parts) -> Erasure:
    """Have everything about you erased, for good.

    Codes end, open applications are withdrawn, instalments to come are stopped; money that is on
    its way to the bank arrives first. What was paid stays in the books under a pseudonym.
    """
    return await erasure.erase(session, parts, who, body)
