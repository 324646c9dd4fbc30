"""Offers over HTTP; they are confirmed in `applications`, since that moves money."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from talent_kit.database import SessionDep
from talent_kit.employers import EmployerNotChosen, NotAnAgent
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep
from talent_kit.problems import (
    Forbidden,
    Invalid,
    Unauthenticated,
    VersionChanged,
    VersionRequired,
    problems,
)
from talent_kit.routing import noun_router
from talent_kit.versions import IfMatch

from ..callers import NotRegistered
from . import service
from .access import OfferHolder
from .errors import NoOffer, OfferClosed
from .schemas import OfferRead, Status

_SIGNED = (Unauthenticated, Forbidden, Invalid)

router = noun_router("/offers", "offers")


@router.get(
    "",
    responses=problems(*_SIGNED, CursorInvalid, NotRegistered, NotAnAgent, EmployerNotChosen),
)
async def list_offers(
    who: OfferHolder,
    session: SessionDep,
    page: PageDep,
    status: Annotated[Status | None, Query()] = None,
) -> Page[OfferRead]:
    """List what is offered to the caller without an application, newest first."""
    return await service.offers(session, who, status, page)


@router.get("/{offer_id}", responses=problems(*_SIGNED, NoOffer))
async def read_offer(offer_id: UUID, who: OfferHolder, session: SessionDep) -> OfferRead:
    """Read one offer."""
    offer, _ = await service.own(session, who, offer_id)
    return service.shown(offer)


@router.post(
    "/{offer_id}/refusal",
    dependencies=[Idempotent],
    responses=problems(
        *_SIGNED, InProgress, KeyReused, NoOffer, OfferClosed, VersionChanged, VersionRequired
    ),
)
async def decline(
    offer_id: UUID, version: IfMatch, who: OfferHolder, session: SessionDep, clock: ClockDep
) -> OfferRead:
    """Decline an offer: it is not made again, and can still be applied for."""
    return service.shown(await service.decline(session, clock, who, offer_id, version))
