"""`/v1/personal-data/postdoc`."""

from fastapi import Response
from talent_kit.database import SessionDep
from talent_kit.parts import VaultDep
from talent_kit.problems import Forbidden, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..parties.access import OwnPerson, Talent
from ..parties.errors import NotRegistered
from ..parts import ReviewsDep
from . import service
from .schemas import PersonalData, PersonalDataExport

router = noun_router("/personal-data/postdoc", "rights")

_OWN = (Unauthenticated, Forbidden, NotRegistered)


@router.get("", responses=problems(*_OWN))
async def read(
    who: Talent,
    person: OwnPerson,
    session: SessionDep,
    reviews: ReviewsDep,
    vault: VaultDep,
    response: Response,
) -> PersonalData:
    """See everything that this service holds of you, and who read of it."""
    response.headers["Cache-Control"] = "no-store"
    return await service.show(session, reviews, vault, who, person)


@router.get("/export", responses=problems(*_OWN))
async def export(
    who: Talent,
    person: OwnPerson,
    session: SessionDep,
    reviews: ReviewsDep,
    vault: VaultDep,
    response: Response,
) -> PersonalDataExport:
    """Take along everything that this service holds of you; audited."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = 'attachment; filename="postdoc.json"'
    return await service.export(session, reviews, vault, who, person)
