"""The payment provider: what payers, merchants and whoever tests can make it do."""

import asyncio
import hmac
from base64 import urlsafe_b64encode
from datetime import timedelta
from uuid import uuid4

import httpx2
import pytest
from talent_bank.payments.notices import signature

from ..conftest import MERCHANT

KNOWN = {"X-Payments-Merchant": MERCHANT}


def address(bank, *, seconds=900, key=MERCHANT, **changes):
    """A signed address; changes are made after it was signed."""
    until = int((bank.clock.now() + timedelta(seconds=seconds)).timestamp())
    given = {"n": str(uuid4()), "a": 5000, "u": until, "t": "培训 A&B"}
    said = f"checkout\n{given['n'].replace('-', '')}\n{given['a']}\n{until}\n{given['t']}"
    digest = hmac.digest(key.encode(), said.encode(), "sha256")
    return given | {"s": urlsafe_b64encode(digest).decode().rstrip("=")} | changes


async def pay(bank, where):
    return await bank.http.post("/payments/pay", params=where)


async def ask(bank, *numbers):
    answer = await bank.http.post(
        "/payments/queries", json={"numbers": list(numbers)}, headers=KNOWN
    )
    return answer.json()["orders"]


async def close(bank, number):
    return await bank.http.post("/payments/closures", json={"number": number}, headers=KNOWN)


async def refund(bank, payment, fen, number=None):
    given = {"number": number or str(uuid4()), "payment_id": payment, "amount_fen": fen}
    return await bank.http.post("/payments/refunds", json=given, headers=KNOWN)


async def behave(bank, **behaviour):
    assert (await bank.http.put("/payments/behaviour", json=behaviour)).status_code == 200


async def lines(bank):
    return [
        (line["kind"], line["amount_fen"])
        for line in (await bank.http.get("/payments/statement")).json()["lines"]
    ]


async def paid(bank):
    """Pay an order; return the payment's id."""
    return (await pay(bank, address(bank))).json()["payments"][0]["payment_id"]


async def test_a_signed_order_is_paid_once(bank):
    where = address(bank)
    seen = await bank.http.get("/payments/pay", params=where)
    assert "¥ 50.00" in seen.text
    assert "A&amp;B" in seen.text
    assert await ask(bank, where["n"]) == []
    assert (await pay(bank, where)).json()["status"] == "paid"
    assert (await pay(bank, where)).json()["code"] == "payments.paid"
    (order,) = await ask(bank, where["n"])
    assert [each["amount_fen"] for each in order["payments"]] == [5000]
    assert await lines(bank) == [("payment", 5000)]


@pytest.mark.parametrize("change", [{"a": 1}, {"u": 2**40}, {"t": "other"}, {"n": str(uuid4())}])
async def test_what_the_merchant_did_not_sign_is_refused(bank, change):
    where = address(bank, **change)
    for answer in (await pay(bank, where), await bank.http.get("/payments/pay", params=where)):
        assert (answer.status_code, answer.json()["code"]) == (403, "payments.signature-wrong")
    assert (await pay(bank, address(bank, key="another"))).status_code == 403


@pytest.mark.parametrize(("seconds", "status"), [(899, 200), (900, 409), (901, 409)])
async def test_it_can_be_paid_until_its_end(bank, seconds, status):
    bank.clock.set(bank.clock.now().replace(microsecond=0))
    where = address(bank)
    bank.clock.move(timedelta(seconds=seconds))
    assert (await pay(bank, where)).status_code == status


async def test_what_is_closed_is_paid_no_more_opened_before_or_not(bank):
    where = address(bank)
    assert (await close(bank, where["n"])).json()["status"] == "closed"
    assert (await pay(bank, where)).json()["code"] == "payments.closed"
    other = address(bank)
    await pay(bank, other)
    assert (await close(bank, other["n"])).json()["status"] == "paid"


