"""Confirming an offer (免申即享): the application that it stands for, decided in the request."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal

from ..library.parts import Parts
from ..models.applications import Application
from ..models.applications import ApplicationStatus as Status
from ..offers import service as offers
from ..offers.errors import OfferChanged
from . import service as applications
from .schemas import ApplicationCreate


async def confirm(
    session: AsyncSession, parts: Parts, who: Principal, offer_id: UUID, expected: int
) -> Application:
    """Take an offer: the rules are asked again now, and the money is on its way.

    Raises NoOffer, VersionChanged, OfferClosed; OfferChanged where it is no longer what would be
    granted at once; and what applying raises: PayeeMissing, NotEligible, AlreadyClaimed.
    """
    offer, subject = await offers.open_own(session, who, offer_id, expected)
    given = ApplicationCreate.model_validate(
        {"measure": offer.measure, "subject": {"kind": offer.subject_kind, "id": offer.subject_id}}
    )
    application = await applications.submit(session, parts, who, given, subject)
    granted = application.status != Status.PENDING
    if not granted or application.amount_fen != offer.amount_fen:
        raise OfferChanged
    return application
