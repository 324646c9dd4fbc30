"""Whom a ticket admits: its regions, its window, its access code."""

import asyncio

import pytest

from ..world import DAY, NOON, at, content, ticket

WITH_CODE = [ticket(admission="code")]
CODE = "Maple-2026"


async def test_the_regions_of_a_ticket_narrow_those_of_the_activity(world):
    tickets = [ticket("city"), ticket("district", regions=["350702"])]
    activity = await world.published(regions=["350700"], tickets=tickets)
    inside, beside, outside = [await world.talent(one) for one in ("350702", "350783", "330800")]
    assert (await beside.claim(activity, 1)).json()["code"] == "not-admitted"
    assert await beside.seat(activity, 0) == "confirmed"
    assert await inside.seat(activity, 1) == "confirmed"
    assert (await outside.claim(activity, 0)).json()["code"] == "not-admitted"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0.999, "registration-not-open"),
        (1, "confirmed"),
        (1.999, "confirmed"),
        (2, "registration-not-open"),
    ],
)
async def test_the_window_of_a_ticket(world, days, expected):
    activity = await world.published(tickets=[ticket(opens_at=at(1), closes_at=at(2))])
    person = await world.talent()
    world.running.clock.set(NOON + days * DAY)
    answer = (await person.claim(activity)).json()
    assert answer.get("code", answer.get("status")) == expected


async def test_the_access_code_however_it_is_typed(world):
    activity = await world.published(tickets=WITH_CODE)
    people = await world.talents(4)
    # Until one is set nobody is admitted by it.
    assert (await people[0].claim(activity, code=CODE)).json()["code"] == "wrong-code"
    assert (await world.set_code(activity, CODE)).status_code == 200
    assert (await people[0].claim(activity)).json()["code"] == "code-required"
    for person, typed in zip(people, ("Maple-2026", "MAPLE2026", " ｍaple－2026 "), strict=False):
        await person.cancel(activity)
        assert await person.seat(activity, code=typed) == "confirmed"
    assert CODE.lower() not in (await world.running.stored()).lower()


async def test_a_new_code_replaces_the_former_one(world):
    activity = await world.published(tickets=WITH_CODE)
    await world.set_code(activity, CODE)
    await world.set_code(activity, "Cedar-2026")
    person = await world.talent()
    assert (await person.claim(activity, code=CODE)).json()["code"] == "wrong-code"
    assert await person.seat(activity, code="cedar 2026") == "confirmed"


async def test_a_draft_that_is_edited_keeps_its_codes(world):
    draft = await world.draft(tickets=WITH_CODE)
    await world.set_code(draft, CODE)
    edited = await world.send(
        "PUT",
        f"/v1/activities/{draft['id']}",
        world.organiser(),
        json=content(tickets=WITH_CODE),
        version=2,
    )
    submitted = (await world.act(edited.json(), "submission", world.organiser())).json()
    activity = (await world.act(submitted, "publication", world.reviewer())).json()
    assert await (await world.talent()).seat(activity, code=CODE) == "confirmed"


@pytest.mark.parametrize(
    ("code", "status"), [("abcde", 422), ("a-b-c-d-e", 422), ("abcdef", 200), ("a" * 65, 422)]
)
async def test_how_short_a_code_may_be(world, code, status):
    activity = await world.published(tickets=WITH_CODE)
    assert (await world.set_code(activity, code)).status_code == status


async def test_a_ticket_that_wants_no_code_has_none(world):
    activity = await world.published()
    assert (await world.set_code(activity, CODE)).json()["code"] == "no-code-wanted"


async def test_after_ten_wrong_codes_an_hour_of_nothing(world):
    activity = await world.published(tickets=WITH_CODE)
    await world.set_code(activity, CODE)
    person, other = await world.talents(2)
    for _ in range(9):
        assert (await person.claim(activity, code="guess")).json()["code"] == "wrong-code"
    answers = await asyncio.gather(*(person.claim(activity, code="guess") for _ in range(3)))
    assert sorted(a.json()["code"] for a in answers) == ["too-many-tries"] * 2 + ["wrong-code"]
    right = await person.claim(activity, code=CODE)
    assert (right.status_code, right.json()["code"]) == (429, "too-many-tries")
    assert 0 < int(right.headers["retry-after"]) <= 3601
    assert await other.seat(activity, code=CODE) == "confirmed"
    world.later(minutes=59, seconds=59)
    assert (await person.claim(activity, code=CODE)).status_code == 429
    world.later(seconds=1)
    assert await person.seat(activity, code=CODE) == "confirmed"


async def test_of_who_was_erased_no_tries_are_kept(world):
    activity = await world.published(tickets=WITH_CODE)
    person = await world.talent()
    await person.claim(activity, code="guess")
    await person.erase()
    assert await world.rows("SELECT 1 FROM code_tries") == []
