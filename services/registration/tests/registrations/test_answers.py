"""Answers: asked for with the claim, kept sealed, seen by the organiser and their owner alone."""

import pytest

from ..world import DAY, NOON, World, ticket, words

SECRET = "花生过敏𠮷"
QUESTIONS = [
    {"name": "guest", "label": words("guest"), "kind": "yes_no", "required": True},
    {
        "name": "diet",
        "label": words("diet"),
        "kind": "text",
        "when": {"question": "guest", "any_of": [True]},
        "tickets": ["visitor"],
    },
]
ANSWERS = {"guest": True, "diet": SECRET}


async def asking(world, **more):
    return await world.published(questions=QUESTIONS, **more)


async def test_answers_that_do_not_fit_are_named_and_take_no_seat(world):
    activity, person = await asking(world), await world.talent()
    answer = await person.claim(activity, answers={"diet": 7, "name-of-mine": SECRET})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "answers-wrong")
    assert [(one["field"], one["code"]) for one in problem["errors"]] == [
        ("body.answers.guest", "answer-missing"),
        ("body.answers.diet", "answer-not-asked"),
        ("body.answers.*", "answer-not-asked"),
    ]
    assert SECRET not in answer.text
    assert await world.taken(activity) == {"hall": 0}


async def test_who_sees_them(world):
    activity, (person, plain) = await asking(world), await world.talents(2)
    assert await person.seat(activity, answers=ANSWERS) == "confirmed"
    assert await plain.seat(activity, answers={"guest": False}) == "confirmed"
    own = await world.send("GET", f"{person.path(activity)}/answers", person.headers)
    assert own.json() == {"answers": ANSWERS, "version": 1}
    path = f"/v1/activities/{activity['id']}/registrations"
    listed = (await world.send("GET", f"{path}?answers=true", world.organiser())).json()["items"]
    assert [line["answers"] for line in listed] == [{"guest": False}, ANSWERS]
    without = (await world.send("GET", path, world.organiser())).json()["items"]
    assert [line["answers"] for line in without] == [None, None]
    for other in (world.reviewer(), world.organiser("organiser-2")):
        refused = await world.send("GET", f"{path}?answers=true", other)
        assert refused.json()["code"] == "activity-not-found"
    noted = await world.rows("SELECT subject, purpose FROM audit WHERE action = 'answers.read'")
    assert {row.subject for row in noted} == {f"talent:{p.talent_id}" for p in (person, plain)}


async def test_they_are_sealed_and_end_with_the_talent(world):
    activity, person = await asking(world), await world.talent()
    await person.seat(activity, answers=ANSWERS)
    assert SECRET not in await world.running.stored()
    await person.erase()
    assert await world.rows("SELECT 1 FROM answer_sheet") == []
    (row,) = await world.rows("SELECT wrapped, destroyed_at FROM data_key")
    assert row.wrapped is None
    assert row.destroyed_at is not None


async def change(world, person, activity, answers, version=1):
    path = f"{person.path(activity)}/answers"
    body = {"answers": answers}
    return await world.send("PUT", path, person.headers, json=body, version=version)


async def test_changing_them(world):
    activity, person = await asking(world), await world.talent()
    assert (await change(world, person, activity, ANSWERS)).json()["code"] == (
        "registration-not-found"
    )
    await person.seat(activity, answers=ANSWERS)
    # Claiming again changes nothing, answers neither.
    await person.claim(activity, answers={"guest": False})
    changed = await change(world, person, activity, {"guest": False})
    assert changed.json() == {"answers": {"guest": False}, "version": 2}
    stale = await change(world, person, activity, ANSWERS)
    assert stale.json()["code"] == "version-changed"
    wrong = await change(world, person, activity, {}, 2)
    assert wrong.json()["errors"][0]["code"] == "answer-missing"


@pytest.mark.parametrize(("days", "status"), [(13.999, 200), (14, 409)])
async def test_until_the_first_session_begins(world, days, status):
    activity, person = await asking(world), await world.talent()
    await person.seat(activity, answers=ANSWERS)
    world.running.clock.set(NOON + days * DAY)
    assert (await change(world, person, activity, {"guest": False})).status_code == status


async def test_another_ticket_asks_other_things(world):
    activity = await asking(world, tickets=[ticket(), ticket("press")])
    person = await world.talent()
    answer = await person.claim(activity, 1, answers=ANSWERS)
    assert answer.json()["errors"][0]["field"] == "body.answers.diet"
    assert await person.seat(activity, 1, answers={"guest": True}) == "confirmed"


async def test_where_nothing_is_asked_there_is_no_sheet_and_no_key(world):
    activity, person = await world.published(), await world.talent()
    assert (await person.claim(activity, answers={"guest": True})).status_code == 422
    assert await person.seat(activity) == "confirmed"
    assert await world.rows("SELECT 1 FROM answer_sheet UNION SELECT 1 FROM data_key") == []


async def test_too_many_and_too_long(world):
    activity, person = await asking(world), await world.talent()
    many = {f"q{n}": True for n in range(51)}
    assert (await person.claim(activity, answers=many)).status_code == 422
    huge = await person.claim(activity, answers=ANSWERS | {"diet": "x" * 1_048_576})
    assert huge.status_code in {413, 422}
    body = f'{{"ticket_id": "{activity["tickets"][0]["id"]}", "answers": {{"guest": "\\ud800"}}}}'
    headers = person.headers | {"Content-Type": "application/json"}
    half = await world.send("PUT", person.path(activity), headers, content=body)
    assert half.status_code in {400, 422}


async def test_they_are_kept_for_a_time_after_the_activity_and_then_no_more(registration_factory):
    async with registration_factory.running(answers_kept_days=30) as running:
        world = World(running)
        activity, person = await asking(world), await world.talent()
        await person.seat(activity, answers=ANSWERS)
        for days, left in ((14.3, 1), (44.299, 1), (44.3, 0)):
            running.clock.set(NOON + days * DAY)
            await running.settle()
            assert len(await world.rows("SELECT 1 FROM answer_sheet")) == left
        own = await world.send("GET", f"{person.path(activity)}/answers", person.headers)
        assert own.json()["answers"] == {}