async def test_who_is_not_the_merchant_asks_for_nothing(bank):
    for path, body in (
        ("queries", {"numbers": [str(uuid4())]}),
        ("closures", {"number": str(uuid4())}),
        ("refunds", {"number": str(uuid4()), "payment_id": str(uuid4()), "amount_fen": 1}),
    ):
        for headers in ({}, {"X-Payments-Merchant": "wrong"}):
            answer = await bank.http.post(f"/payments/{path}", json=body, headers=headers)
            assert answer.json()["code"] == "bank.unknown-client"


async def test_a_refund_is_made_once_and_never_beyond_the_payment(bank):
    payment, number = await paid(bank), str(uuid4())
    for _ in range(2):
        assert (await refund(bank, payment, 3000, number)).json()["status"] == "made"
    assert (await refund(bank, payment, 2999, number)).json()["code"] == "payments.refund-changed"
    assert (await refund(bank, payment, 2001)).json()["code"] == "payments.refund-too-large"
    assert (await refund(bank, payment, 2000)).status_code == 200
    assert (await refund(bank, str(uuid4()), 1)).json()["code"] == "payments.no-payment"
    assert await lines(bank) == [("payment", 5000), ("refund", 3000), ("refund", 2000)]


async def test_payments_of_another_amount_and_twice(bank):
    await behave(bank, payments={"wrong_amount": 2, "twice": 3})
    states = [(await pay(bank, address(bank))).json()["payments"] for _ in range(3)]
    assert [[each["amount_fen"] for each in one] for one in states] == [
        [5000],
        [4999],
        [5000, 5000],
    ]


async def test_refunds_refused_silent_lost_and_pending(bank):
    payment, number = await paid(bank), str(uuid4())
    effects = {"refused": 1}, {"silent": 1}, {"pending": 1}
    codes = []
    for effect in effects:
        await behave(bank, refunds=effect, silence_seconds=0, late_seconds=60)
        answer = await refund(bank, payment, 1000, number)
        codes.append(answer.json().get("code") or answer.json()["status"])
    assert codes == ["payments.refund-refused", "bank.no-answer", "pending"]
    assert await lines(bank) == [("payment", 5000)]
    bank.clock.move(timedelta(seconds=60))
    assert (await refund(bank, payment, 1000, number)).json()["status"] == "made"
    await behave(bank, refunds={"lost": 1}, silence_seconds=0)
    assert (await refund(bank, payment, 500)).status_code == 504
    assert await lines(bank) == [("payment", 5000), ("refund", 1000), ("refund", 500)]


async def test_questions_unanswered_do_nothing_and_lost_ones_do_it(bank):
    where = address(bank)
    await behave(bank, questions={"unanswered": 1}, silence_seconds=0)
    assert (await close(bank, where["n"])).status_code == 504
    await behave(bank, questions={"lost_answer": 1}, silence_seconds=0)
    assert (await close(bank, where["n"])).status_code == 504
    assert (await pay(bank, where)).json()["code"] == "payments.closed"


async def test_the_merchant_is_told_until_it_answers(bank):
    heard, answers, rings = [], [503, 200, 200, 200], asyncio.Event()

    def merchant(request):
        heard.append(request)
        rings.set()
        return httpx2.Response(answers.pop(0))

    async def told(number):
        async with asyncio.timeout(5):
            while len(heard) < number:
                rings.clear()
                await rings.wait()

    bank.parts.notices._http = httpx2.AsyncClient(transport=httpx2.MockTransport(merchant))
    await behave(bank, payments={"unnoticed": 2, "noticed_twice": 3})
    for _ in range(3):
        await pay(bank, address(bank))
    await told(3)
    bank.clock.move(timedelta(seconds=2))
    await told(4)
    assert len({request.content for request in heard}) == 2
    said = heard[0].headers["Payments-Signature"]
    at = int(said.partition(",")[0].removeprefix("t="))
    assert said == signature(MERCHANT.encode(), at, heard[0].content)


@pytest.mark.parametrize("wrong", [{"payments": {"late": 1}}, {"refunds": {"lost": 0}}, {"x": 1}])
async def test_wrong_settings_are_refused(bank, wrong):
    assert (await bank.http.put("/payments/behaviour", json=wrong)).status_code == 422
    now = (await bank.http.get("/payments/behaviour")).json()
    assert now["behaviour"]["payments"] == {}
