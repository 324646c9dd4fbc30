"""Timed work on payments: sending orders to the bank, and instalments that fall due.

No remote call happens inside a transaction: an order is marked as sent and committed before the
bank hears of it, so that after a crash it is asked for, not sent blindly.
"""

import json
import logging
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.service import Service

from ..models.money import BankOrder, OrderStatus
from ..payees.service import Account, clear_account
from . import repository
from . import service as disbursements
from .bank import Bank, BankAnswer, BankTransfer, BankUnknown

log = logging.getLogger(__name__)


class Sender:
    """Timer handler of `disbursements.send`."""

    def __init__(self, service: Service, bank: Bank) -> None:
        self._service = service
        self._bank = bank

    async def __call__(self, key: str) -> None:
        """Bring one order to a definite answer; raises BankUnknown, and is tried again then."""
        order_id = UUID(key)
        async with self._service.database.transaction() as session:
            order = await repository.order(session, order_id, lock=True)
            if order is None or order.status not in repository.OPEN_ORDERS:
                return
            seen_before = order.status == OrderStatus.SENT
            transfer = await self._in_clear(session, order)
            order.status = OrderStatus.SENT
        answer = await self._bank.ask(order_id) if seen_before else None
        if answer is None:
            answer = await self._bank.send(transfer)
        self._check(order, answer)
        async with self._service.database.transaction() as session:
            await disbursements.settle(session, self._service.clock, order_id, answer)

    async def _in_clear(self, session: AsyncSession, order: BankOrder) -> BankTransfer:
        """Return the order in clear; its account is pinned when it is first sent."""
        payment = await repository.payment(session, order.payment_id)
        if payment is None:
            raise LookupError("a bank order without its payment")
        vault, place = self._service.vault, ("bank_order", "account", order.id)
        key = await vault.data_key(session, payment.payee_owner)
        if order.account_sealed is None:
            found = await clear_account(session, vault, payment.payee_kind, payment.payee_owner)
            order.account_sealed = key.seal(json.dumps(found), *place)
        account = Account(*json.loads(key.open(order.account_sealed, *place)))
        return BankTransfer(
            order_id=order.id,
            account=account.number,
            holder=account.holder,
            bank_code=account.bank_code,
            amount_fen=order.amount_fen,
        )

    def _check(self, order: BankOrder, answer: BankAnswer) -> None:
        """Refuse to book an answer of another amount: a person must look at it."""
        if answer.status == "booked" and answer.amount_fen != order.amount_fen:
            log.error("the bank booked another amount", extra={"order": str(order.id)})
            raise BankUnknown
