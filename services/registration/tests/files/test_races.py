"""A file that is named in the moment in which it would go: one of both waits for the other."""

import asyncio
from uuid import UUID

from talent_registration.files import service
from talent_registration.files.access import PICTURES
from talent_registration.models.files import Picture

from ..world import PDF, PNG, words

A_MOMENT = 0.3
"""Seconds in which whoever does not wait has long been done."""
QUESTIONS = [{"name": "proof", "label": words("proof"), "kind": "file", "required": True}]


async def dropped(world, file_id):
    running = world.running.service
    async with running.database.transaction() as session:
        return await service.drop_unused(session, running.blobs, [file_id])


async def test_what_is_named_first_stays(world):
    draft = await world.draft()
    file_id = UUID((await world.bring(world.organiser(), PNG)).json()["id"])
    async with world.running.service.database.transaction() as session:
        await service.named(session, "organiser-1", file_id, PICTURES, "body.file_id")
        dropping = asyncio.create_task(dropped(world, file_id))
        await asyncio.sleep(A_MOMENT)
        assert not dropping.done()
        names = {"alt_zh": "图", "alt_en": "picture"}
        picture = Picture(activity_id=UUID(draft["id"]), place=0, file_id=file_id, **names)
        session.add(picture)
    assert await dropping == 0
    assert len(await world.files()) == 1


async def test_what_answers_first_stays(world):
    activity, person = await world.published(questions=QUESTIONS), await world.talent()
    file = (await world.bring(person.headers, PDF)).json()["id"]
    answer, gone = await asyncio.gather(
        person.claim(activity, answers={"proof": file}), dropped(world, UUID(file))
    )
    assert (answer.status_code, gone) in {(200, 0), (422, 1)}
    assert len(await world.files()) == 1 - gone


async def test_what_goes_first_is_no_answer(world):
    activity, person = await world.published(questions=QUESTIONS), await world.talent()
    file = (await world.bring(person.headers, PDF)).json()["id"]
    running = world.running.service
    async with running.database.transaction() as session:
        assert await service.drop_unused(session, running.blobs, [UUID(file)]) == 1
        claiming = asyncio.create_task(person.claim(activity, answers={"proof": file}))
        await asyncio.sleep(A_MOMENT)
        assert not claiming.done()
    answer = await claiming
    assert (answer.status_code, answer.json()["code"]) == (422, "answers-wrong")
    assert await world.taken(activity) == {"hall": 0}
