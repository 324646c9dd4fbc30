"""What finance sees before it releases: changed accounts, missing budgets, its own regions."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from talent_policy.applications.instalments import FallDue
from talent_policy.disbursements import service

from .desk import OTHER_ACCOUNT, Desk, code


@pytest.mark.parametrize(("seconds", "changed"), [(-1, False), (0, False), (1, True)])
async def test_a_change_after_the_approval_is_shown_and_must_be_acknowledged(
    desk: Desk, seconds: int, changed: bool
) -> None:
    [payment] = await desk.owed()
    approved = desk.policy.clock.now()
    desk.policy.clock.set(approved + timedelta(seconds=seconds))
    await desk.account(payment.payee_owner, OTHER_ACCOUNT)
    desk.policy.clock.set(approved + timedelta(minutes=1))
    seen = await desk.payment(payment.id)
    assert seen["account_masked"] == "****0025"
    assert (seen["account_changed_at"] is not None) == changed
    if changed:
        assert code(await desk.release(payment.id)) == (409, "policy.account-changed")
        earlier = (approved + timedelta(seconds=seconds - 1)).isoformat()
        refused = await desk.release(payment.id, account_changed_at=earlier)
        assert code(refused) == (409, "policy.account-changed")
    answer = await desk.release(payment.id, account_changed_at=seen["account_changed_at"])
    assert answer.status_code == 200
    await desk.policy.settle()
    [sent] = desk.bank.sent
    assert sent.account == OTHER_ACCOUNT


async def test_a_paid_one_shows_the_account_it_went_to(desk: Desk) -> None:
    [payment] = await desk.paid()
    desk.policy.clock.move(timedelta(hours=1))
    await desk.account(payment.payee_owner, OTHER_ACCOUNT)
    seen = await desk.payment(payment.id)
    assert (seen["account_masked"], seen["account_changed_at"]) == ("****0017", None)


async def test_the_standing_order_does_not_pay_to_a_changed_account(desk: Desk) -> None:
    later = ((date(2026, 6, 2), 50), (date(2026, 6, 3), 50))
    payments = await desk.owed(100, later=later, approved_by=None)
    desk.policy.clock.move(timedelta(days=1))
    async with desk.policy.service.database.transaction() as session:
        second = await service.planned(session, payments[1].id)
        await service.fall_due(session, desk.policy.clock, second)
    assert (await desk.payment(payments[1].id))["status"] == "released"
    await desk.account(payments[0].payee_owner, OTHER_ACCOUNT)
    desk.policy.clock.move(timedelta(days=1))
    async with desk.policy.service.database.transaction() as session:
        third = await service.planned(session, payments[2].id)
        await service.fall_due(session, desk.policy.clock, third)
    seen = await desk.payment(payments[2].id)
    assert (seen["status"], seen["account_changed_at"] is not None) == ("ordered", True)


async def test_an_instalment_that_waits_for_its_year_says_so(desk: Desk, monkeypatch) -> None:
    async def sleeps(*_):
        return None

    monkeypatch.setattr(FallDue, "__call__", sleeps)
    payments = await desk.owed(100, later=((date(2027, 1, 1), 50), (date(2027, 1, 2), 50)))
    desk.policy.clock.set(datetime(2026, 12, 31, 15, 59, tzinfo=UTC))
    assert (await desk.get("/v1/payments", waiting="budget"))["items"] == []
    desk.policy.clock.set(datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    waiting = (await desk.get("/v1/payments", waiting="budget"))["items"]
    assert [row["id"] for row in waiting] == [str(payments[1].id)]
    assert [row["waiting"] for row in waiting] == ["budget"]
    assert (await desk.payment(payments[2].id))["waiting"] is None
    async with desk.policy.service.database.transaction() as session:
        await session.execute(text("UPDATE budget SET limit_fen = 100 WHERE year = 2027"))
    assert (await desk.get("/v1/payments", waiting="budget"))["items"] == []
    assert (await desk.payment(payments[1].id))["waiting"] is None


async def test_the_ledger_shows_the_caller_s_regions_alone(desk: Desk) -> None:
    await desk.paid(100, region="350702")
    await desk.paid(10, region="350721")
    await desk.owed(1)
    county = await desk.get("/v1/ledger", region="350702")
    assert {row["kind"]: row["balance_fen"] for row in county["accounts"]} == {
        "bank": 100,
        "budget": -100,
        "payable": 0,
    }
    assert county["transfers"] == 2
    city = await desk.get("/v1/ledger")
    assert [row["region"] for row in city["regions"]] == ["350700", "350702", "350721"]
    assert {row["total_fen"] for row in city["regions"]} == {0}
    assert {row["kind"]: row["balance_fen"] for row in city["accounts"]} == {
        "bank": 110,
        "budget": -111,
        "payable": 1,
    }
    assert city["transfers"] == 5
    assert (await desk.get("/v1/ledger", region="330800"))["accounts"] == []


async def test_an_unknown_field_of_a_release_is_refused(desk: Desk) -> None:
    [payment] = await desk.owed()
    for body in ({"acknowledged": True}, [], None):
        answer = await desk.policy.client.post(
            f"/v1/payments/{payment.id}/release",
            json=body if body is not None else {"account_changed_at": "2026-06-01"},
            headers=desk.headers() | {"Idempotency-Key": "a" * 8, "If-Match": '"1"'},
        )
        assert answer.status_code == 422
