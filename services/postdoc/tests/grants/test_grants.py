"""Grants from the call to the award, and what keeps them from it."""

import asyncio
from datetime import date

import pytest
from talent_contracts import FellowWithdrawn
from talent_kit.identifiers import new_id
from talent_postdoc.subscriptions import subscriptions

from .given import CALL, Proposal, called


def refused(answer, status, code):
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def told(world):
    query = "SELECT type, convert_from(value, 'UTF8')::jsonb -> 'data' AS data FROM outbox"
    rows = await world.rows(f"{query} WHERE type LIKE '%.grant.%' ORDER BY position")
    return [(row.type.split(".")[-2], row.data) for row in rows]


async def test_a_grant_is_awarded_once_its_publication_has_bound(world):
    call, proposal = await called(world), await Proposal.of(world)
    answer = await proposal.published(call)
    assert answer.status_code == 200, answer.text
    assert (await proposal.read())["status"] == "submitted"
    assert (await world.send("GET", f"/v1/grant-calls/{call['id']}")).json()["left"] == 0
    world.today(date(2026, 9, 8))
    await world.running.worker.timers.step()
    assert (await proposal.read())["status"] == "submitted"
    world.today(date(2026, 9, 9))
    await world.running.worker.timers.step()
    made = await proposal.read()
    assert (made["status"], made["awarded_on"]) == ("awarded", "2026-09-09")
    [(kind, data)] = await told(world)
    assert kind == "awarded"
    assert (data["year"], data["status"], data["programme"]) == (
        2026,
        "awarded",
        "excellent_postdoc",
    )
    assert data["talent_id"] == str(proposal.talent.id)
    assert (await proposal.talent.send("GET", "/v1/grants")).json()["items"] == [
        {name: value for name, value in made.items() if name != "documents"}
    ]
    ended = await proposal.act("end", world.office(), json={"reason": "退站"})
    assert (ended.json()["status"], ended.json()["ended_on"]) == ("ended", "2026-09-09")
    assert [kind for kind, _ in await told(world)] == ["awarded", "ended"]
    refused(
        await proposal.act("end", world.office(), json={"reason": "退站"}),
        409,
        "grant-not-possible",
    )


@pytest.mark.parametrize(
    ("left", "status"),
    [
        ("left_early", "ended"),
        ("died", "ended"),
        ("exited", "awarded"),
        ("transferred", "awarded"),
        ("entered", "awarded"),
    ],
)
async def test_an_award_ends_with_the_fellowship_that_ends_early(world, left, status):
    proposal = await Proposal.of(world)
    await proposal.published(await called(world))
    world.today(date(2026, 9, 9))
    await world.running.worker.timers.step()
    ended = None if left == "entered" else date(2026, 9, 9)
    await world.rows(
        "UPDATE fellow SET status = :left, ended_on = :ended, live = :live WHERE id = :id "
        "RETURNING 1",
        left=left,
        ended=ended,
        live=ended is None,
        id=proposal.fellow_id,
    )
    for _ in range(2):
        await withdrawn(world, proposal)
    made = await proposal.read()
    assert (made["status"], made["ended_on"]) == (
        status,
        "2026-09-09" if status == "ended" else None,
    )
    told_of = ["awarded"] + ["ended"] * (status == "ended")
    assert [kind for kind, _ in await told(world)] == told_of


async def withdrawn(world, proposal):
    """Let the service hear of its own that somebody has left."""
    service = world.running.service
    event = FellowWithdrawn(
        fellow_id=proposal.fellow_id,
        talent_id=proposal.talent.id,
        station_id=new_id(),
        station_kind="workstation",
        employer_id=new_id(),
        region="350700",
        entry="first",
        doctorate="held",
        status="left_early",
        entered_on=date(2026, 9, 1),
        ended_on=date(2026, 9, 9),
        version=2,
    )
    async with service.database.transaction() as session:
        await subscriptions(service)[FellowWithdrawn].handle(session, [event])


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2026, 8, 31), 409),
        (date(2026, 9, 1), 201),
        (date(2026, 9, 30), 201),
        (date(2026, 10, 1), 409),
    ],
)
async def test_a_call_is_open_from_its_first_day_to_its_last(world, day, status):
    call, proposal = await called(world), await Proposal.of(world)
    world.today(day)
    assert (await proposal.propose(call)).status_code == status


