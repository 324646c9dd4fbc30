"""From a claim to a seat that is paid for, and what can come between."""

import asyncio
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from ..world import DAY, NOON, World, at, booth, content, ticket
from .desk import PRICE
from .scripted_provider import Closed


async def test_a_seat_is_kept_paid_for_and_confirmed(desk):
    activity, person = await desk.open(), await desk.world.talent()
    answer = (await person.claim(activity)).json()
    assert (answer["status"], answer["due_fen"]) == ("awaiting_payment", PRICE)
    assert answer["pay_until"] == (NOON + timedelta(minutes=15)).isoformat().replace("+00:00", "Z")
    again = (await person.claim(activity)).json()
    assert again == answer
    read = await desk.world.send("GET", person.path(activity), person.headers)
    assert read.json()["payment"] == answer["payment"]
    assert await desk.world.taken(activity) == {"hall": 1}
    assert await desk.figures(activity) == (PRICE, 0, 0, 0)
    said = desk.provider.pay(answer["payment"])
    for _ in range(3):
        assert (await desk.tell(said)).status_code == 204
    assert await person.state(activity) == "confirmed"
    assert await desk.money(person, answer["payment"]) == (PRICE, 0, [])
    assert await desk.figures(activity) == (PRICE, PRICE, 0, 0)
    assert await desk.events() == ["reserved", "confirmed"]
    await desk.later(hours=1)
    assert await person.state(activity) == "confirmed"


async def test_the_address_names_an_order_and_a_title_and_nobody(desk):
    activity, person = await desk.open(), await desk.world.talent()
    due = await desk.due(person, activity)
    asked = parse_qs(urlsplit(due["address"]).query)
    assert set(asked) == {"n", "a", "u", "t", "s"}
    assert asked["t"] == [activity["title"]["zh"]]
    for secret in (person.login, str(person.talent_id), await person.registration(activity)):
        assert secret.replace("-", "") not in due["address"]


async def test_without_a_notice_the_provider_is_asked(desk):
    activity, person = await desk.open(), await desk.world.talent()
    desk.provider.pay(await desk.due(person, activity))
    await desk.later(seconds=29)
    assert await person.state(activity) == "awaiting_payment"
    await desk.later(seconds=1)
    assert await person.state(activity) == "confirmed"


@pytest.mark.parametrize(("seconds", "state"), [(899, "awaiting_payment"), (900, "lapsed")])
async def test_who_does_not_pay_in_time_loses_the_seat_to_who_waits(desk, seconds, state):
    activity = await desk.open(quotas=[hall(1)])
    first, second, third = await desk.world.talents(3)
    due = await desk.due(first, activity)
    assert [await each.seat(activity) for each in (second, third)] == ["waiting", "waiting"]
    await desk.later(seconds=seconds)
    (row,) = await desk.world.rows(
        "SELECT r.status, o.status AS ordered FROM registration r "
        "JOIN payment_order o ON o.registration_id = r.id"
    )
    assert row.status == state
    assert await desk.world.taken(activity) == {"hall": 1}
    if state == "lapsed":
        assert row.ordered == "closed"
        with pytest.raises(Closed):
            desk.provider.pay(due)
        assert [await each.state(activity) for each in (second, third)] == ["offered", "waiting"]
        await desk.seat(second, activity)


def hall(seats):
    return {"name": "hall", "label": {"zh": "场", "en": "hall"}, "capacity": seats}


async def test_who_lost_a_seat_may_claim_another_under_another_number(desk):
    activity, person = await desk.open(), await desk.world.talent()
    first = await desk.due(person, activity)
    await desk.later(minutes=15)
    second = await desk.seat(person, activity)
    assert first["order_id"] != second["order_id"]
    assert await desk.money(person, first) == (0, 0, [])


async def test_a_payment_that_the_provider_took_in_time_counts_however_late_it_is_heard(desk):
    activity, person = await desk.open(), await desk.world.talent()
    due = await desk.due(person, activity)
    desk.provider.deaf = True
    await desk.later(minutes=14)
    desk.provider.pay(due)
    await desk.later(minutes=3)
    assert await person.state(activity) == "awaiting_payment"
    desk.provider.deaf = False
    await desk.later(minutes=1)
    assert await person.state(activity) == "confirmed"
    assert await desk.money(person, due) == (PRICE, 0, [])


