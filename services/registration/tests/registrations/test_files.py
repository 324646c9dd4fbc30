"""Files that questions ask for: brought first, named with the claim, read by the organiser."""

import pytest
from talent_kit.identifiers import new_id

from ..world import DAY, NOON, PDF, PNG, words

QUESTIONS = [
    {"name": "proof", "label": words("proof"), "kind": "file", "required": True},
    {"name": "photo", "label": words("photo"), "kind": "file"},
]


async def asking(world, **more):
    return await world.published(questions=QUESTIONS, **more)


async def brought(world, person, content=PDF):
    return (await world.bring(person.headers, content)).json()["id"]


async def opened(world, activity, person, question="proof", who=None):
    registration = await person.registration(activity)
    path = f"/v1/activities/{activity['id']}/registrations/{registration}/files/{question}"
    return await world.send("GET", path, who or world.organiser())


async def change(world, person, activity, answers, version=1):
    path = f"{person.path(activity)}/answers"
    body = {"answers": answers}
    return await world.send("PUT", path, person.headers, json=body, version=version)


def wrong(answer):
    assert answer.json()["code"] == "answers-wrong", answer.text
    return [(one["field"], one["code"]) for one in answer.json()["errors"]]


async def test_the_organiser_alone_reads_it_and_that_is_recorded(world):
    activity, (person, other) = await asking(world), await world.talents(2)
    for one, content in ((person, PDF), (other, PNG)):
        file = await brought(world, one, content)
        assert await one.seat(activity, answers={"proof": file}) == "confirmed"
    got = await opened(world, activity, person)
    assert (got.content, got.headers["Cache-Control"]) == (PDF, "no-store")
    assert (await opened(world, activity, other)).content == PNG
    assert (await opened(world, activity, person, "photo")).json()["code"] == "file-not-found"
    for who in (world.organiser("organiser-2"),):
        refused = await opened(world, activity, person, who=who)
        assert refused.json()["code"] == "activity-not-found"
    noted = await world.rows("SELECT subject FROM audit WHERE action = 'answers.read'")
    assert [row.subject for row in noted] == [f"talent:{one.talent_id}" for one in (person, other)]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (None, "answer-missing"),
        ("no id", "answer-type"),
        (7, "answer-type"),
        ("unknown", "answer-no-file"),
        ("another's", "answer-no-file"),
    ],
)
async def test_what_is_no_file_of_who_answers_takes_no_seat(world, given, code):
    activity, (person, other) = await asking(world), await world.talents(2)
    named = {"unknown": str(new_id()), "another's": await brought(world, other)}
    answers = {} if given is None else {"proof": named.get(given, given)}
    answer = await person.claim(activity, answers=answers)
    assert wrong(answer) == [("body.answers.proof", code)]
    assert await world.taken(activity) == {"hall": 0}


async def test_another_file_takes_its_place(world):
    activity, person = await asking(world), await world.talent()
    first, second = [await brought(world, person, content) for content in (PDF, PNG)]
    await person.seat(activity, answers={"proof": first})
    stranger = await brought(world, await world.talent())
    refused = await change(world, person, activity, {"proof": stranger})
    assert wrong(refused) == [("body.answers.proof", "answer-no-file")]
    assert (await change(world, person, activity, {"proof": second})).status_code == 200
    await world.due()
    assert (await opened(world, activity, person)).content == PNG
    gone = await world.send("GET", f"/v1/registration-files/{first}", person.headers)
    assert gone.json()["code"] == "file-not-found"
    assert len(await world.files()) == 2


async def test_one_that_answers_is_not_removed_and_stays_beyond_a_day(world):
    activity, person = await asking(world), await world.talent()
    file = await brought(world, person)
    await person.seat(activity, answers={"proof": file})
    refused = await world.send("DELETE", f"/v1/registration-files/{file}", person.headers)
    assert refused.json()["code"] == "file-in-use"
    world.later(days=2)
    await world.due()
    assert (await opened(world, activity, person)).content == PDF


@pytest.mark.parametrize(("seconds", "left"), [(-1, 1), (0, 0)])
async def test_they_end_with_the_answers(world, seconds, left):
    activity, person = await asking(world), await world.talent()
    await person.seat(activity, answers={"proof": await brought(world, person)})
    kept = world.running.service.settings.answers_kept_days
    world.running.clock.set(NOON + (14.3 + kept) * DAY)
    world.later(seconds=seconds)
    await world.due()
    assert len(await world.files()) == left


async def test_who_is_erased_leaves_none(world):
    activity, person = await asking(world), await world.talent()
    await person.seat(activity, answers={"proof": await brought(world, person)})
    await person.erase()
    assert await world.files() == []
    assert await world.rows("SELECT 1 FROM answer_file") == []
