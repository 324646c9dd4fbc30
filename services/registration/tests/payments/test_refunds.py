"""What goes back, by whose word, and that it goes until the provider says so."""

from datetime import timedelta

import pytest

from ..world import DAY, NOON, at, content, ticket
from .desk import PRICE

STEPS = [{"days": 7, "percent": 100}, {"days": 2, "percent": 33}]


async def until_days_before(desk, activity, days):
    begins = NOON + 14 * DAY
    desk.world.running.clock.set(begins - days * DAY)
    await desk.world.due()


@pytest.mark.parametrize(
    ("days", "fen"),
    [
        (7, PRICE),
        (6.99999, PRICE - PRICE * 67 // 100),
        (2.00001, PRICE - PRICE * 67 // 100),
        (2, PRICE - PRICE * 67 // 100),
        (1.99999, 0),
    ],
)
async def test_who_gives_a_seat_up_gets_back_what_the_rule_says(desk, days, fen):
    activity = await desk.open(refunds=STEPS, cancel_until=at(14))
    person = await desk.world.talent()
    due = await desk.seat(person, activity)
    await until_days_before(desk, activity, days)
    assert (await person.cancel(activity)).status_code == 200
    await desk.later(seconds=1)
    refunds = [(fen, "given-up", "made")] if fen else []
    assert await desk.money(person, due) == (PRICE, fen, refunds)
    assert await desk.world.taken(activity) == {"hall": 0}
    assert desk.provider.net(due["order_id"]) == PRICE - fen


async def test_without_a_rule_everything_goes_back_as_long_as_it_can_be_given_up(desk):
    activity = await desk.open()
    first, second = await desk.world.talents(2)
    due = await desk.seat(first, activity)
    await desk.seat(second, activity)
    await until_days_before(desk, activity, 2)
    await first.cancel(activity)
    await desk.later(seconds=1)
    assert await desk.money(first, due) == (PRICE, PRICE, [(PRICE, "given-up", "made")])
    assert (await second.cancel(activity)).json()["code"] == "too-late-to-cancel"


async def test_what_the_organiser_cancels_goes_back_whole_whatever_the_rule(desk):
    activity = await desk.open(refunds=[{"days": 300, "percent": 100}])
    people = await desk.world.talents(3)
    dues = [await desk.seat(one, activity) for one in people[:2]]
    dues.append(await desk.due(people[2], activity))
    await desk.world.act(await desk.world.shown(activity), "cancellation", desk.world.organiser())
    await desk.later(seconds=1)
    for person, due in zip(people[:2], dues, strict=False):
        assert await desk.money(person, due) == (PRICE, PRICE, [(PRICE, "organiser", "made")])
    assert await desk.figures(activity) == (0, 2 * PRICE, 0, 2 * PRICE)
    assert desk.provider.orders.popitem()[1].status == "closed"


async def test_what_is_over_keeps_what_was_paid(desk):
    activity, people = await desk.open(), await desk.world.talents(2)
    await desk.seat(people[0], activity)
    await desk.due(people[1], activity)
    await desk.world.act(await desk.world.shown(activity), "completion", desk.world.organiser())
    await desk.later(seconds=1)
    assert await desk.figures(activity) == (PRICE, PRICE, 0, 0)
    assert await people[1].state(activity) == "registration-not-found"


async def test_who_is_erased_gets_back_what_the_rule_says(desk):
    activity, person = await desk.open(refunds=STEPS), await desk.world.talent()
    due = await desk.seat(person, activity)
    await person.erase()
    await desk.later(seconds=1)
    assert desk.provider.net(due["order_id"]) == 0
    assert await desk.figures(activity) == (0, PRICE, 0, PRICE)


@pytest.mark.parametrize("fault", ["deaf", "mute"])
async def test_a_refund_is_sent_until_it_is_answered_and_made_once(desk, fault):
    activity, person = await desk.open(), await desk.world.talent()
    due = await desk.seat(person, activity)
    setattr(desk.provider, fault, True)
    await person.cancel(activity)
    for _ in range(4):
        await desk.later(seconds=20)
    assert await desk.money(person, due) == (PRICE, 0, [(PRICE, "given-up", "ordered")])
    assert await desk.figures(activity) == (0, PRICE, PRICE, 0)
    setattr(desk.provider, fault, False)
    await desk.later(hours=1)
    assert await desk.money(person, due) == (PRICE, PRICE, [(PRICE, "given-up", "made")])
    assert desk.provider.net(due["order_id"]) == 0
    assert desk.provider.asked.count("refund") >= 3


async def test_a_refund_that_is_made_later_is_asked_for_again(desk):
    activity, person = await desk.open(), await desk.world.talent()
    due = await desk.seat(person, activity)
    desk.provider.slow = True
    await person.cancel(activity)
    await desk.later(seconds=1)
    assert (await desk.money(person, due))[2] == [(PRICE, "given-up", "ordered")]
    await desk.later(seconds=2)
    assert (await desk.money(person, due))[2] == [(PRICE, "given-up", "made")]


async def test_a_provider_that_does_not_answer_is_left_alone_for_a_while(desk):
    activity = await desk.open()
    for person in await desk.world.talents(3):
        await desk.due(person, activity)
    desk.provider.deaf = True
    await desk.later(seconds=30)
    assert desk.provider.asked == ["ask"]
    await desk.later(seconds=60)
    assert desk.provider.asked == ["ask", "ask"]


@pytest.mark.parametrize(
    "steps",
    [
        [{"days": 1, "percent": 101}],
        [{"days": 1, "percent": -1}],
        [{"days": -1, "percent": 1}],
        [{"days": 366, "percent": 1}],
        [{"days": 1, "percent": 1}] * 2,
        [{"days": day, "percent": 1} for day in range(11)],
    ],
)
async def test_rules_that_cannot_be(desk, steps):
    given = await desk.world.draft(tickets=[ticket(price_fen=1)], refunds=steps[:0])
    path = f"/v1/activities/{given['id']}"
    answer = await desk.world.send(
        "PUT", path, desk.world.organiser(), json=content(refunds=steps), version=1
    )
    assert answer.status_code == 422


async def test_entries_are_never_changed(desk):
    activity, person = await desk.open(), await desk.world.talent()
    await desk.seat(person, activity)
    for change in ("UPDATE payment_entry SET amount_fen = 1", "DELETE FROM payment_entry"):
        with pytest.raises(Exception, match="append-only"):
            await desk.world.rows(change)


async def test_others_payments_are_not_found(desk):
    activity = await desk.open()
    person, other = await desk.world.talents(2)
    await desk.due(person, activity)
    path = f"/v1/registrations/{await person.registration(activity)}/payment"
    assert (await desk.world.send("GET", path, other.headers)).json()["code"] == "order-not-found"
    shown = (await desk.world.send("GET", path, person.headers)).json()
    assert shown["due"]["amount_fen"] == PRICE
    held = await desk.world.send("GET", "/v1/personal-data/registration", person.headers)
    assert held.json()["registrations"][0]["paid"]["amount_fen"] == PRICE


async def test_a_refund_is_tried_again_after_twice_as_long_an_hour_at_the_most(desk):
    activity, person = await desk.open(), await desk.world.talent()
    await desk.seat(person, activity)
    desk.provider.deaf = True
    await person.cancel(activity)
    clock = desk.world.running.clock
    pauses = []
    for _ in range(15):
        await desk.world.due()
        (row,) = await desk.world.rows("SELECT due FROM timer WHERE kind = 'payment-refunded'")
        pauses.append((row.due - clock.now()) / timedelta(seconds=1))
        clock.set(row.due)
    # Twice it waits for the end of the five seconds in which nothing is asked.
    assert pauses == [2, 3, 4, 1, *(2.0**n for n in range(3, 12)), 3600, 3600]
