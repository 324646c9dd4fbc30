"""The bank's statement against our books: every kind of difference, daily and on request."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from talent_kit.calls import CallFailed

from ..disbursements.desk import CHECKER, Desk, code
from ..disbursements.scripted_bank import books_to_another, never_hears_it

DAY = "2026-06-01"


async def compare(desk: Desk, day: str = DAY) -> dict:
    desk.policy.clock.move(timedelta(minutes=1))
    answer = await desk.post("/v1/statements", {"day": day})
    assert (answer.status_code, answer.json()["status"]) == (202, "asked")
    await desk.policy.settle()
    rows = (await desk.get("/v1/statements"))["items"]
    return next(row for row in rows if row["day"] == day)


async def differences(desk: Desk, **query) -> list[tuple[str, int, int]]:
    rows = (await desk.get("/v1/differences", **{"state": "open"} | query))["items"]
    return sorted((row["kind"], row["ours_fen"], row["theirs_fen"]) for row in rows)


async def test_books_that_agree_show_no_difference(desk: Desk) -> None:
    for _ in range(5):
        await desk.paid(100)
    seen = await compare(desk)
    assert (seen["status"], seen["lines"], seen["out_fen"]) == ("compared", 5, 500)
    assert seen["differences"] == 0
    assert await differences(desk) == []


async def test_each_kind_of_difference(desk: Desk) -> None:
    desk.bank.steps = [books_to_another]
    await desk.paid(10)
    await desk.paid(20)
    missing = desk.bank.lines.pop()
    await desk.paid(30)
    desk.bank.lines[-1] = desk.bank.lines[-1].__class__(
        **{**vars(desk.bank.lines[-1]), "amount_fen": 31}
    )
    desk.bank.line("out", 5, reference="fee")
    desk.bank.line("out", 6, order_id=uuid4())
    desk.bank.line("in", 7, reference="R9999999999")
    desk.bank.line("in", 8, reference="thank you")
    seen = await compare(desk)
    assert await differences(desk) == [
        ("another_account", 10, 10),
        ("another_amount", 30, 31),
        ("missing_at_bank", 20, 0),
        ("unknown_here", 0, 5),
        ("unknown_here", 0, 6),
        ("unknown_here", 0, 7),
        ("unknown_here", 0, 8),
    ]
    assert seen["differences"] == 7
    desk.bank.lines.append(missing.__class__(**{**vars(missing), "position": 99}))
    await compare(desk)
    assert ("missing_at_bank", 20, 0) not in await differences(desk)
    rows = (await desk.get("/v1/differences", state="explained"))["items"]
    assert [row["note"] for row in rows] == ["no longer differs"]


async def test_what_the_bank_never_took_is_no_difference_while_it_is_open(desk: Desk) -> None:
    desk.bank.steps = [never_hears_it]
    await desk.paid(10)
    await compare(desk)
    assert await differences(desk) == []


async def test_a_difference_is_explained_once_with_a_note(desk: Desk) -> None:
    desk.bank.line("out", 5, reference="fee")
    await compare(desk)
    [row] = (await desk.get("/v1/differences"))["items"]
    url = f"/v1/differences/{row['id']}/explain"
    stale = await desk.post(url, {"note": "a fee"}, 7)
    assert stale.status_code == 412
    answer = (await desk.post(url, {"note": "a fee"}, row["version"], CHECKER)).json()
    assert (answer["state"], answer["note"]) == ("explained", "a fee")
    assert code(await desk.post(url, {"note": "again"}, answer["version"])) == (
        409,
        "policy.already-explained",
    )
    await compare(desk)
    assert await differences(desk) == []
    async with desk.policy.service.database.transaction() as session:
        found = await session.execute(
            text("SELECT actor FROM audit WHERE action = 'difference.explain'")
        )
        assert found.scalars().all() == [CHECKER]


@pytest.mark.parametrize(("note", "status"), [("", 422), ("n" * 300, 200), ("n" * 301, 422)])
async def test_how_long_a_note_is(desk: Desk, note: str, status: int) -> None:
    desk.bank.line("out", 5, reference="fee")
    await compare(desk)
    [row] = (await desk.get("/v1/differences"))["items"]
    url = f"/v1/differences/{row['id']}/explain"
    assert (await desk.post(url, {"note": note}, row["version"])).status_code == status


@pytest.mark.parametrize(
    ("day", "status"),
    [("2019-12-31", 422), ("2020-01-01", 202), (DAY, 202), ("2026-06-02", 422)],
)
async def test_a_day_that_has_come(desk: Desk, day: str, status: int) -> None:
    assert (await desk.post("/v1/statements", {"day": day})).status_code == status


async def test_the_account_s_region_sees_statements_each_region_its_payments(desk: Desk) -> None:
    await desk.paid(10, region="350702")
    desk.bank.lines.clear()
    desk.bank.line("out", 5, reference="fee")
    await compare(desk)
    away = await desk.post("/v1/statements", {"day": DAY}, region="350702")
    assert code(away) == (403, "outside-region")
    assert await differences(desk, region="350702") == [("missing_at_bank", 10, 0)]
    assert len(await differences(desk)) == 2
    assert await differences(desk, region="330800") == []
    assert (await desk.get("/v1/statements", region="350702"))["items"] == []


async def test_every_day_is_compared_an_hour_after_it_ended(desk: Desk) -> None:
    await desk.paid(10)
    desk.bank.line("out", 5, reference="fee")
    desk.policy.clock.set(datetime(2026, 6, 1, 16, 59, 59, tzinfo=UTC))
    await desk.policy.settle()
    assert (await desk.get("/v1/statements"))["items"] == []
    desk.policy.clock.set(datetime(2026, 6, 1, 17, 0, tzinfo=UTC))
    await desk.policy.settle()
    [seen] = (await desk.get("/v1/statements"))["items"]
    assert (seen["day"], seen["lines"], seen["differences"]) == (DAY, 2, 1)
    desk.policy.clock.move(timedelta(days=3))
    desk.bank.line("in", 9, reference="who knows", ago=timedelta(days=2))
    await desk.policy.settle()
    rows = (await desk.get("/v1/statements"))["items"]
    assert sorted((row["day"], row["in_fen"]) for row in rows) == [
        ("2026-06-01", 0),
        ("2026-06-02", 0),
        ("2026-06-03", 9),
        ("2026-06-04", 0),
    ]


async def test_a_bank_that_does_not_tell_is_asked_again(desk: Desk) -> None:
    await desk.paid(10)
    desk.bank.deaf = True
    with pytest.raises(CallFailed):
        await desk.policy.service.bank.statement(
            desk.policy.clock.now(), desk.policy.clock.now()
        ).__anext__()
    await desk.post("/v1/statements", {"day": DAY})
    await desk.policy.settle()
    [seen] = (await desk.get("/v1/statements"))["items"]
    assert seen["status"] == "asked"
    desk.bank.deaf = False
    desk.policy.clock.move(timedelta(seconds=5))
    await desk.policy.settle()
    [seen] = (await desk.get("/v1/statements"))["items"]
    assert (seen["status"], seen["lines"]) == ("compared", 1)
