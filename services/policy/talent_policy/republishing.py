"""What of this service `republish` tells again."""

from collections.abc import Sequence
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import (
    ApplicationApproved,
    ApplicationProgressed,
    ApplicationRejected,
    ApplicationReturned,
    ApplicationState,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    EventData,
    OfferConfirmed,
    OfferDeclined,
    OfferLapsed,
    OfferMade,
    OfferState,
    PackPublished,
    PaymentDisputed,
    PaymentFailed,
    PaymentMade,
    PaymentOrdered,
    PaymentRecoveryOrdered,
    PaymentRecoveryReceived,
    PaymentRecoveryWaived,
    PaymentReleased,
    PaymentState,
    PaymentStopped,
)
from talent_kit.republishing import Republished
from talent_kit.service import Service

from .applications import service as applications
from .disbursements import service as disbursements
from .disbursements.settling import recovery_state
from .facts import standings
from .models.applications import Application, ApplicationStatus
from .models.facts import Standing
from .models.library import PackVersion
from .models.matches import Offer, OfferStatus
from .models.money import Payment, PaymentStatus
from .models.settling import Recovery, RecoveryStatus
from .offers import service as offers

_APPLICATIONS: dict[str, type[ApplicationState]] = {
    ApplicationStatus.PENDING: ApplicationSubmitted,
    ApplicationStatus.RETURNED: ApplicationReturned,
    ApplicationStatus.REJECTED: ApplicationRejected,
    ApplicationStatus.WITHDRAWN: ApplicationWithdrawn,
    ApplicationStatus.APPROVED: ApplicationApproved,
    ApplicationStatus.GRANTED: ApplicationApproved,
}
"""Every other status comes from its payments."""
_PAYMENTS: dict[str, type[PaymentState]] = {
    PaymentStatus.ORDERED: PaymentOrdered,
    PaymentStatus.RELEASED: PaymentReleased,
    PaymentStatus.PAID: PaymentMade,
    PaymentStatus.FAILED: PaymentFailed,
    PaymentStatus.STOPPED: PaymentStopped,
    PaymentStatus.DISPUTED: PaymentDisputed,
}
"""Of a planned one nothing was told yet."""
_OFFERS: dict[str, type[OfferState]] = {
    OfferStatus.OPEN: OfferMade,
    OfferStatus.CONFIRMED: OfferConfirmed,
    OfferStatus.DECLINED: OfferDeclined,
    OfferStatus.LAPSED: OfferLapsed,
}


async def _packs(_: Service, __: AsyncSession, rows: Sequence[PackVersion]) -> list[EventData]:
    return [PackPublished.model_validate(row.model_dump()) for row in rows]


async def _applications(
    _: Service, __: AsyncSession, rows: Sequence[Application]
) -> list[EventData]:
    return [
        _APPLICATIONS.get(row.status, ApplicationProgressed)(**applications.state(row))
        for row in rows
    ]


async def _payments(_: Service, __: AsyncSession, rows: Sequence[Payment]) -> list[EventData]:
    return [
        _PAYMENTS[row.status](**disbursements.state(row)) for row in rows if row.status in _PAYMENTS
    ]


async def _recoveries(_: Service, __: AsyncSession, rows: Sequence[Recovery]) -> list[EventData]:
    """Return the states of recoveries that two persons agreed on."""
    events: list[EventData] = []
    for row in rows:
        state = recovery_state(row)
        if row.status == RecoveryStatus.ORDERED:
            events.append(PaymentRecoveryOrdered(**state))
        elif row.status == RecoveryStatus.SETTLED:
            kind = PaymentRecoveryWaived if row.written_off_fen else PaymentRecoveryReceived
            events.append(kind(**state))
    return events


async def _offers(_: Service, __: AsyncSession, rows: Sequence[Offer]) -> list[EventData]:
    return [_OFFERS[row.status](**offers.state(row)) for row in rows]


async def _standings(_: Service, __: AsyncSession, rows: Sequence[Standing]) -> list[EventData]:
    """Return what was told of talents."""
    return [standings.state(row) for row in rows if row.version]


REPUBLISHED: Sequence[Republished[Any]] = (
    Republished("pack", PackVersion, _packs),
    Republished("standing", Standing, _standings),
    Republished("application", Application, _applications),
    Republished("payment", Payment, _payments),
    Republished("recovery", Recovery, _recoveries),
    Republished("offer", Offer, _offers),
)
