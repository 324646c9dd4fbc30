"""Orders in lists, answered item by item, and a statement of what went out and came in."""

from uuid import uuid4

import pytest

HEADERS = {"X-Bank-Client": "a secret of sixteen or more"}


def order(**changes):
    given = {
        "order_id": str(uuid4()),
        "account_number": "6222000000000011",
        "holder": "测试甲",
        "bank_code": "",
        "amount_fen": 100,
        "currency": "CNY",
    }
    return given | changes


async def send(bank, orders):
    return await bank.http.post("/transfer-lists", json={"orders": orders}, headers=HEADERS)


async def test_a_list_is_answered_item_by_item_and_moves_money_once(bank):
    await bank.behave(closed_endings=["99"])
    orders = [order(), order(account_number="6222000000000099"), order()]
    for _ in range(2):
        answer = await send(bank, orders)
        states = {row["order_id"]: row["status"] for row in answer.json()["states"]}
        ids = [each["order_id"] for each in orders]
        assert [states[one] for one in ids] == ["booked", "failed", "booked"]
    assert sorted(line["order_id"] for line in await bank.lines()) == sorted([ids[0], ids[2]])


async def test_what_is_not_answered_is_left_out_and_can_be_asked_for(bank):
    await bank.behave(every={"lost": 2, "silent": 3}, silence_seconds=0)
    orders = [order() for _ in range(3)]
    ids = [each["order_id"] for each in orders]
    answer = await send(bank, orders)
    assert [row["order_id"] for row in answer.json()["states"]] == ids[:1]
    asked = await bank.http.post("/transfer-queries", json={"order_ids": ids}, headers=HEADERS)
    assert sorted(row["order_id"] for row in asked.json()["states"]) == sorted(ids[:2])
    assert {row["status"] for row in asked.json()["states"]} == {"booked"}


async def test_a_list_of_which_nothing_is_answered_is_silence(bank):
    await bank.behave(every={"lost": 1}, silence_seconds=0)
    assert (await send(bank, [order(), order()])).status_code == 504
    assert len(await bank.lines()) == 2


@pytest.mark.parametrize(("count", "status"), [(0, 422), (1, 200), (500, 200), (501, 422)])
async def test_a_list_has_one_to_five_hundred_orders(bank, count, status):
    assert (await send(bank, [order() for _ in range(count)])).status_code == status
    assert len(await bank.lines(limit=1000)) == (count if status == 200 else 0)


async def test_a_list_names_an_order_once(bank):
    one = order()
    assert (await send(bank, [one, one])).status_code == 422
    assert await bank.lines() == []


async def test_another_account_and_plain_bookings_show_on_the_statement(bank):
    await bank.behave(every={"wrong_account": 1})
    await send(bank, [order()])
    for body in (
        {"reference": "R0000000001", "amount_fen": 7},
        {"direction": "out", "reference": "fee", "amount_fen": 2},
    ):
        assert (await bank.http.post("/bookings", json=body)).status_code == 201
    lines = await bank.lines()
    assert [(row["direction"], row["reference"], row["amount_fen"]) for row in lines] == [
        ("out", None, 100),
        ("in", "R0000000001", 7),
        ("out", "fee", 2),
    ]
    assert lines[0]["account_mask"] == "****0000"


async def test_only_the_client_sends_and_asks_lists(bank):
    for path, body in (
        ("/transfer-lists", {"orders": [order()]}),
        ("/transfer-queries", {"order_ids": [str(uuid4())]}),
    ):
        assert (await bank.http.post(path, json=body)).status_code == 401
