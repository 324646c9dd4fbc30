"""Sending orders to the bank, many at a time.

No remote call happens inside a transaction: orders are marked as sent and committed before the
bank hears of them, so that after a crash they are asked for, not sent blindly.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.calls import CallFailed, CallRefused
from talent_kit.personal import DataKey
from talent_kit.service import Service
from talent_kit.timers import set_timer

from ..models.money import BankOrder, OrderStatus
from ..payees.service import Account, clear_accounts, mask
from . import repository
from .bank import MOST_ORDERS, Answers, Bank, BankAnswer, BankTransfer
from .service import SEND
from .settling import settle

log = logging.getLogger(__name__)

_LONGEST_PAUSE = 300
NO_ACCOUNT = BankAnswer("refused", 0, "no-account")
"""Of an order whose payee has no account any more, or was erased, before the bank had it."""


class Held(NamedTuple):
    """An order that this worker brings to an answer; without an account there is no transfer."""

    order_id: UUID
    transfer: BankTransfer | None
    seen_before: bool


class Sender:
    """Timer handler of `disbursements.send`: one round of what is due, whatever its lane."""

    def __init__(self, service: Service, bank: Bank) -> None:
        self._service = service
        self._bank = bank
        self._hold = timedelta(seconds=service.settings.timer_lease_seconds)
        self._turn = asyncio.Lock()
        self._begun = 0
        """How many times orders were claimed."""
        self._more = False
        """Whether the last claim may have left any, as where it failed."""

    async def __call__(self, key: str) -> None:
        """Bring many orders nearer to an answer; the lane runs again while any is open.

        Lanes fall due together: one claims for all, unless it leaves more.
        """
        begun = self._begun
        async with self._turn:
            await asyncio.sleep(0)  # those of the same instant come now
            if self._begun > begun and not self._more:
                return
            self._begun, self._more = self._begun + 1, True
            async with self._service.database.transaction() as session:
                held = await self._claim(session)
                if not held:
                    await _again(session, key)
            self._more = len(held) == MOST_ORDERS
        if not held:
            return
        answers = await self._answers(held)
        async with self._service.database.transaction() as session:
            await settle(session, self._service.clock, answers)
            open_ = [
                order.order_id
                for order in held
                if order.order_id not in answers or answers[order.order_id].status == "pending"
            ]
            if open_:
                await self._put_off(session, open_)
            await _again(session, key)

    async def _claim(self, session: AsyncSession) -> list[Held]:
        """Mark what is due as sent and hold it; its account is pinned when it is first sent."""
        now = self._service.clock.now()
        orders = await repository.claim_orders(session, now, MOST_ORDERS)
        if not orders:
            return []
        payments = await repository.payments(
            session, [order.payment_id for order in orders], lock=False
        )
        owners = {(row.payee_kind, row.payee_owner) for row in payments.values()}
        vault = self._service.vault
        # What was on its way to a talent who was erased is sealed under a key of the order's own.
        sealers = [*(owner for _, owner in owners), *(order.id for order in orders)]
        keys = await vault.data_keys(session, sealers)
        fresh = {
            (payments[order.payment_id].payee_kind, payments[order.payment_id].payee_owner)
            for order in orders
            if order.account_sealed is None
        }
        accounts = await clear_accounts(session, vault, fresh) if fresh else {}
        held = []
        for order in orders:
            payment = payments[order.payment_id]
            key = keys.get(order.id) or keys.get(payment.payee_owner)
            account = accounts.get((payment.payee_kind, payment.payee_owner))
            transfer = _in_clear(order, key, account)
            held.append(Held(order.id, transfer, order.status == OrderStatus.SENT))
            order.status, order.next_at = OrderStatus.SENT, now + self._hold
        return held

    async def _answers(self, held: Sequence[Held]) -> Answers:
        """Ask for what was sent before, and send what the bank has not seen."""
        answers: dict[UUID, BankAnswer] = {}
        seen = [order.order_id for order in held if order.seen_before]
        try:
            if seen:
                answers |= await self._bank.ask(seen)
            unsent = [order for order in held if order.order_id not in answers]
            answers |= {order.order_id: NO_ACCOUNT for order in unsent if order.transfer is None}
            transfers = [order.transfer for order in unsent if order.transfer is not None]
            if transfers:
                answers |= await self._bank.send(transfers)
        except CallRefused as refused:
            log.warning("the bank refused", extra={"status": refused.status})
        except CallFailed:
            log.info("the bank did not answer", extra={"orders": len(held)})
        return answers

    async def _put_off(self, session: AsyncSession, order_ids: list[UUID]) -> None:
        now = self._service.clock.now()
        for order in await repository.open_orders(session, order_ids):
            order.tries += 1
            order.next_at = now + timedelta(seconds=min(2**order.tries, _LONGEST_PAUSE))
        await session.flush()


async def _again(session: AsyncSession, lane: str) -> None:
    """Let a lane run again when the next open order is due."""
    following = await repository.next_order_at(session)
    if following is not None:
        await set_timer(session, SEND, lane, following)


def _in_clear(
    order: BankOrder, key: DataKey | None, account: Account | None
) -> BankTransfer | None:
    """Return the order in clear, None where it has no account that can be read."""
    if key is None:
        return None
    place = ("bank_order", "account", order.id)
    if order.account_sealed is not None:
        account = Account(*json.loads(key.open(order.account_sealed, *place)))
    elif account is None:
        return None
    else:
        order.account_sealed = key.seal(json.dumps(account), *place)
        order.account_mask = mask(account.number)
    return BankTransfer(
        order_id=order.id,
        account=account.number,
        holder=account.holder,
        bank_code=account.bank_code,
        amount_fen=order.amount_fen,
    )
