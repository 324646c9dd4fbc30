"""Erasing a talent here, after identity has (注销).

The data key is destroyed at once, so that nothing that comes late can be kept. What is on its way
to the bank arrives first: its accounts get keys of their own, destroyed when the last has arrived.
Amounts, citations, claims and the ledger stay, under a pseudonym that leads to nobody.
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import ApplicationWithdrawn, StandingChanged
from talent_kit.clock import Clock
from talent_kit.outbox import save_event
from talent_kit.personal import Vault
from talent_kit.service import Service
from talent_kit.timers import set_timer

from ..applications import service as applications
from ..disbursements import service as disbursements
from ..models.applications import ApplicationStatus
from ..models.money import Payment, PaymentStatus
from ..payees.service import clear_accounts, mask
from . import repository

SETTLE = "rights.settle"
"""Timer: see whether the money that was on its way has arrived; the key is the talent's id."""
_AGAIN = timedelta(minutes=10)
_STOPPABLE = (PaymentStatus.PLANNED, PaymentStatus.ORDERED, PaymentStatus.FAILED)


async def erase(session: AsyncSession, vault: Vault, clock: Clock, talent_id: UUID) -> None:
    """Erase a talent; once more changes nothing."""
    person = await repository.person(session, talent_id)
    formerly = person.formerly if person else []
    if not await repository.begin_erasure(session, talent_id, formerly, clock.now()):
        return
    await _end(session, clock, talent_id)
    on_its_way = await repository.unended(session, talent_id)
    await _set_apart(session, vault, talent_id, on_its_way)
    # The key first: whoever writes in clear holds it meanwhile, and what they wrote is removed.
    await vault.destroy(session, talent_id)
    await repository.remove(session, talent_id, person.login if person else None)
    await set_timer(session, SETTLE, str(talent_id), clock.now() + _AGAIN)


async def _end(session: AsyncSession, clock: Clock, talent_id: UUID) -> None:
    """Withdraw what is not decided, and stop what is not on its way."""
    for application in await repository.undecided(session, talent_id):
        application.status = ApplicationStatus.WITHDRAWN
        application.version += 1
        event = ApplicationWithdrawn(**applications.state(application))
        await save_event(session, clock, event)
    for payment in await repository.unended(session, talent_id, only=_STOPPABLE):
        await disbursements.stop(session, clock, payment)


async def _set_apart(
    session: AsyncSession, vault: Vault, talent_id: UUID, payments: Sequence[Payment]
) -> None:
    """Seal the accounts of open orders each under a key of the order's own."""
    owner = ("person", talent_id)
    account = (await clear_accounts(session, vault, {owner})).get(owner)
    former = (await vault.data_keys(session, [talent_id])).get(talent_id)
    orders = await repository.open_orders(session, [payment.id for payment in payments])
    for order in orders:
        place = ("bank_order", "account", order.id)
        if order.account_sealed is not None and former is not None:
            clear = former.open(order.account_sealed, *place)
        elif account is not None:
            clear, order.account_mask = json.dumps(account), mask(account.number)
        else:
            continue
        order.account_sealed = (await vault.data_key(session, order.id)).seal(clear, *place)


class Settle:
    """Timer handler of `rights.settle`.

    What came back from the bank is not sent again: it is stopped, and its budget is free. So is
    what a request that was under way during the erasure has left behind. What was told of the
    talent's degree and class goes from the bus, where a bus can forget; applications and payments
    stay there, which others follow, as long as it keeps messages.
    """

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, key: str) -> None:
        """End what can be ended; look again later while something is on its way."""
        talent_id, clock = UUID(key), self._service.clock
        topic, told = StandingChanged.topic(), StandingChanged.TYPE.encode()
        await self._service.bus.forget(topic, key.encode(), lambda message: told not in message)
        async with self._service.database.transaction() as session:
            erasure = await repository.erasure(session, talent_id)
            if erasure is None or erasure.settled_at is not None:
                return
            await _end(session, clock, talent_id)
            if await repository.unended(session, talent_id):
                await set_timer(session, SETTLE, key, clock.now() + _AGAIN)
                return
            for order_id in await repository.orders_to(session, talent_id):
                await self._service.vault.destroy(session, order_id)
            erasure.settled_at = clock.now()