@pytest.mark.parametrize(
    ("minutes", "state"), [(19.9, "awaiting_payment"), (20.6, "registration-not-found")]
)
async def test_a_provider_that_is_away_keeps_a_seat_five_minutes_and_then_the_money_goes_back(
    desk, minutes, state
):
    activity, person = await desk.open(), await desk.world.talent()
    due = await desk.due(person, activity)
    desk.provider.deaf = True
    said = desk.provider.pay(due)
    for _ in range(int(minutes * 10)):
        await desk.later(seconds=6)
    assert await person.state(activity) == state
    desk.provider.deaf = False
    assert (await desk.tell(said)).status_code == 204
    if state != "awaiting_payment":
        await desk.later(minutes=1)
        assert await desk.money(person, due) == (PRICE, PRICE, [(PRICE, "late", "made")])
        assert await desk.world.taken(activity) == {"hall": 0}


async def test_another_amount_goes_back_and_the_seat_is_given_up(desk):
    activity, person = await desk.open(), await desk.world.talent()
    due = await desk.due(person, activity)
    await desk.tell(desk.provider.pay(due, PRICE - 1))
    await desk.later(seconds=1)
    assert await person.state(activity) == "registration-not-found"
    assert await desk.money(person, due) == (PRICE - 1, PRICE - 1, [(PRICE - 1, "amount", "made")])
    await desk.seat(person, activity)


async def test_a_second_payment_goes_back(desk):
    activity, person = await desk.open(), await desk.world.talent()
    due = await desk.due(person, activity)
    desk.provider.pay(due)
    await desk.tell(desk.provider.pay(due))
    await desk.later(seconds=1)
    assert await person.state(activity) == "confirmed"
    assert await desk.money(person, due) == (2 * PRICE, PRICE, [(PRICE, "twice", "made")])
    assert desk.provider.net(due["order_id"]) == PRICE


async def test_who_gives_up_while_paying_gets_it_back(desk):
    activity, person = await desk.open(), await desk.world.talent()
    due = await desk.due(person, activity)
    assert (await person.cancel(activity)).json()["status"] == "cancelled"
    said = desk.provider.pay(due)
    await desk.later(seconds=1)
    await desk.tell(said)
    await desk.later(seconds=1)
    assert await desk.money(person, due) == (PRICE, PRICE, [(PRICE, "late", "made")])
    other = await desk.due(person, activity)
    await person.cancel(activity)
    await desk.later(seconds=1)
    with pytest.raises(Closed):
        desk.provider.pay(other)


async def test_a_seat_is_paid_for_before_the_first_session(desk):
    activity = await desk.open(
        meetings=[{**session(), "starts_at": at(0.005), "ends_at": at(12)}],
        cancel_until=at(0.004),
    )
    due = await desk.due(await desk.world.talent(), activity)
    assert due["until"] == (NOON + 0.005 * DAY).isoformat().replace("+00:00", "Z")


def session():
    return {"name": "day-1", "place": {"zh": "场", "en": "hall"}}


async def test_what_was_offered_or_approved_is_paid_for_when_it_is_taken(desk):
    activity = await desk.open(quotas=[hall(1)], tickets=[ticket(price_fen=PRICE, approval=True)])
    first, second = await desk.world.talents(2)
    for person in (first, second):
        assert await person.seat(activity) == "requested"
    ids = [await each.registration(activity) for each in (first, second)]
    body = {"registration_ids": ids, "decision": "approve"}
    path = f"/v1/activities/{activity['id']}/decisions"
    await desk.world.send("POST", path, desk.world.organiser(), json=body)
    assert await first.state(activity) == "offered"
    assert await second.state(activity) == "waiting"
    await desk.seat(first, activity)
    await first.cancel(activity)
    assert await second.state(activity) == "offered"
    await desk.due(second, activity)
    other = await desk.world.talent()
    assert await other.seat(activity) == "requested"


