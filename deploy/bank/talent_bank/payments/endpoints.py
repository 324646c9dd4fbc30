"""The provider's page for payers, its interface to the merchant, and the simulation's."""

from html import escape
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from talent_kit.database import SessionDep
from talent_kit.problems import Invalid, Unavailable, problems

from ..answers import LateAnswer, Silence
from ..errors import NoAnswer, UnknownClient
from ..schemas import StatementQuery
from . import errors, service
from .access import Merchant
from .behaviour import PaymentBehaviour, QuestionEffect, RefundEffect
from .schemas import (
    Address,
    CheckoutQuery,
    CheckoutState,
    CheckoutStates,
    Closing,
    PaymentSimulation,
    PaymentStatement,
    RefundOrder,
    RefundState,
)
from .service import Outcome, S

router = APIRouter(prefix="/payments", responses=problems(Invalid, Unavailable))

AddressDep = Annotated[Address, Query()]


@router.get("/pay", response_class=HTMLResponse, tags=["payer"])
async def page(address: AddressDep, request: Request) -> HTMLResponse:
    """See what is to be paid, and a button that pays it."""
    provider = request.app.state.service
    service.check(provider.payments_key, address)
    yuan = f"{address.a // 100}.{address.a % 100:02}"
    action = escape(f"?{request.url.query}")
    return HTMLResponse(
        f"<!doctype html><meta charset=utf-8><title>{escape(address.t)}</title>"
        f"<h1>{escape(address.t)}</h1><p>¥ {yuan} · {address.n.hex}</p>"
        f'<form method=post action="{action}"><button>支付 / Pay</button></form>'
    )


@router.post(
    "/pay",
    responses=problems(errors.WrongSignature, errors.CheckoutClosed, errors.CheckoutPaid),
    tags=["payer"],
)
async def pay(address: AddressDep, session: SessionDep, request: Request) -> CheckoutState:
    """Pay what a signed address asks for."""
    provider = request.app.state.service
    service.check(provider.payments_key, address)
    return await service.pay(session, provider.clock, address, bool(provider.notify_url))


@router.post(
    "/queries",
    response_model=CheckoutStates,
    responses=problems(UnknownClient, NoAnswer),
    tags=["merchant"],
)
async def ask(body: CheckoutQuery, _: Merchant, session: SessionDep) -> Response:
    """Ask what has become of orders; those that nobody opened are left out."""
    return _answered(await service.ask(session, body.numbers))


@router.post(
    "/closures",
    response_model=CheckoutState,
    responses=problems(UnknownClient, NoAnswer),
    tags=["merchant"],
)
async def close(body: Closing, _: Merchant, session: SessionDep) -> Response:
    """Close an order, opened or not; one that is paid stays so, as the answer says."""
    return _answered(await service.close(session, body.number))


@router.post(
    "/refunds",
    response_model=RefundState,
    responses=problems(
        UnknownClient,
        NoAnswer,
        errors.NoPayment,
        errors.RefundChanged,
        errors.RefundTooLarge,
        errors.RefundRefused,
    ),
    tags=["merchant"],
)
async def refund(body: RefundOrder, _: Merchant, session: SessionDep, request: Request) -> Response:
    """Give money back; the same number again moves nothing and is answered with its state."""
    return _answered(await service.refund(session, request.app.state.service.clock, body))


@router.get("/statement", tags=["simulation"])
async def statement(
    asked: Annotated[StatementQuery, Query()], session: SessionDep, request: Request
) -> PaymentStatement:
    """Read what was booked from `from` until before `to`; open, as it names nobody."""
    return await service.statement(session, request.app.state.service.clock, asked)


@router.get("/behaviour", tags=["simulation"])
async def behaviour(session: SessionDep) -> PaymentSimulation:
    """Read how the provider behaves."""
    return await service.simulation(session)


@router.put("/behaviour", tags=["simulation"])
async def behave(body: PaymentBehaviour, session: SessionDep) -> PaymentSimulation:
    """Change how the provider treats what is to come; replaces all settings."""
    return await service.behave(session, body)


_UNANSWERED = frozenset(
    {RefundEffect.SILENT, RefundEffect.LOST, QuestionEffect.UNANSWERED, QuestionEffect.LOST}
)


def _answered(outcome: Outcome[S]) -> Response:
    if outcome.effect in _UNANSWERED:
        return Silence(outcome.behaviour.silence_seconds)
    if outcome.effect is RefundEffect.REFUSED:
        raise errors.RefundRefused
    late = outcome.effect is QuestionEffect.LATE
    seconds = outcome.behaviour.late_seconds if late else 0
    return LateAnswer(outcome.state.model_dump(mode="json"), seconds)
