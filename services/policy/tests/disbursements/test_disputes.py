"""A bank that books another amount: nothing is booked here until two persons settle it."""

from datetime import timedelta
from uuid import UUID

import pytest
from httpx2 import Response
from talent_kit.auth import Role

from .desk import CHECKER, MAKER, THIRD, Desk, code
from .scripted_bank import books_less, books_more

PAID = {"outcome": "paid", "note": "the bank confirms"}
REFUSED = {"outcome": "refused", "note": "the bank took it back"}


async def disputed(desk: Desk, step, amount: int = 100) -> dict:
    desk.bank.steps = [step]
    [payment] = await desk.paid(amount)
    found = await desk.payment(payment.id)
    assert found["status"] == "disputed"
    return found


async def resolve(desk: Desk, payment: dict, body: dict, who: str = MAKER) -> Response:
    now = await desk.payment(UUID(payment["id"]))
    return await desk.post(f"/v1/payments/{payment['id']}/resolve", body, now["version"], who)


async def test_another_amount_is_a_difference_and_is_not_asked_for_again(desk: Desk) -> None:
    found = await disputed(desk, books_less)
    assert (found["bank_fen"], found["resolution"]) == (99, None)
    assert await desk.balances() == {"budget": -100, "payable": 100}
    [difference] = (await desk.get("/v1/differences", state="open"))["items"]
    assert (difference["kind"], difference["payment_id"]) == ("another_amount", found["id"])
    assert (difference["ours_fen"], difference["theirs_fen"]) == (0, 99)
    asked = len(desk.bank.asked)
    desk.policy.clock.move(timedelta(hours=1))
    await desk.policy.settle()
    assert len(desk.bank.asked) == asked


async def test_one_person_proposes_and_another_ends_it(desk: Desk) -> None:
    found = await disputed(desk, books_less)
    proposed = (await resolve(desk, found, PAID)).json()
    assert (proposed["status"], proposed["resolution"]) == ("disputed", "paid")
    assert code(await resolve(desk, found, PAID)) == (403, "policy.four-eyes")
    ended = (await resolve(desk, found, PAID, CHECKER)).json()
    assert (ended["status"], ended["failure"], ended["paid_fen"]) == ("failed", "paid-short", 99)
    assert await desk.balances() == {"bank": 99, "budget": -100, "payable": 1}
    assert (await desk.get("/v1/differences", state="open"))["items"] == []
    assert (await desk.release(UUID(found["id"]))).status_code == 200
    await desk.policy.settle()
    assert (await desk.payment(UUID(found["id"])))["status"] == "paid"
    assert [sent.amount_fen for sent in desk.bank.sent] == [100, 1]
    assert (await desk.balances())["bank"] == desk.bank.booked == 100


async def test_an_excess_stands_as_a_receivable(desk: Desk) -> None:
    found = await disputed(desk, books_more)
    await resolve(desk, found, PAID)
    ended = (await resolve(desk, found, PAID, CHECKER)).json()
    assert (ended["status"], ended["paid_fen"]) == ("paid", 101)
    balances = await desk.balances()
    assert balances == {"bank": 101, "budget": -100, "payable": 0, "receivable": -1}
    [recovery] = (await desk.get("/v1/recoveries"))["items"]
    assert (recovery["origin"], recovery["amount_fen"], recovery["status"]) == (
        "overpaid",
        1,
        "ordered",
    )


async def test_what_came_back_entirely_is_refused_and_released_anew(desk: Desk) -> None:
    found = await disputed(desk, books_less)
    assert code(await resolve(desk, found, REFUSED)) == (409, "policy.not-what-the-bank-says")
    order = desk.bank.sent[0].order_id
    desk.bank.line("in", 98, reference=str(order))
    await compare(desk)
    assert code(await resolve(desk, found, REFUSED)) == (409, "policy.not-what-the-bank-says")
    desk.bank.line("in", 1, reference=str(order))
    await compare(desk)
    assert (await desk.payment(UUID(found["id"])))["bank_fen"] == 0
    assert code(await resolve(desk, found, PAID)) == (409, "policy.not-what-the-bank-says")
    await resolve(desk, found, REFUSED)
    ended = (await resolve(desk, found, REFUSED, CHECKER)).json()
    assert (ended["status"], ended["failure"]) == ("failed", "returned-by-bank")
    assert await desk.balances() == {"budget": -100, "payable": 100}
    await desk.release(UUID(found["id"]))
    await desk.policy.settle()
    assert (await desk.balances())["bank"] == desk.bank.booked == 100


@pytest.mark.parametrize(("back", "status"), [(98, 409), (99, 200), (100, 200)])
async def test_where_more_came_back_than_went_it_is_refused_and_the_rest_a_difference(
    desk: Desk, back: int, status: int
) -> None:
    found = await disputed(desk, books_less)
    desk.bank.line("in", back, reference=str(desk.bank.sent[0].order_id))
    await compare(desk)
    assert (await resolve(desk, found, REFUSED)).status_code == status
    ended = await resolve(desk, found, REFUSED, CHECKER)
    assert ended.status_code == status, ended.text
    if status == 409:
        return
    assert (ended.json()["status"], ended.json()["paid_fen"]) == ("failed", 0)
    assert await desk.balances() == {"budget": -100, "payable": 100}
    await compare(desk)
    left = (await desk.get("/v1/differences", state="open"))["items"]
    assert [(row["ours_fen"], row["theirs_fen"]) for row in left] == [(0, -1)] * (back - 99)
    assert (await desk.release(UUID(found["id"]))).status_code == 200


async def compare(desk: Desk) -> None:
    desk.policy.clock.move(timedelta(minutes=1))
    answer = await desk.post("/v1/statements", {"day": "2026-06-01"})
    assert answer.status_code == 202
    await desk.policy.settle()


@pytest.mark.parametrize("who", ["reviewer-1"])
async def test_whoever_approved_does_not_settle(desk: Desk, who: str) -> None:
    found = await disputed(desk, books_less)
    assert code(await resolve(desk, found, PAID, who)) == (403, "policy.four-eyes")


async def test_the_second_word_counts_for_what_it_says(desk: Desk) -> None:
    found = await disputed(desk, books_less)
    await resolve(desk, found, PAID)
    desk.bank.line("in", 99, reference=str(desk.bank.sent[0].order_id))
    await compare(desk)
    changed = (await resolve(desk, found, REFUSED, CHECKER)).json()
    assert (changed["status"], changed["resolution"]) == ("disputed", "refused")
    ended = (await resolve(desk, found, REFUSED, THIRD)).json()
    assert ended["status"] == "failed"


async def test_a_payment_without_a_dispute_has_nothing_to_settle(desk: Desk) -> None:
    [payment] = await desk.paid(100)
    found = await desk.payment(payment.id)
    assert code(await resolve(desk, found, PAID)) == (409, "policy.not-disputed")
    away = await desk.post(
        f"/v1/payments/{payment.id}/resolve", PAID, found["version"], region="330800"
    )
    assert code(away) == (403, "outside-region")
    auditor = await desk.post(
        f"/v1/payments/{payment.id}/resolve", PAID, found["version"], role=Role.AUDITOR
    )
    assert auditor.status_code == 403
