"""Notices: whose they are, how old, and what they may say."""

import hmac
from uuid import uuid4

import pytest
from talent_registration.payments.provider import OrderSeen

from ..world import PAYMENTS_SECRET
from .desk import PRICE


async def refused(desk, person, activity, answer, status, code):
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await person.state(activity) == "awaiting_payment"


@pytest.mark.parametrize(("late", "status"), [(300, 204), (301, 403), (-300, 204), (-301, 403)])
async def test_a_signature_is_good_for_five_minutes(desk, late, status):
    activity, person = await desk.open(), await desk.world.talent()
    said = desk.provider.pay(await desk.due(person, activity))
    assert (await desk.tell(said, late=late)).status_code == status


@pytest.mark.parametrize(
    "signature",
    ["", "x", "t=,v1=", "t=1", "v1=ab", "t=²,v1=ab", "t=1,v1=é", "t=99999999999999,v1=ab"],
)
async def test_what_is_not_signed_is_refused(desk, signature):
    activity, person = await desk.open(), await desk.world.talent()
    said = desk.provider.pay(await desk.due(person, activity))
    # As bytes, since a header may hold any.
    answer = await desk.world.running.client.post(
        "/v1/payment-notices",
        content=said.model_dump_json(),
        headers=[(b"Payments-Signature", signature.encode())],
    )
    await refused(desk, person, activity, answer, 403, "signature-wrong")


async def test_the_body_is_signed_as_it_came(desk):
    activity, person = await desk.open(), await desk.world.talent()
    said = desk.provider.pay(await desk.due(person, activity), PRICE - 1)
    at = int(desk.world.running.clock.now().timestamp())
    body = said.model_dump_json().encode()
    digest = hmac.digest(PAYMENTS_SECRET.encode(), f"notice\n{at}\n".encode() + body, "sha256")
    for changed in (body.replace(b"4999", b"5000"), body + b" "):
        answer = await desk.world.running.client.post(
            "/v1/payment-notices",
            content=changed,
            headers={"Payments-Signature": f"t={at},v1={digest.hex()}"},
        )
        await refused(desk, person, activity, answer, 403, "signature-wrong")


async def test_what_cannot_be_read_is_refused_without_an_echo(desk):
    activity, person = await desk.open(), await desk.world.talent()
    await desk.due(person, activity)
    for body in (b"", b"{}", b"[1]", b'{"number": "13812345678"}', b"\xff"):
        answer = await desk.tell(body)
        await refused(desk, person, activity, answer, 422, "notice-wrong")
        assert "13812345678" not in answer.text


async def test_of_an_order_that_nobody_knows(desk):
    activity, person = await desk.open(), await desk.world.talent()
    await desk.due(person, activity)
    unknown = OrderSeen(number=uuid4(), status="paid", payments=[])
    await refused(desk, person, activity, await desk.tell(unknown), 404, "order-not-found")


async def test_a_token_of_a_caller_does_not_matter(desk):
    activity, person = await desk.open(), await desk.world.talent()
    said = desk.provider.pay(await desk.due(person, activity))
    answer = await desk.world.send(
        "POST", "/v1/payment-notices", person.headers, json=said.model_dump(mode="json")
    )
    await refused(desk, person, activity, answer, 403, "signature-wrong")
