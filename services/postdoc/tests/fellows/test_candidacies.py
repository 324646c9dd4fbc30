"""From an accepted candidacy to the entry panel, without a further consent."""

import pytest
from talent_kit.identifiers import new_id

from ..candidacies.applied import accepted, interviewed
from ..positions.opened import Recruiting
from .story import DOCUMENTS, Story, code


async def test_an_accepted_candidacy_is_the_consent(world):
    here, doctor = await Recruiting.begun(world), await world.talent()
    position = await here.published()
    candidacy = await accepted(here, doctor, position)
    given = {"unit": here.unit, "talent": doctor, "station": here.station_id}
    story = await Story.begun(world, **given, candidacy_id=candidacy)
    assert (await story.read())["position_id"] == position
    await story.attach(*DOCUMENTS)
    assert (await story.done("submitted"))["status"] == "panel"


async def test_a_candidacy_that_is_not_accepted_or_another_s_is_none(world):
    here, doctor = await Recruiting.begun(world), await world.talent()
    candidacy = await interviewed(here, doctor, await here.published())
    advisor = await world.advisor(here.station_id)
    for talent, expected in (
        (doctor, (409, "candidacy-state")),
        (await world.talent(), (404, "candidacy-not-found")),
    ):
        story = Story(world, here.unit, talent, here.station_id, advisor)
        assert code(await story.apply(candidacy_id=candidacy)) == expected


@pytest.mark.parametrize("other", [True, False])
async def test_a_candidacy_is_for_its_own_station(world, other):
    here, doctor = await Recruiting.begun(world), await world.talent()
    candidacy = await accepted(here, doctor, await here.published())
    station = await world.station(here.unit, id=new_id()) if other else here.station_id
    story = Story(world, here.unit, doctor, station, await world.advisor(station))
    answer = await story.apply(candidacy_id=candidacy)
    assert answer.status_code == (404 if other else 201)
