"""How long what was written of a candidacy is kept."""

from datetime import date, timedelta

import pytest
from talent_postdoc.candidacies import service

from ..positions.opened import Recruiting
from .applied import accepted, act, apply


async def kept(world):
    return len(await world.rows("SELECT 1 FROM candidacy_text"))


@pytest.mark.parametrize(("days", "left"), [(179, 2), (180, 0), (181, 0)])
async def test_texts_go_so_many_days_after_the_end(world, days, left):
    here, doctor = await Recruiting.begun(world), await world.talent()
    candidacy = (await apply(doctor, await here.published())).json()["id"]
    await act(here.unit, candidacy, "refusal", reason="示例")
    world.later(days=days)
    await world.running.settle()
    assert await kept(world) == left
    held = (await doctor.send("GET", f"/v1/candidacies/{candidacy}")).json()
    assert held["status"] == "refused"
    assert (held["statement"] is None) is (left == 0)


async def test_a_candidacy_that_nobody_decides_lapses_with_its_texts(world):
    here, doctor = await Recruiting.begun(world), await world.talent()
    candidacy = (await apply(doctor, await here.published(closes_on="2026-09-10"))).json()["id"]
    over = date(2026, 9, 11) + timedelta(days=180)
    world.today(over - timedelta(days=1))
    await world.running.settle()
    assert await kept(world) == 1
    world.today(over)
    await world.running.settle()
    assert await kept(world) == 0
    held = (await doctor.send("GET", f"/v1/candidacies/{candidacy}")).json()
    assert held["status"] == "lapsed"


async def test_who_is_erased_withdraws_and_nothing_written_stays(world):
    here, doctor = await Recruiting.begun(world), await world.talent()
    position = await here.published(number=1)
    await accepted(here, doctor, position)
    async with world.running.service.database.transaction() as session:
        await service.forget(session, world.running.clock, [doctor.id])
    assert await kept(world) == 0
    row = (await here.unit.send("GET", f"/v1/positions/{position}/managed")).json()
    assert (row["status"], row["taken"]) == ("closed", 0)
