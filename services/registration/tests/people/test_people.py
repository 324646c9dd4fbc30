"""What is kept of talents: the newest word, and nothing that names them."""

from uuid import uuid4

from talent_contracts import TalentUpdated
from talent_kit.testing.services import ServiceUnderTest
from talent_registration.people.consumers import on_talents


def told(talent_id, version, **changes):
    given = {
        "talent_id": talent_id,
        "login": "login-1",
        "region": "350702",
        "birth_date": "1999-01-01",
        "nationality": "CHN",
        "residence": "mainland",
        "version": version,
    }
    return TalentUpdated.model_validate(given | changes)


async def hear(running: ServiceUnderTest, *events):
    async with running.service.database.transaction() as session:
        await on_talents(session, events)


async def test_the_newest_word_counts_however_it_comes(world):
    who = uuid4()
    await hear(world.running, told(who, 3, region="350703"), told(who, 2, region="350702"))
    await hear(world.running, told(who, 1, region="350721"))
    (row,) = await world.rows("SELECT region, version FROM person")
    assert (row.region, row.version) == ("350703", 3)


async def test_a_login_that_has_passed_on_is_the_newer_talent_s(world):
    activity = await world.published()
    former = await world.talent(login="same-login")
    newer = await world.talent(login="same-login")
    await newer.claim(activity)
    (row,) = await world.rows("SELECT talent_id FROM registration")
    assert row.talent_id == newer.talent_id != former.talent_id
