"""Offers follow what the rules would grant; the one who is paid confirms or declines.

Nothing is offered twice: an offer holds its claims until it lapses. Money never moves here: a
confirmation is an application (`applications.confirming`), decided at once.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import OfferConfirmed, OfferDeclined, OfferLapsed, OfferMade, OfferState
from talent_kit.auth import Principal
from talent_kit.clock import Clock
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_events
from talent_kit.pagination import Page, PageParams
from talent_kit.versions import require_version

from ..callers import acts_for_employer, employer_of, talent_of
from ..facts.subjects import SubjectFound, acts_as, find_subject
from ..models.matches import Offer, OfferStatus
from . import repository
from .errors import NoOffer, OfferClosed
from .schemas import Offerable, OfferRead


async def follow(
    session: AsyncSession,
    clock: Clock,
    subjects: Collection[UUID],
    offerable: Sequence[Offerable],
) -> None:
    """Make the offers of some subjects what their matches now say: new ones, and lapsed ones."""
    wanted = {(each.subject_id, each.pack_name, each.measure): each for each in offerable}
    over = []
    for offer in await repository.open_of(session, subjects):
        place = (offer.subject_id, offer.pack_name, offer.measure)
        now = wanted.get(place)
        if now is not None and now.amount_fen == offer.amount_fen:
            offer.pack_id, offer.expires_on = now.pack_id, now.expires_on
            del wanted[place]
        else:
            over.append(offer)
    await _close(session, clock, over, OfferStatus.LAPSED)
    await repository.let_go(session, [offer.id for offer in over])
    await _make(session, clock, list(wanted.values()))


async def _make(session: AsyncSession, clock: Clock, wanted: Sequence[Offerable]) -> None:
    taken = await repository.held(session, {claim for each in wanted for claim in each.claims})
    free: dict[UUID, Offerable] = {}
    claims: dict[tuple[str, str], UUID] = {}
    for each in wanted:
        if not taken.isdisjoint(each.claims):
            continue
        taken.update(each.claims)
        identifier = new_id()
        free[identifier] = each
        claims.update(dict.fromkeys(each.claims, identifier))
    held = await repository.hold(session, claims)
    lost = {identifier for claim, identifier in claims.items() if claim not in held}
    await repository.let_go(session, lost)  # to another worker, in this very moment
    rows = [_row(each_id, each, clock) for each_id, each in free.items() if each_id not in lost]
    await repository.add(session, rows)
    await save_events(session, clock, [OfferMade(**_state(row)) for row in rows])


def _row(identifier: UUID, given: Offerable, clock: Clock) -> dict[str, Any]:
    row = given._asdict()
    del row["claims"]
    return row | {
        "id": identifier,
        "status": OfferStatus.OPEN.value,
        "made_at": clock.now(),
        "application_id": None,
        "version": 1,
    }


async def settle(
    session: AsyncSession,
    clock: Clock,
    application_id: UUID,
    subject: UUID,
    measure: tuple[str, str],
    claims: repository.Claims,
) -> None:
    """Close the offers that an application takes the place of; call it before it claims.

    `measure` is the pack's name and the measure's id.
    """
    found = await repository.open_for(session, subject, *measure, claims)
    for offer in found:
        offer.application_id = application_id
    await _close(session, clock, found, OfferStatus.CONFIRMED)


async def offers(
    session: AsyncSession, who: Principal, status: str | None, page: PageParams
) -> Page[OfferRead]:
    """List the offers to the talent, or to the employer that the caller acts for."""
    if acts_for_employer(who):
        employer = await employer_of(session, who)
        rows, following = await repository.page(session, page, status, employer_id=employer)
    else:
        talent = await talent_of(session, who)
        rows, following = await repository.page(session, page, status, talent_id=talent)
    return Page(items=[shown(row) for row in rows], next_cursor=following)


async def own(
    session: AsyncSession, who: Principal, offer_id: UUID, *, lock: bool = False
) -> tuple[Offer, SubjectFound]:
    """Return an offer and its subject to the one to be paid; raises NoOffer for anybody else."""
    offer = await repository.offer(session, offer_id, lock=lock)
    if offer is None:
        raise NoOffer
    subject = await find_subject(session, offer.subject_kind, offer.subject_id)
    role = acts_as(who, subject)
    if role is None or (role == "talent") != (offer.payee_kind == "person"):
        raise NoOffer
    return offer, subject


async def open_own(
    session: AsyncSession, who: Principal, offer_id: UUID, expected: int
) -> tuple[Offer, SubjectFound]:
    """Return an offer that can be answered, locked, and its subject.

    Raises NoOffer, VersionChanged, OfferClosed.
    """
    offer, subject = await own(session, who, offer_id, lock=True)
    require_version(offer.version, expected)
    if offer.status != OfferStatus.OPEN:
        raise OfferClosed(status_now=offer.status)
    return offer, subject


async def decline(
    session: AsyncSession, clock: Clock, who: Principal, offer_id: UUID, expected: int
) -> Offer:
    """Decline an offer; it is not made again, and can still be applied for."""
    offer, _ = await open_own(session, who, offer_id, expected)
    await _close(session, clock, [offer], OfferStatus.DECLINED)
    return offer


_CLOSED: dict[OfferStatus, type[OfferState]] = {
    OfferStatus.CONFIRMED: OfferConfirmed,
    OfferStatus.DECLINED: OfferDeclined,
    OfferStatus.LAPSED: OfferLapsed,
}


async def _close(
    session: AsyncSession, clock: Clock, offers: Sequence[Offer], status: OfferStatus
) -> None:
    for offer in offers:
        offer.status, offer.closed_at = status, clock.now()
        offer.version += 1
    await save_events(session, clock, [_CLOSED[status](**state(offer)) for offer in offers])


def shown(offer: Offer) -> OfferRead:
    """Return an offer as it goes over HTTP."""
    return OfferRead(**offer.model_dump() | {"pack": offer.pack_name})


def state(offer: Offer) -> dict[str, Any]:
    """Return the public state of an offer, as its events carry it."""
    return _state(offer.model_dump())


_SHOWN = (
    "version",
    "measure",
    "region",
    "status",
    "talent_id",
    "employer_id",
    "amount_fen",
    "application_id",
)


def _state(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"offer_id": row["id"], "pack": row["pack_name"]} | {name: row[name] for name in _SHOWN}
