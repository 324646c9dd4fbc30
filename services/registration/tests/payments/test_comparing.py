"""Our entries beside the provider's statement, day by day."""

from uuid import uuid4

from sqlalchemy import text
from talent_registration.payments.provider import LineSeen

from ..world import NOON
from .desk import PRICE


async def differences(desk, who=None):
    answer = await desk.world.send("GET", "/v1/payment-differences", who or desk.world.organiser())
    return answer.json()["items"]


async def test_a_day_without_differences(desk):
    activity, person = await desk.open(), await desk.world.talent()
    await desk.seat(person, activity)
    await person.cancel(activity)
    await desk.later(seconds=1)
    await desk.later(days=1)
    assert await desk.world.rows("SELECT day FROM payment_day") == [(NOON.date(),)]
    assert await differences(desk) == []
    # The next day is compared by itself.
    await desk.later(days=2)
    assert len(await desk.world.rows("SELECT day FROM payment_day")) == 3


async def test_what_nobody_told_is_taken_from_the_statement(desk):
    activity, people = await desk.open(), await desk.world.talents(2)
    await desk.seat(people[0], activity)
    due = await desk.due(people[1], activity)
    # Given up while the provider was away; the payer paid, and no notice ever came.
    desk.provider.deaf = True
    desk.provider.pay(due)
    for _ in range(300):
        await desk.later(seconds=6)
    assert await people[1].state(activity) == "registration-not-found"
    async with desk.world.running.service.database.transaction() as session:
        await session.execute(text("DELETE FROM timer WHERE kind = 'payment-looked-for'"))
    desk.provider.deaf = False
    await desk.later(days=1)
    await desk.later(seconds=1)
    assert await desk.money(people[1], due) == (PRICE, PRICE, [(PRICE, "late", "made")])
    assert await differences(desk) == []


async def test_differences_are_shown_to_who_may_see_them_and_explained_by_finance(desk):
    activity, person = await desk.open(), await desk.world.talent()
    due = await desk.seat(person, activity)
    lines = desk.provider.lines
    # The provider booked less than it told, and something that is none of ours.
    lines[0] = lines[0]._replace(amount_fen=PRICE - 1)
    lines.append(LineSeen(9, "refunded", uuid4(), uuid4(), 77, NOON))
    await desk.later(days=1)
    (own,) = await differences(desk)
    assert (own["ours_fen"], own["theirs_fen"], own["kind"]) == (PRICE, PRICE - 1, "paid")
    assert (own["activity_id"], own["region"]) == (activity["id"], "350700")
    assert due["order_id"] not in str(own)
    assert await differences(desk, desk.world.organiser("organiser-2")) == []
    assert await differences(desk, desk.world.finance(region="330800")) == []
    everything = desk.world.finance("whole-country", region="000000")
    assert len(await differences(desk, everything)) in (1, 2)
    path = f"/v1/payment-differences/{own['id']}"
    finance, note = desk.world.finance(), {"note": "fee of the provider"}
    for who, status in (
        (desk.world.organiser(), 403),
        (desk.world.finance(region="330800"), 404),
        (finance, 200),
        (finance, 412),
    ):
        answer = await desk.world.send("PUT", path, who, json=note, version=1)
        assert answer.status_code == status
    again = await desk.world.send("PUT", path, finance, json=note, version=2)
    assert again.json()["code"] == "difference-explained"
    (row,) = await desk.world.rows(
        "SELECT region FROM payment_difference WHERE activity_id IS NULL"
    )
    assert row.region == "000000"


async def test_what_is_missing_at_the_provider_is_a_difference(desk):
    activity, person = await desk.open(), await desk.world.talent()
    await desk.seat(person, activity)
    desk.provider.lines.clear()
    await desk.later(days=1)
    (own,) = await differences(desk)
    assert (own["ours_fen"], own["theirs_fen"]) == (PRICE, 0)
    # Compared again it stays one.
    async with desk.world.running.service.database.transaction() as session:
        await session.execute(text("DELETE FROM payment_day"))
    await desk.later(days=1)
    assert len(await differences(desk)) == 1


async def test_a_provider_that_is_away_is_asked_for_the_statement_again(desk):
    activity, person = await desk.open(), await desk.world.talent()
    await desk.seat(person, activity)
    desk.provider.deaf = True
    await desk.later(days=1)
    assert await desk.world.rows("SELECT day FROM payment_day") == []
    desk.provider.deaf = False
    await desk.later(minutes=5)
    assert len(await desk.world.rows("SELECT day FROM payment_day")) == 1
