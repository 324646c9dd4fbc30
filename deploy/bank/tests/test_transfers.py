import asyncio
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from talent_bank.main import Bank
from talent_bank.models import Base
from talent_bank.settings import BankSettings
from talent_kit.database import create_engine

ORDER = {
    "order_id": str(uuid4()),
    "account_number": "6222000000000011",
    "holder": "测试甲",
    "bank_code": "",
    "amount_fen": 2_000_000,
    "currency": "CNY",
}


async def test_an_order_is_booked_and_stands_on_the_statement(bank):
    answer = await bank.resend(ORDER)
    booked = {
        "order_id": ORDER["order_id"],
        "status": "booked",
        "amount_fen": 2_000_000,
        "reason": None,
        "booked_at": bank.clock.now().isoformat().replace("+00:00", "Z"),
    }
    assert (answer.status_code, answer.json()) == (200, booked)
    assert (await bank.state(ORDER["order_id"])).json() == booked
    (line,) = await bank.lines()
    assert (line["order_id"], line["amount_fen"]) == (ORDER["order_id"], 2_000_000)


async def test_the_same_order_again_moves_nothing(bank):
    answers = await asyncio.gather(*(bank.resend(ORDER) for _ in range(6)))
    assert {answer.json()["status"] for answer in answers} == {"booked"}
    assert len(await bank.lines()) == 1
    assert (await bank.http.get("/behaviour")).json()["received"] == 1


@pytest.mark.parametrize(
    "change", [{"amount_fen": 1_999_999}, {"account_number": "6222000000000029"}, {"holder": "乙"}]
)
async def test_other_content_under_a_known_id_is_refused(bank, change):
    await bank.resend(ORDER)
    answer = await bank.resend(ORDER | change)
    assert (answer.status_code, answer.json()["code"]) == (409, "bank.order-changed")
    assert [line["amount_fen"] for line in await bank.lines()] == [2_000_000]


async def test_an_unknown_order_is_not_found(bank):
    answer = await bank.state(uuid4())
    assert (answer.status_code, answer.json()["code"]) == (404, "bank.no-order")


@pytest.mark.parametrize("headers", [{}, {"X-Bank-Client": "another secret, also long"}])
async def test_only_the_client_sends_and_asks(bank, headers):
    sent = await bank.http.post("/transfers", json=ORDER, headers=headers)
    asked = await bank.http.get(f"/transfers/{ORDER['order_id']}", headers=headers)
    assert [sent.status_code, asked.status_code] == [401, 401]
    assert await bank.lines() == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount_fen": 0}, "body.amount_fen"),
        ({"amount_fen": 10**15 + 1}, "body.amount_fen"),
        ({"currency": "USD"}, "body.currency"),
        ({"account_number": "6222-0000"}, "body.account_number"),
        ({"holder": ""}, "body.holder"),
        ({"memo": "x"}, "body.*"),
    ],
)
async def test_a_wrong_order_is_named_by_its_field_and_not_echoed(bank, change, field):
    answer = await bank.resend(ORDER | change)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert "测试甲" not in answer.text
    assert "6222" not in answer.text


async def test_amounts_at_the_limits_are_taken(bank):
    for amount in (1, 10**15):
        assert (await bank.send(amount_fen=amount)).json()["amount_fen"] == amount


async def test_broken_json_is_a_bad_request(bank):
    answer = await bank.http.post(
        "/transfers",
        content=b'{"order_id"',
        headers={"X-Bank-Client": "x", "Content-Type": "application/json"},
    )
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_statement_goes_by_pages_and_by_time(bank):
    ids = []
    for _ in range(5):
        ids.append((await bank.send()).json()["order_id"])
        bank.clock.move(timedelta(minutes=1))
    pages, cursor = [], 0
    while cursor is not None:
        answer = (await bank.http.get("/statement", params={"limit": 2, "cursor": cursor})).json()
        pages.append([line["order_id"] for line in answer["lines"]])
        cursor = answer["next_cursor"]
    assert pages == [ids[:2], ids[2:4], ids[4:]]
    lines = await bank.lines()
    inner = await bank.lines(**{"from": lines[1]["booked_at"], "to": lines[3]["booked_at"]})
    assert [line["order_id"] for line in inner] == ids[1:3]


async def test_the_books_hold_neither_account_nor_holder(bank):
    await bank.resend(ORDER)
    engine = create_engine(bank.url, 1)
    async with engine.connect() as connection:
        rows = await connection.exec_driver_sql("SELECT row_to_json(transfer) FROM transfer")
        text = json.dumps([row[0] for row in rows], ensure_ascii=False)
    await engine.dispose()
    assert ORDER["order_id"] in text
    assert "测试甲" not in text
    assert ORDER["account_number"] not in text


async def test_the_migration_makes_the_tables_of_the_models(bank):
    engine = create_engine(bank.url, 1)
    async with engine.connect() as connection:
        difference = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), Base.metadata)
        )
    await engine.dispose()
    assert difference == []


def test_the_simulation_refuses_production():
    settings = BankSettings(
        environment="production", database_url="postgresql+asyncpg:///x", client_secret="s" * 16
    )
    with pytest.raises(ValueError, match="development alone"):
        Bank(settings)
