"""What was returned has its days: the unit is told, and it lapses after the last of them."""

from datetime import date

import pytest

from ..grants.given import Proposal, called
from .test_applications import PATH, submitted, written

LAST = date(2026, 10, 19)
"""Thirty working days after 1 September 2026, with the holidays of October in between."""


async def returned(world):
    unit = await world.unit()
    out = (await submitted(unit, await written(world, unit))).json()
    path = f"/v1/reviews/{out['review']['id']}"
    version = (await world.send("GET", path, world.office())).json()["version"]
    back = {"outcome": "returned", "words": "请更正待遇"}
    answer = await world.send(
        "POST", f"{path}/decision", world.office(), version=version, json=back
    )
    assert answer.json()["due_on"] == LAST.isoformat(), answer.text
    return unit, out["id"]


async def read(unit, application):
    return (await unit.send("GET", f"{PATH}/{application}")).json()


async def open_deadlines(unit):
    items = (await unit.send("GET", "/v1/deadlines")).json()["items"]
    return [(each["kind"], each["due_on"]) for each in items]


@pytest.mark.parametrize(("day", "status"), [(LAST, "returned"), (date(2026, 10, 20), "lapsed")])
async def test_an_application_lapses_after_its_last_day(world, day, status):
    unit, application = await returned(world)
    assert await open_deadlines(unit) == [("correction", LAST.isoformat())]
    world.today(day)
    await world.running.settle()
    out = await read(unit, application)
    assert out["status"] == status
    again = await submitted(unit, out, out["version"])
    if status == "lapsed":
        assert (again.status_code, again.json()["code"]) == (409, "station-application-state")
        # The unit may begin anew.
        assert (await submitted(unit, await written(world, unit))).status_code == 200
    else:
        assert again.json()["status"] == "under_review"
    assert ("correction", LAST.isoformat()) not in await open_deadlines(unit)


async def proposed(world):
    proposal = await Proposal.of(world)
    await proposal.submitted(await called(world))
    back = await proposal.step("decision", outcome="returned", words="请补充材料")
    assert back.json()["status"] == "returned"
    assert (await proposal.read())["status"] == "draft"
    return proposal


async def test_a_proposal_comes_again_also_after_the_call_has_closed(world):
    proposal = await proposed(world)
    world.today(date(2026, 10, 9))
    assert (await proposal.act("submission")).json()["status"] == "submitted"
    assert (await proposal.step("decision", outcome="approved")).status_code == 200


async def test_a_proposal_that_does_not_come_again_lapses(world):
    proposal = await proposed(world)
    world.today(date(2026, 10, 20))
    await world.running.settle()
    assert (await proposal.read())["status"] == "withdrawn"
    assert (await proposal.act("submission")).json()["code"] == "grant-not-possible"


async def test_what_was_returned_may_be_withdrawn(world):
    proposal = await proposed(world)
    assert (await proposal.act("withdrawal")).json()["status"] == "withdrawn"
    [(status,)] = await world.rows("SELECT status FROM review")
    assert status == "withdrawn"