async def test_what_may_not_be_proposed(world):
    call, proposal = await called(world), await Proposal.of(world)
    other = await Proposal.of(world)
    refused(await other.propose(call, fellow_id=str(proposal.fellow_id)), 404, "grant-not-found")
    gone = await Proposal.of(world, ended_on=date(2026, 8, 31), live=False)
    refused(await gone.propose(call), 409, "grant-fellow-not-in-station")
    far = await called(world, region="350702", year=2025)
    elsewhere = await Proposal.of(world, region="350703")
    refused(await elsewhere.propose(far), 404, "grant-call-not-found")
    assert (await proposal.propose(call)).status_code == 201
    refused(await proposal.propose(call), 409, "grant-exists")
    missing = await proposal.act("submission")
    refused(missing, 409, "documents-missing")
    assert (await proposal.act("withdrawal")).json()["status"] == "withdrawn"
    assert (await proposal.propose(call)).status_code == 201


async def test_one_call_of_a_year_and_only_in_one_s_region(world):
    await called(world)
    again = await world.send("POST", "/v1/grant-calls", world.office(), json=CALL)
    refused(again, 409, "grant-call-exists")
    far = await world.send("POST", "/v1/grant-calls", world.office(region="330800"), json=CALL)
    refused(far, 403, "outside-region")
    backwards = CALL | {"opens_on": "2026-10-01", "year": 2027}
    answer = await world.send("POST", "/v1/grant-calls", world.office(), json=backwards)
    assert answer.status_code == 422


async def test_places_go_to_whom_experts_pass_first_and_come_back(world):
    call = await called(world)
    first, second = await Proposal.of(world), await Proposal.of(world)
    assert (await first.published(call)).status_code == 200
    refused(await second.published(call), 409, "grant-places-taken")
    await first.read()
    assert (await first.act("withdrawal")).json()["status"] == "withdrawn"
    query = "SELECT id FROM panel WHERE subject_id = :id"
    [(panel,)] = await world.rows(query, id=second.grant["id"])
    answer = await second.step("conclusion", panel_id=str(panel))
    assert answer.status_code == 200, answer.text
    assert (await world.send("GET", f"/v1/grant-calls/{call['id']}")).json()["left"] == 0


async def test_two_conclusions_at_once_take_one_place(world):
    call = await called(world)
    proposals = [await Proposal.of(world) for _ in range(2)]
    panels = []
    for each in proposals:
        await each.submitted(call)
        await each.step("decision", outcome="approved")
        panels.append(await each.concluded())
    answers = await asyncio.gather(
        *(
            each.step("conclusion", panel_id=panel)
            for each, panel in zip(proposals, panels, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_whom_experts_fail_is_refused_and_may_be_proposed_again(world):
    call, proposal = await called(world), await Proposal.of(world)
    await proposal.submitted(call)
    await proposal.step("decision", outcome="approved")
    await proposal.step("conclusion", panel_id=await proposal.concluded("failed"), words="不合格")
    assert (await proposal.read())["status"] == "refused"
    assert (await world.send("GET", f"/v1/grant-calls/{call['id']}")).json()["left"] == 1
    assert (await proposal.propose(call)).status_code == 201


async def test_another_s_grant_does_not_exist(world):
    call, proposal = await called(world), await Proposal.of(world)
    await proposal.propose(call)
    other, stranger = await Proposal.of(world), await world.talent()
    for who in (other.unit.headers, stranger.headers, world.office(region="330800")):
        answer = await world.send("GET", f"/v1/grants/{proposal.grant['id']}", who)
        refused(answer, 404, "grant-not-found")


async def test_the_unit_is_told_what_to_attach_and_experts_read_what_they_assess(world):
    call, proposal = await called(world), await Proposal.of(world)
    made = (await proposal.propose(call)).json()
    name = {"zh": "项目申请书", "en": "Proposal"}
    assert made["documents"] == [{"kind": "proposal", "name": name, "attached": False}]
    await proposal.attach()
    assert (await proposal.act("submission")).json()["documents"][0]["attached"] is True
    path, expert = f"/v1/grants/{made['id']}", world.signed_in("expert-1")
    refused(await world.send("GET", path, expert), 404, "grant-not-found")
    assert (await proposal.step("decision", outcome="approved")).status_code == 200
    await proposal.concluded()
    assert (await world.send("GET", path, expert)).json()["id"] == made["id"]
