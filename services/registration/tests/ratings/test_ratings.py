"""Ratings of those who were there: once each, told in steps of five, and nobody's."""

import pytest

from ..door import Door
from ..world import DAY, NOON, words

SURVEY = [
    {
        "name": "speaker",
        "label": words("speaker"),
        "choices": [{"name": name, "label": words(name)} for name in ("good", "poor")],
    }
]
LAST_DAY = NOON + 15.3 * DAY + 30 * DAY


@pytest.fixture
async def door(world):
    return await Door.opened(world, activity={"survey": SURVEY})


async def attended(door, number):
    """Some who were there on the first day."""
    people = [await door.registered() for _ in range(number)]
    door.first_day()
    for _, code in people:
        await door.scan(code)
    return [talent for talent, _ in people]


async def rate(door, talent, grade=5, **answers):
    body = {"grade": grade, "answers": answers}
    return await door.world.send("PUT", f"{door.path}/ratings/me", talent.headers, json=body)


async def figures(door, who=None):
    answer = await door.world.send("GET", f"{door.path}/ratings", who or door.world.organiser())
    return answer.json()


async def test_they_are_told_in_steps_of_five(door):
    people = await attended(door, 6)
    for number, talent in enumerate(people, start=1):
        answer = await rate(door, talent, grade=min(number, 5), speaker="good")
        assert (answer.status_code, answer.json()["rated"]) == (200, True), answer.text
        told = 0 if number < 5 else 5
        found = await figures(door)
        assert (found["ratings"], sum(found["grades"].values())) == (told, told)
        assert found["answers"] == {"speaker": {"good": told, "poor": 0}}
    assert (await figures(door))["grades"] == dict.fromkeys("12345", 1)


async def test_everybody_once_and_what_is_sent_again_changes_nothing(door):
    (talent,) = await attended(door, 1)
    path = f"{door.path}/ratings/me"
    before = await door.world.send("GET", path, talent.headers)
    assert before.json()["rated"] is False
    first, again = await rate(door, talent, 5), await rate(door, talent, 1)
    assert first.json() == again.json()
    rows = await door.world.rows("SELECT question, answer, times FROM rating_figure ORDER BY 1")
    assert [tuple(row) for row in rows] == [("", "", 1), ("grade", "5", 1)]
    assert (await door.world.send("GET", path, talent.headers)).json()["rated"] is True


async def test_what_is_kept_does_not_say_who_said_what(door):
    people = await attended(door, 2)
    for talent in people:
        await rate(door, talent, 1, speaker="poor")
    columns = await door.world.rows(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_name LIKE 'rating%'"
    )
    assert {row.column_name for row in columns if row.table_name == "rating_given"} == {
        "attendance_id"
    }
    stored = await door.world.rows("SELECT activity_id, question, answer FROM rating_figure")
    assert {str(row.activity_id) for row in stored} == {door.activity["id"]}
    events = await door.world.rows("SELECT 1 FROM outbox WHERE type LIKE '%rating%'")
    assert events == []


async def test_only_those_who_were_there(door):
    absent, _ = await door.registered()
    stranger = await door.world.talent()
    (present,) = await attended(door, 1)
    for talent in (absent, stranger):
        assert (await rate(door, talent)).json()["code"] == "not-attended"
    (line,) = (await door.read("attendance"))["items"]
    path = f"{door.path}/attendance/{line['id']}/revocation"
    body = {"reason": "test-scan"}
    await door.world.send("POST", path, door.world.organiser(), json=body, version=line["version"])
    assert (await rate(door, present)).json()["code"] == "not-attended"


@pytest.mark.parametrize(("seconds", "code"), [(0, None), (1, "rating-over")])
async def test_for_thirty_days(door, seconds, code):
    (talent,) = await attended(door, 1)
    door.world.running.clock.set(LAST_DAY)
    door.world.later(seconds=seconds)
    assert (await rate(door, talent)).json().get("code") == code


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"grade": 0}, "body.grade"),
        ({"grade": 6}, "body.grade"),
        ({"grade": "5"}, "body.grade"),
        ({"grade": 5, "answers": {"speaker": "brilliant"}}, "body.answers.speaker"),
        ({"grade": 5, "answers": {"food": "good"}}, "body.answers.food"),
    ],
)
async def test_what_does_not_fit(door, body, field):
    (talent,) = await attended(door, 1)
    answer = await door.world.send("PUT", f"{door.path}/ratings/me", talent.headers, json=body)
    assert answer.status_code == 422
    problem = answer.json()
    assert field in {problem.get("field"), *(one["field"] for one in problem.get("errors", []))}


async def test_other_organisers_and_offices_learn_nothing(door):
    world = door.world
    assert (await figures(door, world.reviewer()))["ratings"] == 0
    for who in (world.organiser("organiser-2"), world.reviewer(region="330800")):
        assert (await figures(door, who))["code"] == "activity-not-found"
