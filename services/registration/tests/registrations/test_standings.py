"""Tickets for who was verified to have a degree, or a talent class."""

import pytest
from talent_contracts import StandingChanged
from talent_registration.people.consumers import on_standings

from ..world import content, ticket, words

HALL = {"quotas": [{"name": "hall", "label": words("hall"), "capacity": 20}]}


async def verify(world, person, degree=None, *classes, version=1):
    """Policy tells what was verified of somebody."""
    told = StandingChanged(
        talent_id=person.talent_id, degree=degree, talent_classes=classes, version=version
    )
    async with world.running.service.database.transaction() as session:
        await on_standings(session, [told])


async def code(person, activity, number=0, **more):
    answer = (await person.claim(activity, number, **more)).json()
    return answer.get("code", answer.get("status"))


@pytest.mark.parametrize(
    ("degree", "found"),
    [
        ("bachelor", "of-other-degrees"),
        ("master", "confirmed"),
        ("doctor", "confirmed"),
        ("other", "of-other-degrees"),
        (None, "degree-not-verified"),
    ],
)
async def test_masters_and_above_alone(world, degree, found):
    activity = await world.published(tickets=[ticket(degrees=["master", "doctor"])])
    person = await world.talent()
    await verify(world, person, degree)
    assert await code(person, activity) == found


@pytest.mark.parametrize(
    ("classes", "found"),
    [
        (["city.d"], "class-not-verified"),
        (["city.d", "province.none"], "of-other-classes"),
        (["city.c"], "confirmed"),
        (["city.b"], "confirmed"),
        (["province.a"], "confirmed"),
        (["city.none", "province.a"], "confirmed"),
        (["city.none", "province.none"], "of-other-classes"),
        ([], "class-not-verified"),
    ],
)
async def test_class_c_of_the_city_and_above_or_a_of_the_province(world, classes, found):
    wanted = ["city.a", "city.b", "city.c", "province.a"]
    activity = await world.published(tickets=[ticket(talent_classes=wanted)])
    person = await world.talent()
    await verify(world, person, "doctor", *classes)
    assert await code(person, activity) == found


async def test_what_is_missing_and_where_to_have_it_verified_is_told(world):
    tickets = [
        ticket(degrees=["doctor"]),
        ticket("classed", talent_classes=["province.a", "city.a"]),
    ]
    activity = await world.published(tickets=tickets)
    person = await world.talent()
    answers = [await person.claim(activity, number) for number in (0, 1)]
    assert [answer.status_code for answer in answers] == [403, 403]
    degree, classes = (answer.json() for answer in answers)
    assert degree["missing"] == ["person.degree"]
    assert classes["missing"] == ["person.city_class", "person.provincial_class"]
    assert "/v1/observations" in degree["detail"]
    await verify(world, person, None, "city.b")
    assert (await person.claim(activity, 1)).json()["missing"] == ["person.provincial_class"]


async def test_both_are_asked_where_a_ticket_says_both(world):
    asked = ticket(degrees=["doctor"], talent_classes=["city.a"])
    activity = await world.published(**HALL, tickets=[asked])
    found = []
    for degree, *classes in (("doctor",), ("master", "city.a"), ("doctor", "city.a")):
        person = await world.talent()
        await verify(world, person, degree, *classes)
        found.append(await code(person, activity))
    assert found == ["class-not-verified", "of-other-degrees", "confirmed"]


async def test_the_newest_word_counts_and_a_seat_stays(world):
    activity = await world.published(tickets=[ticket(degrees=["master"]), ticket("b")])
    person, other = await world.talents(2)
    for each in (person, other):
        await verify(world, each, "master", version=2)
        await verify(world, each, "bachelor", version=1)
    assert await code(person, activity) == "confirmed"
    for each in (person, other):
        await verify(world, each, "bachelor", version=3)
    assert await code(person, activity) == "confirmed"
    assert await code(other, activity) == "of-other-degrees"
    assert await code(other, activity, 1) == "confirmed"
    assert await code(other, activity, 0, move=True) == "of-other-degrees"


async def test_a_degree_that_is_no_longer_verified_is_missing(world):
    activity = await world.published(tickets=[ticket(degrees=["master"])])
    person = await world.talent()
    await verify(world, person, "master")
    await verify(world, person, None, version=2)
    assert await code(person, activity) == "degree-not-verified"


async def test_who_is_invited_needs_the_degree_all_the_same(world):
    activity = await world.published(tickets=[ticket(degrees=["master"])])
    made = await world.post(activity, "invitations", number=1)
    person = await world.talent()
    [given] = made.json()["items"]
    assert await code(person, activity, code=given["code"]) == "degree-not-verified"


async def test_it_is_shown_to_whose_it_is_and_ends_with_them(world):
    person = await world.talent()
    path = "/v1/personal-data/registration"
    held = (await world.send("GET", path, person.headers)).json()
    assert (held["degree"], held["talent_classes"]) == (None, [])
    await verify(world, person, "master", "city.c")
    held = (await world.send("GET", path, person.headers)).json()
    assert (held["degree"], held["talent_classes"]) == ("master", ["city.c"])
    await person.erase()
    await verify(world, person, "doctor", version=9)
    assert await world.rows("SELECT 1 FROM standing") == []


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"degrees": ["doctor", "master", "bachelor", "junior_college"]}, 201),
        ({"degrees": ["other"]}, 422),
        ({"degrees": ["doctor", "doctor"]}, 422),
        ({"talent_classes": ["city.f", "province.c"]}, 201),
        ({"talent_classes": ["city.g"]}, 422),
        ({"talent_classes": ["city.none"]}, 422),
        ({"talent_classes": ["city.a", "city.a"]}, 422),
    ],
)
async def test_limits_of_a_document(world, more, status):
    body = content(tickets=[ticket(**more)])
    answer = await world.send("POST", "/v1/activities", world.organiser(), json=body)
    assert answer.status_code == status
    if status == 201:
        [made] = answer.json()["tickets"]
        assert {name: made[name] for name in more} == more
