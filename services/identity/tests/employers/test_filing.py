"""Employers on file without agents: filing them, and taking one over."""

import asyncio

from talent_identity.employers import filing
from talent_identity.employers.schemas import EmployerCreate
from talent_identity.filing import Outcome
from talent_kit.auth import Role

from ..factories import credit_code, employer_body, fixed_term
from ..talents.test_claiming import OFFICIAL

PATH = "/v1/employers"


async def file(world, *bodies):
    parts = world.running.service
    rows = [EmployerCreate.model_validate(body) for body in bodies]
    async with parts.database.transaction() as session:
        return await filing.file_many(session, parts.clock, OFFICIAL, rows)


async def test_each_row_is_an_employer_without_agents(world):
    bodies = [employer_body(), employer_body(), employer_body(region="000001")]
    one, two, bad = await file(world, *bodies)
    assert [one.outcome, two.outcome] == [Outcome.FILED] * 2
    assert (bad.outcome, bad.problem.code) == (Outcome.REFUSED, "unknown-region")
    events = await world.events()
    assert [event["subject"] for event in events] == [str(one.id), str(two.id)]
    assert [event["data"]["agents"] for event in events] == [[], []]
    assert [entry.action for entry in await world.audited()] == ["employer.filed"] * 2


async def test_the_same_list_twice_changes_nothing(world):
    bodies = [employer_body(), employer_body()]
    first = await file(world, *bodies)
    stored = await world.running.stored()
    again = await file(world, *bodies, bodies[0] | {"name": "另一名称"})
    assert [row.outcome for row in again] == [Outcome.KNOWN] * 3
    assert [row.id for row in again] == [*(row.id for row in first), first[0].id]
    assert await world.running.stored() == stored


async def test_a_row_twice_in_one_list_is_known_the_second_time(world):
    body = employer_body()
    first, second = await file(world, body, body)
    assert (first.outcome, second.outcome) == (Outcome.FILED, Outcome.KNOWN)
    assert first.id == second.id


async def test_who_names_it_as_the_list_did_becomes_its_agent(world):
    body = employer_body()
    (row,) = await file(world, body)
    agent = world.caller(Role.EMPLOYER)
    other = {"kind": "social_organisation", "region": "350703"}
    answer = await agent.post(PATH, body | other)
    assert answer.status_code == 201, answer.text
    shown = answer.json()
    assert (shown["id"], shown["version"]) == (str(row.id), 2)
    assert (shown["kind"], shown["region"]) == (body["kind"], body["region"])
    assert (await agent.get(f"{PATH}/me")).json()["items"] == [shown]
    event = (await world.events())[-1]
    assert event["type"] == "talent.identity.employer.updated.v1"
    assert event["data"]["agents"] == [agent.login]
    assert (await world.audited())[-1].action == "employer.claimed"
    late = await world.caller(Role.EMPLOYER).post(PATH, body)
    assert (late.status_code, late.json()["code"]) == (409, "employer-already-registered")


async def test_the_name_that_takes_it_over_is_told_to_nobody(world):
    body = employer_body()
    (row,) = await file(world, body)
    stranger, _ = await world.talent()
    query = f"{PATH}?credit_code={body['credit_code']}"
    (found,) = (await stranger.get(query)).json()["items"]
    assert found == {"id": str(row.id), "name": None, "region": body["region"]}
    declared = await stranger.post("/v1/employments", fixed_term(found["id"]))
    assert (declared.status_code, declared.json()["employer_name"]) == (201, None)
    assert body["name"] not in (await stranger.get("/v1/employments")).text
    assert (await world.caller(Role.EMPLOYER).post(PATH, body)).status_code == 201
    (found,) = (await stranger.get(query)).json()["items"]
    assert found["name"] == body["name"]


async def test_another_name_does_not_take_it_over(world):
    body = employer_body()
    await file(world, body)
    answer = await world.caller(Role.EMPLOYER).post(PATH, body | {"name": "另一名称"})
    assert (answer.status_code, answer.json()["code"]) == (409, "employer-already-registered")
    assert await world.rows("SELECT 1 FROM agent") == []


async def test_an_employer_with_an_agent_is_never_taken_over(world):
    body = employer_body(credit_code=credit_code())
    await world.employer(**body)
    answer = await world.caller(Role.EMPLOYER).post(PATH, body)
    assert (answer.status_code, answer.json()["code"]) == (409, "employer-already-registered")


async def test_of_ten_who_take_it_over_one_wins(world):
    body = employer_body()
    await file(world, body)
    answers = await asyncio.gather(
        *(world.caller(Role.EMPLOYER).post(PATH, body) for _ in range(10))
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
