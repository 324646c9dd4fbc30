"""What is being recovered is not paid on: what the bank has is stopped when it comes back."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select
from talent_contracts import TalentErased
from talent_policy.disbursements.service import fall_due
from talent_policy.models import Payment
from talent_policy.models.money import PaymentStatus

from ..disbursements.desk import CHECKER, MAKER, TALENT, Desk, code
from ..disbursements.scripted_bank import books, books_less, refuses
from ..world import deliver, talent
from .test_recoveries import REASON, ordered, propose


async def paid_and_owed(desk: Desk) -> list[Payment]:
    """Of one application the first instalment is paid, the second owed."""
    payments = await desk.paid(100, later=((date(2026, 6, 2), 50),))
    desk.policy.clock.move(timedelta(days=1))
    async with desk.policy.service.database.transaction() as session:
        second = (await session.exec(select(Payment).where(Payment.id == payments[1].id))).one()
        if second.status == PaymentStatus.PLANNED:
            await fall_due(session, desk.policy.clock, second)
    return payments


@pytest.mark.parametrize(
    ("step", "status", "owed", "reserved"),
    [(refuses, "stopped", 0, 100), (books, "paid", 0, 150)],
)
async def test_what_was_at_the_bank_is_stopped_when_it_comes_back(
    desk: Desk, step: Any, status: str, owed: int, reserved: int
) -> None:
    first, second = await paid_and_owed(desk)
    assert (await desk.release(second.id)).status_code == 200
    desk.bank.steps = [step]
    await ordered(desk, first, 100)
    await desk.policy.settle()
    assert (await desk.payment(second.id))["status"] == status
    assert ((await desk.balances())["payable"], await desk.reserved()) == (owed, reserved)
    assert code(await desk.release(second.id)) == (409, "policy.not-releasable")


@pytest.mark.parametrize(("back", "outcome", "reserved"), [(0, "paid", 149), (49, "refused", 100)])
async def test_a_dispute_that_ends_after_it_leaves_nothing_owed(
    desk: Desk, back: int, outcome: str, reserved: int
) -> None:
    first, second = await paid_and_owed(desk)
    desk.bank.steps = [books_less]
    await desk.release(second.id)
    await desk.policy.settle()
    await ordered(desk, first, 100)
    if back:
        desk.bank.line("in", back, reference=str(desk.bank.sent[-1].order_id))
        desk.policy.clock.move(timedelta(minutes=1))
        await desk.post("/v1/statements", {"day": "2026-06-02"})
        await desk.policy.settle()
    for who in (MAKER, CHECKER):
        version = (await desk.payment(second.id))["version"]
        body = {"outcome": outcome, "note": "so it is"}
        answer = await desk.post(f"/v1/payments/{second.id}/resolve", body, version, who)
        assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "stopped"
    assert ((await desk.balances())["payable"], await desk.reserved()) == (0, reserved)


@pytest.mark.parametrize("confirmed", [False, True])
async def test_what_is_owed_in_spite_of_it_is_not_released(desk: Desk, confirmed: bool) -> None:
    """As it could stand from before such payments were stopped."""
    first, second = await paid_and_owed(desk)
    batch = (await desk.post("/v1/batches", {"region": "350700"})).json()
    if confirmed:
        await ordered(desk, first, 100)
    else:
        assert (await propose(desk, first, 100)).status_code == 201
    async with desk.policy.service.database.transaction() as session:
        row = (await session.exec(select(Payment).where(Payment.id == second.id))).one()
        row.status = PaymentStatus.FAILED
    url = f"/v1/batches/{batch['id']}/release"
    together = await desk.post(url, {}, batch["version"], CHECKER)
    alone = await desk.release(second.id)
    if confirmed:
        assert code(together) == (409, "policy.nothing-releasable")
        [refused] = together.json()["refused"]
        assert refused["code"] == "policy.not-releasable"
        assert code(alone) == (409, "policy.not-releasable")
    else:
        assert together.status_code == 200


async def test_what_the_bank_paid_too_much_stops_nothing(desk: Desk) -> None:
    first, second = await paid_and_owed(desk)
    async with desk.policy.service.database.engine.begin() as connection:
        await ordered(desk, first, 1)
        await connection.exec_driver_sql("UPDATE recovery SET origin = 'overpaid'")
        await connection.exec_driver_sql(
            f"UPDATE payment SET status = 'failed' WHERE id = '{second.id}'"
        )
    assert (await desk.release(second.id)).status_code == 200


async def test_nobody_proposes_to_recover_from_the_own_account(desk: Desk) -> None:
    who = talent(login=MAKER)
    await deliver(desk.policy, who)
    [payment] = await desk.owed(100, payee_owner=who.talent_id)
    await desk.account(who.talent_id)
    assert (await desk.release(payment.id, CHECKER)).status_code == 200
    await desk.policy.settle()
    assert code(await propose(desk, payment, 100)) == (403, "policy.own-payment")
    assert (await propose(desk, payment, 100, CHECKER)).status_code == 201


async def test_money_is_recovered_after_the_person_was_erased(desk: Desk) -> None:
    who = talent(login=TALENT.subject)
    await deliver(desk.policy, who)
    await desk.account(who.talent_id)
    [before] = await desk.paid(100, payee_owner=who.talent_id)
    known = (await propose(desk, before, 40)).json()
    await deliver(desk.policy, TalentErased(version=9, talent_id=who.talent_id))
    made = await propose(desk, before, 60)
    assert made.status_code == 201, made.text
    assert made.json()["reason"] == REASON
    assert REASON not in await desk.policy.stored()
    assert (await desk.get(f"/v1/recoveries/{known['id']}"))["reason"] is None
    url = f"/v1/recoveries/{made.json()['id']}/confirm"
    answer = await desk.post(url, version=1, who=CHECKER)
    assert (answer.status_code, answer.json()["reason"]) == (200, REASON)
