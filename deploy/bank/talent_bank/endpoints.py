"""The bank's interface to its client, and the simulation's to whoever tests."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from talent_kit.database import SessionDep
from talent_kit.problems import Invalid, Unavailable, problems

from . import service
from .access import BankClient
from .answers import answer, answers
from .behaviour import Behaviour
from .errors import NoAnswer, NoOrder, OrderChanged, UnknownClient
from .schemas import (
    PlainBooking,
    Simulation,
    Statement,
    StatementLine,
    StatementQuery,
    TransferOrder,
    TransferOrders,
    TransferQuery,
    TransferState,
    TransferStates,
)

router = APIRouter(responses=problems(Invalid, Unavailable))


@router.post(
    "/transfers",
    response_model=TransferState,
    responses=problems(UnknownClient, OrderChanged, NoAnswer),
    tags=["bank"],
)
async def transfer(
    body: TransferOrder, _: BankClient, session: SessionDep, request: Request
) -> Response:
    """Pay an account; the same order again moves nothing and is answered with its state."""
    bank = request.app.state.service
    return answer((await service.take(session, bank.clock, bank.key, [body]))[0])


@router.post(
    "/transfer-lists",
    response_model=TransferStates,
    responses=problems(UnknownClient, OrderChanged, NoAnswer),
    tags=["bank"],
)
async def transfer_many(
    body: TransferOrders, _: BankClient, session: SessionDep, request: Request
) -> Response:
    """Pay many accounts, answered item by item; what was sent before moves nothing."""
    bank = request.app.state.service
    return answers(await service.take(session, bank.clock, bank.key, body.orders))


@router.post("/transfer-queries", responses=problems(UnknownClient), tags=["bank"])
async def query(
    body: TransferQuery, _: BankClient, session: SessionDep, request: Request
) -> TransferStates:
    """Ask what has become of many orders; those never taken are left out."""
    clock = request.app.state.service.clock
    return TransferStates(states=await service.states_of(session, clock, body.order_ids))


@router.get("/transfers/{order_id}", responses=problems(UnknownClient, NoOrder), tags=["bank"])
async def state(
    order_id: UUID, _: BankClient, session: SessionDep, request: Request
) -> TransferState:
    """Ask what has become of an order."""
    return await service.state_of(session, request.app.state.service.clock, order_id)


@router.get("/statement", tags=["simulation"])
async def statement(
    asked: Annotated[StatementQuery, Query()], session: SessionDep, request: Request
) -> Statement:
    """Read the bookings from `from` until before `to`; open, as it names nobody."""
    return await service.statement(session, request.app.state.service.clock, asked)


@router.post("/bookings", status_code=201, tags=["simulation"])
async def book(body: PlainBooking, session: SessionDep, request: Request) -> StatementLine:
    """Pay in under a reference, or take a fee."""
    return await service.book_plainly(session, request.app.state.service.clock, body)


@router.get("/behaviour", tags=["simulation"])
async def behaviour(session: SessionDep) -> Simulation:
    """Read how the bank behaves."""
    return await service.simulation(session)


@router.put("/behaviour", tags=["simulation"])
async def behave(body: Behaviour, session: SessionDep) -> Simulation:
    """Change how the bank treats the orders to come; replaces all settings."""
    return await service.behave(session, body)
