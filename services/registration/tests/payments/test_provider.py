"""What the provider's statement says is read as the provider says it, or not at all."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from talent_kit.calls import CallFailed
from talent_registration.payments.provider import HttpProvider, LineSeen

DAY = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    line: dict[str, Any] = {
        "position": 1,
        "kind": "payment",
        "reference": str(uuid4()),
        "number": str(uuid4()),
        "amount_fen": 5,
        "booked_at": "2026-06-01T04:00:00+00:00",
    }

    async def says(*_: object, **__: object) -> httpx2.Response:
        return httpx2.Response(200, json={"lines": [line], "next_cursor": None})

    monkeypatch.setattr(httpx2.AsyncClient, "request", says)
    return line


async def _lines() -> list[LineSeen]:
    provider = HttpProvider("http://provider.test", "secret", 1)
    try:
        return [line async for page in provider.statement(DAY, DAY) for line in page]
    finally:
        await provider.close()


@pytest.mark.parametrize(("kind", "read"), [("payment", "paid"), ("refund", "refunded")])
async def test_a_line_is_read(told: dict[str, Any], kind: str, read: str) -> None:
    told["kind"] = kind
    [line] = await _lines()
    assert (line.kind, line.amount_fen) == (read, 5)


@pytest.mark.parametrize("wrong", [{"kind": "fee"}, {"reference": 7}, {"amount_fen": None}])
async def test_a_line_that_means_nothing_known_is_not_guessed(
    told: dict[str, Any], wrong: dict[str, Any]
) -> None:
    told |= wrong
    with pytest.raises(CallFailed):
        await _lines()
