"""Money that the bank moved and that came back (退汇) is owed again."""

from talent_policy.models import Payment

from ..disbursements.desk import ACCOUNT, CHECKER, OTHER_ACCOUNT, Desk
from .test_statements import compare, differences


async def brought_back(desk: Desk, fen: int) -> Payment:
    [payment] = await desk.paid(100)
    desk.bank.line("in", fen, reference=str(desk.bank.sent[0].order_id))
    await compare(desk)
    return payment


async def test_what_came_back_has_failed_and_is_released_to_the_account_as_it_is_now(
    desk: Desk,
) -> None:
    payment = await brought_back(desk, 100)
    found = await desk.payment(payment.id)
    assert (found["status"], found["failure"]) == ("failed", "returned-by-bank")
    assert await desk.balances() == {"bank": 0, "budget": -100, "payable": 100}
    assert await differences(desk) == []
    await desk.account(payment.payee_owner, OTHER_ACCOUNT)
    assert (await desk.release(payment.id)).status_code == 409
    changed_at = (await desk.payment(payment.id))["account_changed_at"]
    released = await desk.release(payment.id, account_changed_at=changed_at)
    assert released.status_code == 200
    await desk.policy.settle()
    await compare(desk)
    assert (await desk.payment(payment.id))["status"] == "paid"
    assert [sent.account for sent in desk.bank.sent] == [ACCOUNT, OTHER_ACCOUNT]
    assert (await desk.balances())["bank"] == desk.bank.booked == 100
    assert await differences(desk) == []


async def test_comparing_again_takes_nothing_back_twice(desk: Desk) -> None:
    payment = await brought_back(desk, 100)
    version = (await desk.payment(payment.id))["version"]
    await compare(desk)
    assert (await desk.payment(payment.id))["version"] == version
    assert (await desk.balances())["payable"] == 100


async def test_what_came_back_in_parts_is_taken_with_the_last(desk: Desk) -> None:
    payment = await brought_back(desk, 99)
    assert (await desk.payment(payment.id))["status"] == "paid"
    assert await differences(desk) == [("another_amount", 100, 1)]
    desk.bank.line("in", 1, reference=str(desk.bank.sent[0].order_id))
    await compare(desk)
    assert (await desk.payment(payment.id))["status"] == "failed"
    assert await differences(desk) == []


async def test_more_than_went_is_a_difference(desk: Desk) -> None:
    payment = await brought_back(desk, 101)
    assert (await desk.payment(payment.id))["status"] == "paid"
    assert await differences(desk) == [("another_amount", 100, -1)]


async def test_what_is_being_recovered_is_left_to_a_person(desk: Desk) -> None:
    [payment] = await desk.paid(100)
    body = {
        "application_id": str(payment.application_id),
        "amount_fen": 40,
        "reason": "false facts",
    }
    made = (await desk.post("/v1/recoveries", body)).json()
    await desk.post(f"/v1/recoveries/{made['id']}/confirm", version=made["version"], who=CHECKER)
    desk.bank.line("in", 100, reference=str(desk.bank.sent[0].order_id))
    await compare(desk)
    assert (await desk.payment(payment.id))["status"] == "paid"
    assert await differences(desk) == [("another_amount", 100, 0)]