async def test_an_approval_that_is_not_taken_in_time_lapses(desk):
    activity = await desk.open(tickets=[ticket(price_fen=PRICE, approval=True)])
    person = await desk.world.talent()
    await person.claim(activity)
    body = {"registration_ids": [await person.registration(activity)], "decision": "approve"}
    path = f"/v1/activities/{activity['id']}/decisions"
    await desk.world.send("POST", path, desk.world.organiser(), json=body)
    await desk.later(minutes=60)
    assert await person.state(activity) == "registration-not-found"
    assert await desk.world.taken(activity) == {"hall": 0}


async def test_who_is_invited_pays_nothing(desk):
    activity, person = await desk.open(), await desk.world.talent()
    made = await desk.world.post(activity, "invitations", number=1)
    code = made.json()["items"][0]["code"]
    answer = (await person.claim(activity, code=code)).json()
    assert (answer["status"], answer["due_fen"], answer["payment"]) == ("confirmed", 0, None)


async def test_a_move_is_to_what_costs_the_same(desk):
    kinds = [ticket("a", price_fen=PRICE), ticket("b", price_fen=PRICE), ticket("c"), ticket("d")]
    activity, person = await desk.open(tickets=kinds), await desk.world.talent()
    due = await desk.seat(person, activity)
    refused = await person.claim(activity, 2, move=True)
    assert refused.json()["code"] == "price-differs"
    assert (refused.json()["due_fen"], refused.json()["price_fen"]) == (PRICE, 0)
    assert await person.seat(activity, 1, move=True) == "confirmed"
    assert await desk.money(person, due) == (PRICE, 0, [])
    other = await desk.world.talent()
    assert await other.seat(activity, 2) == "confirmed"
    assert (await other.claim(activity, 0, move=True)).json()["code"] == "price-differs"
    assert await other.seat(activity, 3, move=True) == "confirmed"


async def test_employers_register_groups_for_what_is_free(desk):
    activity, firm = await desk.open(), await desk.world.employer()
    person = await desk.world.talent()
    body = {"ticket_id": activity["tickets"][0]["id"], "talent_ids": [str(person.talent_id)]}
    path = f"/v1/activities/{activity['id']}/groups/me"
    answer = await desk.world.send("PUT", path, firm.headers, json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "ticket-costs")


async def test_booths_cost_nothing_and_prices_have_a_limit(desk):
    organiser = desk.world.organiser()
    for price, status in ((10_000_000, 201), (10_000_001, 422), (-1, 422)):
        given = booth()["tickets"][1] | {"price_fen": price}
        answer = await desk.world.send("POST", "/v1/activities", organiser, json=_document(given))
        assert answer.status_code == status
    stand = ticket(price_fen=1, holder="employer")
    answer = await desk.world.send("POST", "/v1/activities", organiser, json=_document(stand))
    assert answer.json()["errors"][0]["code"] == "booth-costs"


def _document(one):

    return content(tickets=[one])


async def test_where_there_is_no_provider_nothing_costs_anything(registration_factory):

    async with registration_factory.running(payments_url="") as running:
        world = World(running)
        answer = await world.send(
            "POST",
            "/v1/activities",
            world.organiser(),
            json=_document(ticket(price_fen=1)),
        )
        assert (answer.status_code, answer.json()["code"]) == (503, "payments-unavailable")
        assert answer.json()["field"] == "body.tickets.0.price_fen"
        free = await world.published()
        assert await (await world.talent()).seat(free) == "confirmed"


async def test_many_who_pay_at_once_have_a_seat_each(desk):
    activity = await desk.open(quotas=[hall(5)])
    people = await desk.world.talents(8)
    claims = await asyncio.gather(*(each.claim(activity) for each in people))
    due = [one.json()["payment"] for one in claims if one.json()["payment"]]
    assert len(due) == 5
    said = [desk.provider.pay(one) for one in due] * 2
    answers = await asyncio.gather(*(desk.tell(one) for one in said))
    assert {one.status_code for one in answers} == {204}
    assert await desk.figures(activity) == (5 * PRICE, 5 * PRICE, 0, 0)
    assert await desk.world.taken(activity) == {"hall": 5}
