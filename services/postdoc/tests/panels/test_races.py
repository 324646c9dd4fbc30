"""Two act on a panel at once: one order of theirs is what everybody sees."""

import asyncio

import pytest_asyncio

from .experts import Panels


@pytest_asyncio.fixture
async def panels(world):
    return await Panels.of(world)


async def test_a_vote_that_arrives_while_the_chair_concludes_counts_or_is_refused(panels):
    for purpose in ("entry", "mid_term", "exit"):
        panel = await panels.convened(purpose)
        for number in (1, 2, 3, 4):
            await panels.vote(panel, number, "passed")
        late, done = await asyncio.gather(panels.vote(panel, 5, "failed"), panels.conclude(panel))
        assert done.status_code == 201
        counted = len(done.json()["votes"])
        assert (late.status_code, counted) in {(201, 5), (409, 4)}


async def test_of_two_conclusions_at_once_one_counts(panels):
    panel = await panels.convened()
    for number in range(1, 6):
        await panels.vote(panel, number)
    answers = await asyncio.gather(*(panels.conclude(panel) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"panel-state"}


async def test_of_two_panels_convened_at_once_one_is(panels):
    answers = await asyncio.gather(*(panels.asked() for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"panel-exists"}


async def test_two_votes_of_one_member_at_once_are_two_on_record(panels, world):
    panel = await panels.convened()
    await asyncio.gather(panels.vote(panel, 1, "passed"), panels.vote(panel, 1, "failed"))
    rows = await world.rows("SELECT number FROM panel_vote ORDER BY number")
    assert [row.number for row in rows] == [1, 2]
