"""Batches: made by one, released in one act or sent back by another."""

import csv
import io
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from talent_contracts import EmployerRegistered
from talent_policy.batches.schemas import MOST_ITEMS

from ..disbursements.desk import CHECKER, MAKER, OTHER_ACCOUNT, THIRD, Desk, code
from ..disbursements.scripted_bank import books_but_stays_silent, books_less, refuses
from ..world import deliver, employer

REGION = {"region": "350700"}


async def make(desk: Desk, who: str = MAKER, **body) -> dict:
    answer = await desk.post("/v1/batches", REGION | body, who=who)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def release(desk: Desk, batch: dict, who: str = CHECKER, **body):
    return await desk.post(f"/v1/batches/{batch['id']}/release", body, batch["version"], who)


async def test_a_batch_is_made_released_and_settled(desk: Desk) -> None:
    payments = [(await desk.owed(100 + n))[0] for n in range(3)]
    batch = await make(desk)
    assert (batch["status"], batch["count"], batch["total_fen"]) == ("draft", 3, 303)
    desk.bank.steps = [refuses, books_but_stays_silent]
    released = (await release(desk, batch)).json()
    assert (released["status"], released["released_by"]) == ("released", CHECKER)
    await desk.policy.settle()
    seen = await desk.get(f"/v1/batches/{batch['id']}")
    assert (seen["status"], len(desk.bank.messages)) == ("released", 1)
    desk.policy.clock.move(timedelta(seconds=5))
    await desk.policy.settle()
    seen = await desk.get(f"/v1/batches/{batch['id']}")
    assert seen["status"] == "settled"
    assert [item["id"] for item in seen["items"]] == [str(payment.id) for payment in payments]
    assert sorted(item["status"] for item in seen["items"]) == ["failed", "paid", "paid"]
    assert {item["batch_id"] for item in seen["items"]} == {batch["id"]}
    [line] = (await desk.get("/v1/batches", status="settled"))["items"]
    assert (line["id"], line["number"]) == (batch["id"], batch["number"])


@pytest.mark.parametrize(("back", "outcome"), [(0, "paid"), (99, "refused")])
async def test_a_batch_is_settled_once_its_last_dispute_has_ended(
    desk: Desk, back: int, outcome: str
) -> None:
    [payment] = await desk.owed(100)
    batch = await make(desk)
    desk.bank.steps = [books_less]
    await release(desk, batch)
    await desk.policy.settle()
    if back:
        desk.bank.line("in", back, reference=str(desk.bank.sent[0].order_id))
        desk.policy.clock.move(timedelta(minutes=1))
        await desk.post("/v1/statements", {"day": "2026-06-01"})
        await desk.policy.settle()
    for who in (MAKER, CHECKER):
        assert (await desk.get(f"/v1/batches/{batch['id']}"))["status"] == "released"
        version = (await desk.payment(payment.id))["version"]
        body = {"outcome": outcome, "note": "the bank confirms"}
        answer = await desk.post(f"/v1/payments/{payment.id}/resolve", body, version, who)
        assert answer.status_code == 200, answer.text
    assert (await desk.get(f"/v1/batches/{batch['id']}"))["status"] == "settled"


async def test_the_maker_does_not_release(desk: Desk) -> None:
    await desk.owed()
    batch = await make(desk)
    assert code(await release(desk, batch, MAKER)) == (403, "policy.maker-is-checker")
    assert (await release(desk, batch)).status_code == 200


async def test_who_approved_one_of_it_does_not_release(desk: Desk) -> None:
    [payment] = await desk.owed(approved_by=CHECKER)
    await desk.owed()
    batch = await make(desk)
    answer = await release(desk, batch)
    assert code(answer) == (403, "policy.four-eyes")
    assert answer.json()["payments"] == [str(payment.id)]
    assert (await release(desk, batch, THIRD)).status_code == 200


async def test_an_owner_does_not_release(desk: Desk) -> None:
    firm: EmployerRegistered = employer(agents=(CHECKER,))
    await deliver(desk.policy, firm)
    await desk.owed(payee_kind="organisation", payee_owner=firm.employer_id)
    batch = await make(desk)
    assert code(await release(desk, batch)) == (403, "policy.own-payment")


async def test_what_cannot_go_is_named_and_stays_owed(desk: Desk) -> None:
    good, changed, cancelled, bare = [
        (await desk.owed(account=number < 3))[0] for number in range(4)
    ]
    batch = await make(desk)
    desk.policy.clock.move(timedelta(hours=1))
    await desk.account(changed.payee_owner, OTHER_ACCOUNT)
    version = (await desk.payment(cancelled.id))["version"]
    await desk.post(f"/v1/payments/{cancelled.id}/cancel", version=version)
    answer = (await release(desk, batch)).json()
    codes = {
        str(changed.id): "policy.account-changed",
        str(cancelled.id): "policy.not-releasable",
        str(bare.id): "policy.payee-missing",
    }
    assert {row["payment_id"]: row["code"] for row in answer["refused"]} == codes
    assert (answer["count"], answer["total_fen"]) == (1, 2_000_000)
    seen = await desk.get(f"/v1/batches/{batch['id']}")
    assert {row["payment_id"]: row["code"] for row in seen["refused"]} == codes
    assert (await desk.payment(good.id))["status"] == "released"
    left = await desk.payment(changed.id)
    assert (left["status"], left["batch_id"]) == ("ordered", None)
    assert left["account_changed_at"] is not None
    again = await make(desk, payment_ids=[str(changed.id)])
    changes = {str(changed.id): left["account_changed_at"]}
    done = await release(desk, again, account_changes=changes)
    assert (done.status_code, done.json()["refused"]) == (200, [])


