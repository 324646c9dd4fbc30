"""`/v1/payment-notices`, `/v1/payment-differences`, and what moved for a seat or at an activity."""

from typing import Any
from uuid import UUID

from talent_kit.database import SessionDep
from talent_kit.idempotency import SameAgain
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
from talent_kit.versions import IfMatch, VersionInvalid

from ..activities.errors import ActivityNotFound
from ..charges.access import TillDep
from ..people.errors import NotRegistered
from ..registrations.access import OwnPerson
from . import errors, service
from .access import Finance, PaymentStaff, SignedNotice
from .provider import OrderSeen
from .schemas import DifferenceOut, Explanation, PaymentFigures, PaymentOut

notices = noun_router("/payment-notices", "payments")
differences = noun_router("/payment-differences", "payments")
of_activity = noun_router("/activities/{activity_id}/payments", "payments")
of_registration = noun_router("/registrations/{registration_id}/payment", "payments")

_SIGNED = (Unauthenticated, Forbidden, Invalid)


def _body() -> dict[str, Any]:
    """Return what OpenAPI says of a notice, whose signature is checked before it is read."""
    schema = OrderSeen.model_json_schema()
    # Its own definitions would be looked for in the whole document.
    schema["properties"]["payments"]["items"] = schema.pop("$defs")["PaidSeen"]
    return {"required": True, "content": {"application/json": {"schema": schema}}}


@notices.post(
    "",
    status_code=204,
    dependencies=[SameAgain],
    responses=problems(errors.SignatureWrong, errors.NoticeWrong, errors.OrderNotFound),
    openapi_extra={"requestBody": _body()},
)
async def hear(notice: SignedNotice, session: SessionDep, clock: ClockDep) -> None:
    """Be told by the payment provider what became of an order; told again it changes nothing."""
    await service.hear(session, clock, notice)


@of_registration.get("", responses=problems(*_SIGNED, NotRegistered, errors.OrderNotFound))
async def own(
    registration_id: UUID, person: OwnPerson, session: SessionDep, till: TillDep
) -> PaymentOut:
    """Read what a seat of yours costs, what you paid, and what goes back; also when it ended."""
    return await service.own(session, till, person, registration_id)


@of_activity.get("", responses=problems(*_SIGNED, ActivityNotFound))
async def figures(
    activity_id: UUID, who: PaymentStaff, session: SessionDep, clock: ClockDep
) -> PaymentFigures:
    """Read what is due, was paid and went back at your activity, or one of your region."""
    return await service.figures(session, clock, who, activity_id)


@differences.get("", responses=problems(*_SIGNED, CursorInvalid))
async def list_differences(
    who: PaymentStaff, page: PageDep, session: SessionDep, clock: ClockDep
) -> Page[DifferenceOut]:
    """List where our entries differ from the provider's statement, at yours or in your region."""
    return await service.differences(session, clock, who, page)


@differences.put(
    "/{difference_id}",
    responses=problems(
        *_SIGNED,
        VersionInvalid,
        VersionChanged,
        VersionRequired,
        errors.DifferenceNotFound,
        errors.Explained,
    ),
)
async def explain(
    difference_id: UUID,
    body: Explanation,
    who: Finance,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> DifferenceOut:
    """Say why there is a difference in your region; once, and audited."""
    return await service.explain(session, clock, who, difference_id, version, body)
