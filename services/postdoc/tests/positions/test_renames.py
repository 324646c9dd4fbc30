"""Positions are found by what their stations and units are called now; downloads are kept by it."""

import pytest

from ..changes.acting import act
from ..figures.test_figures import hear
from .opened import Recruiting


async def found(world, words):
    items = (await world.send("GET", f"/v1/positions?q={words}")).json()["items"]
    return [each["id"] for each in items]


@pytest.mark.parametrize("what", ["name", "unit"])
async def test_a_position_is_found_by_the_new_name_and_not_by_the_old(world, what, monkeypatch):
    monkeypatch.setattr("talent_kit.bus.embedded._WAIT", 0.0)
    here = await Recruiting.begun(world)
    position = await here.published()
    old = {"name": "workstation", "unit": "enterprise"}[what]
    assert await found(world, old) == [position]
    given = {what: {"zh": "琥珀研究所", "en": "Amber Institute"}}
    assert (await act(world, here.station_id, "changes", **given)).status_code == 200
    await hear(world)
    assert await found(world, "amber") == await found(world, "琥珀") == [position]
    assert await found(world, old) == []
    draft = (await here.drafted()).json()["id"]
    assert (await here.publish(draft)).status_code == 200
    assert set(await found(world, "amber")) == {position, draft}


@pytest.mark.parametrize("kind", ["json", "csv"])
async def test_a_download_is_not_sent_again_until_something_changes(world, kind):
    here = await Recruiting.begun(world)
    path = f"/v1/positions/download?format={kind}"

    async def known(*etags):
        headers = {"If-None-Match": ", ".join(etags)} if etags else {}
        answer = await world.send("GET", path, headers=headers)
        return answer.status_code, answer.headers["ETag"]

    _, empty = await known()
    position = await here.published()
    status, one = await known(empty)
    assert (status, one != empty) == (200, True)
    assert await known(one) == (304, one)
    given = {"name": {"zh": "新名", "en": "New name"}}
    await act(world, here.station_id, "changes", **given)
    status, renamed = await known(one)
    assert (status, renamed != one) == (200, True)
    await here.close(position)
    assert (await known(one, renamed))[0] == 200
    world.later(days=1)
    _, today = await known()
    world.later(days=1)
    assert (await known(today))[0] == 200
    other = "csv" if kind == "json" else "json"
    answer = await world.send("GET", f"/v1/positions/download?format={other}")
    assert answer.headers["ETag"] != (await known())[1]
    narrowed = await world.send("GET", f"{path}&region=350702")
    assert narrowed.headers["ETag"] != (await known())[1]
