"""Orders in bulk: every answer that a bank may give or fail to give, and crashes in between."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from talent_kit.calls import CallFailed
from talent_policy.disbursements import repository, worker
from talent_policy.disbursements.bank import MOST_ORDERS
from talent_policy.disbursements.worker import Sender
from talent_policy.models import BankOrder, Transfer

from .desk import Desk
from .scripted_bank import books_but_stays_silent, books_later, never_hears_it, refuses


async def several(desk: Desk, count: int) -> list:
    """Release as many payments as their standing order allows at once."""
    made = [await desk.owed(100, approved_by=None) for _ in range(count)]
    return [payments[0].id for payments in made]


async def statuses(desk: Desk, ids: list) -> list[str]:
    return [(await desk.payment(one))["status"] for one in ids]


async def booked_once(desk: Desk, count: int) -> None:
    """The books agree with the bank: each payment once, nothing else."""
    async with desk.policy.service.database.transaction() as session:
        rows = (await session.exec(select(Transfer).where(Transfer.kind == "payment"))).all()
    assert len({row.payment_id for row in rows}) == len(rows) == count
    assert (await desk.balances())["bank"] == desk.bank.booked == 100 * count


async def test_many_orders_go_in_one_message(desk: Desk) -> None:
    ids = await several(desk, 30)
    await desk.policy.settle()
    assert set(await statuses(desk, ids)) == {"paid"}
    assert max(desk.bank.messages) > 7
    await booked_once(desk, 30)


@pytest.mark.parametrize(
    ("most", "count"), [(3, 2), (3, 3), (3, 4), (MOST_ORDERS, MOST_ORDERS + 1)]
)
async def test_a_message_holds_so_many_and_no_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, most: int, count: int
) -> None:
    """Around a small limit, and beyond the real one, which takes hundreds of orders."""
    monkeypatch.setattr(worker, "MOST_ORDERS", most)
    await several(desk, count)
    sender = Sender(desk.policy.service, desk.bank)
    await sender("0")
    assert desk.bank.messages == [min(count, most)]
    await sender("0")
    assert sum(desk.bank.messages) == count
    await booked_once(desk, count)


async def test_a_partial_answer_settles_what_it_tells_and_asks_for_the_rest(desk: Desk) -> None:
    desk.bank.steps = [books_but_stays_silent, refuses, never_hears_it, books_later]
    ids = await several(desk, 6)
    await desk.policy.settle()
    found = await statuses(desk, ids)
    assert sorted(found) == ["failed", "paid", "paid", "released", "released", "released"]
    later = next(one for one, known in desk.bank.known.items() if known.status == "pending")
    desk.policy.clock.move(timedelta(seconds=5))
    await desk.policy.settle()
    assert sorted(await statuses(desk, ids)) == ["failed", *["paid"] * 4, "released"]
    sent = [transfer.order_id for transfer in desk.bank.sent]
    assert sent.count(later) == 1
    transfer = next(one for one in desk.bank.sent if one.order_id == later)
    del desk.bank.known[later]
    desk.bank.book(transfer, transfer.amount_fen)
    desk.policy.clock.move(timedelta(seconds=10))
    await desk.policy.settle()
    assert sent == [transfer.order_id for transfer in desk.bank.sent]
    await booked_once(desk, 5)


async def test_a_bank_that_never_answers_is_asked_and_pays_once(desk: Desk) -> None:
    desk.bank.deaf = True
    ids = await several(desk, 3)
    for _ in range(4):
        await desk.policy.settle()
        desk.policy.clock.move(timedelta(minutes=6))
    assert set(await statuses(desk, ids)) == {"released"}
    assert len(desk.bank.sent) == 3
    assert len(desk.bank.asked) >= 9
    desk.bank.deaf = False
    await desk.policy.settle()
    assert set(await statuses(desk, ids)) == {"paid"}
    assert len(desk.bank.sent) == 3
    await booked_once(desk, 3)


async def test_lanes_of_one_instant_claim_once_unless_that_leaves_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "MOST_ORDERS", 3)
    claimed = []
    claim = repository.claim_orders

    async def counting(*given: Any) -> Any:
        orders = await claim(*given)
        claimed.append(len(orders))
        return orders

    monkeypatch.setattr(repository, "claim_orders", counting)
    await several(desk, 2)
    sender = Sender(desk.policy.service, desk.bank)
    await asyncio.gather(*(sender(str(lane)) for lane in range(4)))
    assert claimed == [2]
    await several(desk, 7)
    await asyncio.gather(*(sender(str(lane)) for lane in range(4)))
    assert claimed == [2, 3, 3, 1]
    await booked_once(desk, 9)


async def test_where_one_lane_cannot_claim_the_next_does(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = repository.claim_orders
    failures = [ConnectionResetError()]

    async def failing_once(*given: Any) -> Any:
        if failures:
            raise failures.pop()
        return await claim(*given)

    monkeypatch.setattr(repository, "claim_orders", failing_once)
    await several(desk, 2)
    sender = Sender(desk.policy.service, desk.bank)
    outcomes = await asyncio.gather(
        *(sender(str(lane)) for lane in range(4)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [ConnectionResetError, *[type(None)] * 3]
    await booked_once(desk, 2)


async def test_two_senders_take_different_orders(desk: Desk) -> None:
    await several(desk, 40)
    await asyncio.gather(*(Sender(desk.policy.service, desk.bank)(str(n)) for n in range(4)))
    await desk.policy.settle()
    assert len({transfer.order_id for transfer in desk.bank.sent}) == len(desk.bank.sent) == 40
    await booked_once(desk, 40)


@pytest.mark.parametrize("after", ["claim", "send"])
async def test_a_worker_that_dies_in_between_asks_before_it_sends_again(
    desk: Desk, monkeypatch, after: str
) -> None:
    ids = await several(desk, 5)
    sender = Sender(desk.policy.service, desk.bank)

    async def dies(*_):
        raise SystemError

    if after == "claim":
        monkeypatch.setattr(desk.bank, "send", dies)
    else:
        monkeypatch.setattr("talent_policy.disbursements.worker.settle", dies)
    with pytest.raises(SystemError):
        await sender("0")
    monkeypatch.undo()
    await desk.policy.settle()
    assert set(await statuses(desk, ids)) == {"released"}
    desk.policy.clock.move(timedelta(minutes=2))
    await desk.policy.settle()
    assert set(await statuses(desk, ids)) == {"paid"}
    assert len(desk.bank.asked) == 5
    assert len(desk.bank.sent) == 5
    await booked_once(desk, 5)


async def test_an_order_without_an_account_is_refused_here(desk: Desk) -> None:
    [payment] = await desk.owed(100, account=False)
    await desk.release(payment.id)
    await desk.policy.settle()
    found = await desk.payment(payment.id)
    assert (found["status"], found["failure"]) == ("failed", "no-account")
    assert desk.bank.sent == []


async def test_an_order_waits_longer_each_time_and_never_longer_than_five_minutes(
    desk: Desk,
) -> None:
    desk.bank.deaf = True
    await several(desk, 1)
    pauses = []
    for _ in range(11):
        await Sender(desk.policy.service, desk.bank)("0")
        async with desk.policy.service.database.transaction() as session:
            [order] = (await session.exec(select(BankOrder))).all()
        pause = order.next_at - desk.policy.clock.now()
        pauses.append(pause.total_seconds())
        desk.policy.clock.move(pause)
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


async def test_the_bank_says_nothing_at_all(desk: Desk, monkeypatch) -> None:
    async def unknown(*_):
        raise CallFailed

    monkeypatch.setattr(desk.bank, "send", unknown)
    [one] = await several(desk, 1)
    await desk.policy.settle()
    assert (await desk.payment(one))["status"] == "released"
