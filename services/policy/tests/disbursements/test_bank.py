"""What the bank's statement says is read as the bank says it, or not at all."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from talent_kit.calls import CallFailed
from talent_policy.disbursements.bank import BankLine, HttpBank

DAY = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    line: dict[str, Any] = {
        "position": 1,
        "direction": "in",
        "order_id": None,
        "reference": "R1",
        "amount_fen": 5,
        "account_mask": None,
        "booked_at": "2026-06-01T04:00:00+00:00",
    }

    async def says(*_: object, **__: object) -> httpx2.Response:
        return httpx2.Response(200, json={"lines": [line], "next_cursor": None})

    monkeypatch.setattr(httpx2.AsyncClient, "request", says)
    return line


async def _lines() -> list[BankLine]:
    bank = HttpBank("http://bank.test", "secret", 1)
    try:
        return [line async for page in bank.statement(DAY, DAY) for line in page]
    finally:
        await bank.close()


async def test_a_line_is_read(told: dict[str, Any]) -> None:
    [line] = await _lines()
    assert (line.direction, line.amount_fen, line.order_id) == ("in", 5, None)
    told |= {"direction": "out", "order_id": str(order := uuid4())}
    [line] = await _lines()
    assert (line.direction, line.order_id) == ("out", order)


@pytest.mark.parametrize(
    "wrong", [{"direction": "sideways"}, {"order_id": 7}, {"amount_fen": None}, {"booked_at": "?"}]
)
async def test_a_line_that_means_nothing_known_is_not_guessed(
    told: dict[str, Any], wrong: dict[str, Any]
) -> None:
    told |= wrong
    with pytest.raises(CallFailed):
        await _lines()
