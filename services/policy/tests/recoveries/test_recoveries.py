"""Recoveries: ordered by two persons, repaid through the bank's statement, or written off."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import select
from talent_policy.applications import service as applications
from talent_policy.disbursements.service import fall_due
from talent_policy.models import Payment

from ..applications.story import begin
from ..disbursements.desk import CHECKER, MAKER, THIRD, Desk, code
from ..disbursements.scripted_bank import ScriptedBank

REASON = "The degree was not awarded."


async def propose(desk: Desk, payment: Payment, amount: int, who: str = MAKER, **changes):
    body = {
        "application_id": str(payment.application_id),
        "amount_fen": amount,
        "reason": REASON,
    }
    return await desk.post("/v1/recoveries", body | changes, who=who)


async def ordered(desk: Desk, payment: Payment, amount: int) -> dict:
    made = (await propose(desk, payment, amount)).json()
    answer = await desk.post(
        f"/v1/recoveries/{made['id']}/confirm", version=made["version"], who=CHECKER
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def pays_back(desk: Desk, recovery: dict, amount: int) -> dict:
    desk.bank.line("in", amount, reference=f"追回 {recovery['reference']}")
    desk.policy.clock.move(timedelta(minutes=1))
    await desk.post("/v1/statements", {"day": "2026-06-01"})
    await desk.policy.settle()
    return await desk.get(f"/v1/recoveries/{recovery['id']}")


async def test_a_receivable_stands_and_what_is_to_come_is_stopped(desk: Desk) -> None:
    later = ((date(2027, 6, 1), 50), (date(2028, 6, 1), 50))
    payments = await desk.paid(100, later=later)
    assert await desk.reserved() == 200
    recovery = await ordered(desk, payments[0], 100)
    assert (recovery["status"], recovery["reason"]) == ("ordered", REASON)
    assert recovery["parts"] == [
        {"payment_id": str(payments[0].id), "amount_fen": 100, "cleared_fen": 0}
    ]
    assert await desk.balances() == {"bank": 100, "budget": 0, "payable": 0, "receivable": -100}
    assert await desk.reserved() == 100
    assert (await desk.payment(payments[1].id))["status"] == "stopped"
    assert REASON not in await desk.policy.stored()


async def test_partial_repayments_free_the_budget_as_they_come(desk: Desk) -> None:
    [payment] = await desk.paid(100)
    recovery = await ordered(desk, payment, 100)
    part = await pays_back(desk, recovery, 30)
    assert (part["repaid_fen"], part["status"], await desk.reserved()) == (30, "ordered", 70)
    whole = await pays_back(desk, recovery, 70)
    assert (whole["repaid_fen"], whole["status"], await desk.reserved()) == (100, "settled", 0)
    assert set((await desk.balances()).values()) == {0}
    assert desk.bank.booked == 0
    assert (await desk.get("/v1/differences", state="open"))["items"] == []


async def test_a_line_is_booked_once_and_too_much_is_a_difference(desk: Desk) -> None:
    [payment] = await desk.paid(100)
    recovery = await ordered(desk, payment, 60)
    for _ in range(2):
        await desk.post("/v1/statements", {"day": "2026-06-01"})
        await desk.policy.settle()
    found = await pays_back(desk, recovery, 61)
    assert (found["repaid_fen"], found["status"]) == (60, "settled")
    [difference] = (await desk.get("/v1/differences", state="open"))["items"]
    assert (difference["kind"], difference["ours_fen"], difference["theirs_fen"]) == (
        "unknown_here",
        60,
        61,
    )
    assert (await desk.balances())["bank"] == 40


@pytest.mark.parametrize(("amount", "status"), [(0, 422), (1, 201), (100, 201), (101, 409)])
async def test_up_to_what_was_paid(desk: Desk, amount: int, status: int) -> None:
    [payment] = await desk.paid(100)
    assert (await propose(desk, payment, amount)).status_code == status


async def test_what_is_being_recovered_is_not_recovered_twice(desk: Desk) -> None:
    [payment] = await desk.paid(100)
    first = (await propose(desk, payment, 60)).json()
    assert code(await propose(desk, payment, 41)) == (409, "policy.recovery-too-much")
    assert (await propose(desk, payment, 40)).status_code == 201
    gone = await desk.post(f"/v1/recoveries/{first['id']}/withdraw", version=first["version"])
    assert gone.json()["status"] == "withdrawn"
    assert (await propose(desk, payment, 60)).status_code == 201
    assert (await desk.payment(payment.id))["recovering_fen"] == 100


async def test_two_persons_order_it(desk: Desk) -> None:
    [payment] = await desk.paid(100)
    made = (await propose(desk, payment, 100)).json()
    url = f"/v1/recoveries/{made['id']}/confirm"
    assert code(await desk.post(url, version=1)) == (403, "policy.same-person")
    assert "receivable" not in await desk.balances()
    assert (await desk.post(url, version=1, who=CHECKER)).status_code == 200
    assert code(await desk.post(url, version=2, who=THIRD)) == (409, "policy.recovery-not-open")


async def test_two_persons_write_off(desk: Desk) -> None:
    [payment] = await desk.paid(100)
    recovery = await ordered(desk, payment, 100)
    url = f"/v1/recoveries/{recovery['id']}/write-off"
    version = recovery["version"]
    assert code(await desk.post(url, {"amount_fen": 101}, version)) == (
        409,
        "policy.recovery-too-much",
    )
    asked = (await desk.post(url, {"amount_fen": 40}, version)).json()
    assert (asked["write_off_fen"], asked["written_off_fen"]) == (40, 0)
    same = await desk.post(url, {"amount_fen": 40}, asked["version"])
    assert code(same) == (403, "policy.same-person")
    done = (await desk.post(url, {"amount_fen": 40}, asked["version"], CHECKER)).json()
    assert (done["written_off_fen"], done["write_off_fen"]) == (40, None)
    assert await desk.balances() == {"bank": 100, "budget": -40, "payable": 0, "receivable": -60}
    assert await desk.reserved() == 100
    found = await pays_back(desk, recovery, 60)
    assert (found["status"], await desk.reserved()) == ("settled", 40)


async def test_a_proposed_write_off_that_is_repaid_meanwhile_is_void(desk: Desk) -> None:
    [payment] = await desk.paid(100)
    recovery = await ordered(desk, payment, 100)
    url = f"/v1/recoveries/{recovery['id']}/write-off"
    await desk.post(url, {"amount_fen": 40}, recovery["version"])
    found = await pays_back(desk, recovery, 61)
    assert found["write_off_fen"] is None


async def test_of_an_application_the_latest_instalments_come_back_first(desk: Desk) -> None:
    payments = await desk.paid(100, later=((date(2026, 6, 2), 50),))
    desk.policy.clock.move(timedelta(days=1))
    await desk.post("/v1/statements", {"day": "2026-06-01"})
    async with desk.policy.service.database.transaction() as session:
        second = (await session.exec(select(Payment).where(Payment.id == payments[1].id))).one()
        await fall_due(session, desk.policy.clock, second)
    await desk.release(payments[1].id)
    await desk.policy.settle()
    made = (await propose(desk, payments[0], 60)).json()
    shares = {row["payment_id"]: row["amount_fen"] for row in made["parts"]}
    assert shares == {str(payments[0].id): 10, str(payments[1].id): 50}
    one = (await propose(desk, payments[0], 90, payment_id=str(payments[0].id))).json()
    assert [row["amount_fen"] for row in one["parts"]] == [90]


async def test_who_sees_and_who_may(desk: Desk) -> None:
    [payment] = await desk.paid(100)
    assert code(
        await desk.post(
            "/v1/recoveries", {"application_id": str(uuid4()), "amount_fen": 1, "reason": "x"}
        )
    ) == (404, "policy.nothing-paid")
    body = {"application_id": str(payment.application_id), "amount_fen": 1, "reason": "x"}
    away = await desk.post("/v1/recoveries", body, region="330800")
    assert code(away) == (403, "outside-region")
    made = (await propose(desk, payment, 1)).json()
    assert (await desk.get("/v1/recoveries", region="330800"))["items"] == []
    assert [row["id"] for row in (await desk.get("/v1/recoveries"))["items"]] == [made["id"]]


async def test_an_application_shows_that_money_must_come_back(policy_factory) -> None:
    bank = ScriptedBank()
    async with policy_factory.running(parts={"bank": bank}) as policy:
        story = await begin(policy)
        bank._now = policy.clock.now
        desk = Desk(policy, bank)
        made = (await story.apply()).json()
        await desk.policy.settle()
        payment_id = made["payments"][0]["id"]
        async with policy.service.database.transaction() as session:
            payment = (await session.exec(select(Payment).where(Payment.id == payment_id))).one()
        recovery = await ordered(desk, payment, payment.amount_fen)
        await follow(desk, made["id"])
        assert (await story.read(made))["status"] == "recovering"
        bank.line("in", payment.amount_fen, reference=recovery["reference"])
        policy.clock.move(timedelta(minutes=1))
        await desk.post("/v1/statements", {"day": "2025-09-01"})
        await policy.settle()
        await follow(desk, made["id"])
        assert (await story.read(made))["status"] == "recovered"


async def follow(desk: Desk, application_id: str) -> None:
    async with desk.policy.service.database.transaction() as session:
        await applications.follow_payments(session, desk.policy.clock, {UUID(application_id)})