async def test_where_nothing_can_go_the_batch_stays(desk: Desk) -> None:
    [payment] = await desk.owed(account=False)
    batch = await make(desk)
    answer = await release(desk, batch)
    assert code(answer) == (409, "policy.nothing-releasable")
    assert answer.json()["refused"] == [
        {"payment_id": str(payment.id), "code": "policy.payee-missing"}
    ]
    assert (await desk.get(f"/v1/batches/{batch['id']}"))["status"] == "draft"


async def test_a_batch_is_sent_back_and_its_payments_can_be_batched_again(desk: Desk) -> None:
    await desk.owed()
    batch = await make(desk)
    assert code(await desk.post("/v1/batches", REGION)) == (409, "policy.nothing-owed")
    url = f"/v1/batches/{batch['id']}/cancel"
    answer = await desk.post(url, {"reason": "wrong month"}, batch["version"], CHECKER)
    assert (answer.json()["status"], answer.json()["reason"]) == ("cancelled", "wrong month")
    version = answer.json()["version"]
    assert code(await desk.post(url, {"reason": "again"}, version)) == (
        409,
        "policy.batch-not-draft",
    )
    assert code(await release(desk, answer.json())) == (409, "policy.batch-not-draft")
    assert (await make(desk))["count"] == 1


async def test_what_a_batch_takes(desk: Desk) -> None:
    await desk.owed(measure="2.1")
    [other] = await desk.owed()
    [county] = await desk.owed(region="350702")
    assert code(await desk.post("/v1/batches", REGION | {"pool": "housing"})) == (
        409,
        "policy.nothing-owed",
    )
    assert code(await desk.post("/v1/batches", {"region": "330800"})) == (403, "outside-region")
    first = await make(desk, measure="2.1")
    assert first["count"] == 1
    second = await make(desk, limit=1)
    seen = await desk.get(f"/v1/batches/{second['id']}")
    assert [item["id"] for item in seen["items"]] == [str(other.id)]
    named = [str(county.id), str(other.id), str(uuid4())]
    third = await make(desk, payment_ids=named)
    assert third["count"] == 1
    assert sorted(row["payment_id"] for row in third["refused"]) == sorted(named[1:])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"limit": 0}, 422),
        ({"limit": 1}, 201),
        ({"limit": MOST_ITEMS}, 201),
        ({"limit": MOST_ITEMS + 1}, 422),
        ({"payment_ids": []}, 422),
        ({"payment_ids": [str(UUID(int=n)) for n in range(MOST_ITEMS)]}, 409),
        ({"payment_ids": [str(UUID(int=n)) for n in range(MOST_ITEMS + 1)]}, 422),
    ],
)
async def test_the_size_of_a_batch(desk: Desk, body: dict, status: int) -> None:
    await desk.owed()
    assert (await desk.post("/v1/batches", REGION | body)).status_code == status


async def test_a_refused_payment_goes_again_by_its_id(desk: Desk) -> None:
    desk.bank.steps = [refuses]
    [payment] = await desk.paid()
    assert code(await desk.post("/v1/batches", REGION)) == (409, "policy.nothing-owed")
    batch = await make(desk, payment_ids=[str(payment.id)])
    await release(desk, batch)
    await desk.policy.settle()
    assert (await desk.get(f"/v1/batches/{batch['id']}"))["status"] == "settled"


async def test_the_export_names_nobody(desk: Desk) -> None:
    [payment] = await desk.owed(123_405)
    batch = await make(desk)
    answer = await desk.policy.client.get(
        f"/v1/batches/{batch['id']}/export", headers=desk.headers(CHECKER)
    )
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert row["payment_id"] == str(payment.id)
    assert (row["amount_yuan"], row["account"], row["status"]) == ("1234.05", "****0017", "ordered")
    assert str(payment.payee_owner) not in answer.text


async def test_another_region_sees_and_does_nothing(desk: Desk) -> None:
    await desk.owed()
    batch = await make(desk)
    away = await desk.post(
        f"/v1/batches/{batch['id']}/release", {}, batch["version"], CHECKER, region="330800"
    )
    assert code(away) == (403, "outside-region")
    assert (await desk.get("/v1/batches", region="330800"))["items"] == []


async def test_a_released_batch_of_many_goes_in_few_messages(desk: Desk) -> None:
    for _ in range(60):
        await desk.owed(100)
    batch = await make(desk)
    assert (await release(desk, batch)).json()["count"] == 60
    await desk.policy.settle()
    assert sum(desk.bank.messages) == 60
    assert len(desk.bank.messages) == 1
    assert (await desk.get(f"/v1/batches/{batch['id']}"))["status"] == "settled"
