import time
from datetime import timedelta

import pytest
from talent_bank.behaviour import Behaviour, Effect, effect_on


def test_every_nth_order_is_hit_and_no_other():
    behaviour = Behaviour(every={Effect.LATE: 3})
    hit = [n for n in range(1, 10) if effect_on(n, "6222000000000011", behaviour)]
    assert hit == [3, 6, 9]


def test_of_two_effects_the_first_of_the_list_happens():
    behaviour = Behaviour(every={Effect.LATE: 2, Effect.ACCOUNT_CLOSED: 4})
    effects = [effect_on(n, "6222000000000011", behaviour) for n in range(1, 5)]
    assert effects == [None, Effect.LATE, None, Effect.ACCOUNT_CLOSED]


@pytest.mark.parametrize(
    ("account", "effect"),
    [
        ("6222000000000099", Effect.ACCOUNT_CLOSED),
        ("6222000000000098", None),
        ("6222000000000990", None),
    ],
)
def test_accounts_are_closed_by_their_last_digits(account, effect):
    assert effect_on(1, account, Behaviour(closed_endings=["99"])) is effect


async def test_a_closed_account_fails_for_good_and_another_account_is_paid(bank):
    await bank.behave(closed_endings=["99"])
    failed = await bank.send(account_number="6222000000000099")
    assert (failed.json()["status"], failed.json()["reason"]) == ("failed", "account-closed")
    await bank.behave()
    state = await bank.state(failed.json()["order_id"])
    assert state.json()["status"] == "failed"
    assert await bank.lines() == []
    assert (await bank.send(account_number="6222000000000099")).json()["status"] == "booked"


async def test_repeats_are_not_counted(bank):
    await bank.behave(every={"account_closed": 2})
    order = {
        "order_id": "019a9b1c-2f00-7000-8000-000000000001",
        "account_number": "6222000000000011",
        "holder": "甲",
        "amount_fen": 1,
        "currency": "CNY",
    }
    states = [(await bank.resend(order)).json()["status"] for _ in range(3)]
    assert states == ["booked"] * 3
    assert (await bank.send()).json()["status"] == "failed"


async def test_a_lost_answer_is_booked(bank):
    await bank.behave(every={"lost": 1}, silence_seconds=0)
    order_id = "019a9b1c-2f00-7000-8000-000000000001"
    answer = await bank.send(order_id=order_id)
    assert (answer.status_code, answer.json()["code"]) == (504, "bank.no-answer")
    assert (await bank.state(order_id)).json()["status"] == "booked"
    assert len(await bank.lines()) == 1


async def test_a_silent_order_was_never_taken_and_may_be_sent_again(bank):
    await bank.behave(every={"silent": 2}, silence_seconds=0)
    order_id = "019a9b1c-2f00-7000-8000-000000000001"
    await bank.send()
    assert (await bank.send(order_id=order_id)).status_code == 504
    assert (await bank.state(order_id)).status_code == 404
    assert (await bank.send(order_id=order_id)).json()["status"] == "booked"
    assert len(await bank.lines()) == 2


async def test_an_order_sent_to_the_books_twice_is_booked_once(bank):
    await bank.behave(every={"twice": 1})
    assert (await bank.send()).json()["status"] == "booked"
    assert len(await bank.lines()) == 1


async def test_a_wrong_amount_shows_in_answer_and_statement(bank):
    await bank.behave(every={"wrong_amount": 1})
    assert (await bank.send(amount_fen=500)).json()["amount_fen"] == 499
    assert [line["amount_fen"] for line in await bank.lines()] == [499]


async def test_a_late_answer_is_late_and_its_order_booked_before(bank):
    await bank.behave(every={"late": 1}, late_seconds=0.3)
    began = time.monotonic()
    assert (await bank.send()).json()["status"] == "booked"
    assert time.monotonic() - began >= 0.3


async def test_an_accepted_order_is_booked_when_its_time_has_come(bank):
    await bank.behave(every={"accepted": 1}, booking_seconds=60)
    order_id = (await bank.send()).json()["order_id"]
    bank.clock.move(timedelta(seconds=59))
    assert (await bank.state(order_id)).json()["status"] == "accepted"
    assert await bank.lines() == []
    bank.clock.move(timedelta(seconds=1))
    assert len(await bank.lines()) == 1
    bank.clock.move(timedelta(seconds=60))
    assert (await bank.state(order_id)).json()["status"] == "booked"
    assert len(await bank.lines()) == 1


@pytest.mark.parametrize(
    "behaviour", [{"every": {"late": 0}}, {"every": {"gone": 1}}, {"late_seconds": 121}, {"x": 1}]
)
async def test_wrong_settings_are_refused_and_change_nothing(bank, behaviour):
    await bank.behave(closed_endings=["7"])
    assert (await bank.http.put("/behaviour", json=behaviour)).status_code == 422
    now = (await bank.http.get("/behaviour")).json()["behaviour"]
    assert now["closed_endings"] == ["7"]


async def test_settings_at_their_limits_are_taken(bank):
    await bank.behave(every={"late": 1_000_000}, late_seconds=120, silence_seconds=0)
