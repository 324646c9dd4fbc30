"""From release to the bank's answer: what it says, late, twice, never, or with another amount."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select
from talent_kit.auth import Principal, Role
from talent_kit.testing.services import (
    MovableClock,
    ServiceFactory,
    ServiceUnderTest,
    fresh_key,
)
from talent_policy.disbursements import service, settling
from talent_policy.disbursements.bank import BankAnswer
from talent_policy.disbursements.schemas import Award
from talent_policy.models import BankOrder, Budget, Payment
from talent_policy.packs.deciding import Instalment
from talent_policy.payees import service as payees
from talent_policy.payees.schemas import PayeePut

from .scripted_bank import (
    ScriptedBank,
    Step,
    books_but_stays_silent,
    never_hears_it,
    refuses,
)

ACCOUNT = "6222020000000000017"
HOLDER = "测试甲"


@pytest.fixture
def bank() -> ScriptedBank:
    return ScriptedBank()


@pytest.fixture
async def policy(
    policy_factory: ServiceFactory, bank: ScriptedBank
) -> AsyncIterator[ServiceUnderTest]:
    clock = MovableClock(datetime(2026, 6, 1, 4, tzinfo=UTC))
    async with policy_factory.running(clock=clock, parts={"bank": bank}) as running:
        yield running


async def owed(policy: ServiceUnderTest, amount: int = 2_000_000) -> Payment:
    """Return a payment that waits for release, to a person with an account on file."""
    owner = uuid4()
    who = Principal("talent-1", frozenset({Role.TALENT}), None, None)
    body = PayeePut(account=ACCOUNT, holder=HOLDER, bank_code="102401000012")
    async with policy.service.database.transaction() as session:
        if (await session.exec(select(Budget))).first() is None:
            session.add(Budget(pool="youth", region="350700", year=2026, limit_fen=10**9))
        await payees.put(session, policy.service.vault, policy.clock, who, ("person", owner), body)
        given = Award(
            application_id=uuid4(),
            measure="2.2",
            region="350700",
            payee_kind="person",
            payee_owner=owner,
            pool="youth",
            pool_region="350700",
            claims=(("2.2", owner.hex),),
            instalments=(Instalment(date(2026, 6, 1), amount),),
            approved_by="reviewer-1",
        )
        [payment] = await service.award(session, policy.clock, given)
    return payment


def finance(policy: ServiceUnderTest, subject: str = "finance-1", region: str = "350700") -> Any:
    return policy.issuer.headers(subject, Role.FINANCE, region=region)


async def release(policy: ServiceUnderTest, payment: UUID, version: int, **who: str) -> Any:
    headers = finance(policy, **who) | fresh_key() | {"If-Match": f'"{version}"'}
    return await policy.client.post(f"/v1/payments/{payment}/release", headers=headers)


async def read(policy: ServiceUnderTest, payment: UUID) -> dict[str, Any]:
    answer = await policy.client.get(f"/v1/payments/{payment}", headers=finance(policy))
    assert answer.status_code == 200
    return answer.json()


async def balances(policy: ServiceUnderTest) -> dict[str, int]:
    answer = await policy.client.get("/v1/ledger", headers=finance(policy))
    ledger = answer.json()
    assert ledger["total_fen"] == 0
    return {row["kind"]: row["balance_fen"] for row in ledger["accounts"]}


async def test_released_and_booked(policy: ServiceUnderTest, bank: ScriptedBank) -> None:
    payment = await owed(policy)
    answer = await release(policy, payment.id, payment.version)
    assert (answer.status_code, answer.json()["status"]) == (200, "released")
    await policy.settle()
    assert (await read(policy, payment.id))["status"] == "paid"
    assert await balances(policy) == {"bank": 2_000_000, "budget": -2_000_000, "payable": 0}
    [sent] = bank.sent
    assert (sent.account, sent.holder, sent.amount_fen) == (ACCOUNT, HOLDER, 2_000_000)


@pytest.mark.parametrize(
    ("step", "asks_before_it_sends_again"),
    [(books_but_stays_silent, 1), (never_hears_it, 2)],
)
async def test_no_answer_is_asked_for_and_paid_once(
    policy: ServiceUnderTest, bank: ScriptedBank, step: Step, asks_before_it_sends_again: int
) -> None:
    bank.steps = [step]
    payment = await owed(policy)
    await release(policy, payment.id, payment.version)
    await policy.settle()
    assert (await read(policy, payment.id))["status"] == "released"
    policy.clock.move(timedelta(seconds=5))
    await policy.settle()
    assert (await read(policy, payment.id))["status"] == "paid"
    assert len(bank.sent) == asks_before_it_sends_again
    assert len({transfer.order_id for transfer in bank.sent}) == 1
    assert bank.booked == (await balances(policy))["bank"] == 2_000_000


async def test_a_refusal_is_repaired_under_a_new_order(
    policy: ServiceUnderTest, bank: ScriptedBank
) -> None:
    bank.steps = [refuses]
    payment = await owed(policy)
    await release(policy, payment.id, payment.version)
    await policy.settle()
    failed = await read(policy, payment.id)
    assert (failed["status"], failed["failure"]) == ("failed", "account_closed")
    assert await balances(policy) == {"budget": -2_000_000, "payable": 2_000_000}
    again = await release(policy, payment.id, failed["version"])
    assert again.status_code == 200
    await policy.settle()
    assert (await read(policy, payment.id))["status"] == "paid"
    assert len({transfer.order_id for transfer in bank.sent}) == 2
    assert bank.booked == (await balances(policy))["bank"] == 2_000_000


async def test_a_second_answer_changes_nothing(
    policy: ServiceUnderTest, bank: ScriptedBank
) -> None:
    payment = await owed(policy)
    await release(policy, payment.id, payment.version)
    await policy.settle()
    before = await read(policy, payment.id)
    async with policy.service.database.transaction() as session:
        [order] = (await session.exec(select(BankOrder))).all()
    for answer in (*bank.known.values(), BankAnswer("refused", 1, "late")):
        async with policy.service.database.transaction() as session:
            await settling.settle(session, policy.clock, {order.id: answer})
    assert await read(policy, payment.id) == before


async def test_release_is_refused(policy: ServiceUnderTest) -> None:
    payment = await owed(policy)
    url = f"/v1/payments/{payment.id}/release"
    anonymous = await policy.client.post(url, headers=fresh_key() | {"If-Match": '"1"'})
    assert anonymous.status_code == 401
    reviewer = policy.issuer.headers("r", Role.REVIEWER, region="350700")
    forbidden = await policy.client.post(url, headers=reviewer | fresh_key() | {"If-Match": '"1"'})
    assert forbidden.status_code == 403
    elsewhere = await release(policy, payment.id, 1, region="330800")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "outside-region")
    same = await release(policy, payment.id, 1, subject="reviewer-1")
    assert (same.status_code, same.json()["code"]) == (403, "policy.four-eyes")
    stale = await release(policy, payment.id, 7)
    assert stale.status_code == 412
    unknown = await release(policy, uuid4(), 1)
    assert unknown.status_code == 404
    without = await policy.client.post(url, headers=finance(policy) | fresh_key())
    assert without.status_code == 428
    assert (await read(policy, payment.id))["status"] == "ordered"


async def test_a_payment_is_released_once(policy: ServiceUnderTest, bank: ScriptedBank) -> None:
    payment = await owed(policy)
    await release(policy, payment.id, payment.version)
    await policy.settle()
    again = await release(policy, payment.id, (await read(policy, payment.id))["version"])
    assert (again.status_code, again.json()["code"]) == (409, "policy.not-releasable")
    assert len(bank.sent) == 1


async def test_accounts_are_sealed_at_rest_and_absent_from_events(
    policy: ServiceUnderTest,
) -> None:
    payment = await owed(policy)
    await release(policy, payment.id, payment.version)
    await policy.settle()
    rows = await policy.stored()
    assert ACCOUNT not in rows
    assert HOLDER not in rows
    assert str(payment.id) in rows
