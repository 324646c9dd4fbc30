"""POST, GET and PATCH /v1/employers."""

import asyncio
from uuid import uuid4

import pytest
from talent_kit.auth import Role

from ..factories import credit_code, employer_body

PATH = "/v1/employers"


async def test_who_registers_an_employer_is_its_first_agent(world):
    body = employer_body()
    agent = world.caller(Role.EMPLOYER)
    answer = await agent.post(PATH, body)
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    shown = answer.json()
    assert {name: shown[name] for name in body} == body
    assert (await agent.get(f"{PATH}/{shown['id']}")).json() == shown
    assert (await agent.get(f"{PATH}/me")).json()["items"] == [shown]
    (event,) = await world.events()
    assert event["type"] == "talent.identity.employer.registered.v1"
    assert event["data"] == {
        "version": 1,
        "employer_id": shown["id"],
        "region": "350702",
        "kind": "enterprise",
        "agents": [agent.login],
    }
    (entry,) = await world.audited()
    assert (entry.actor, entry.action, entry.subject) == (
        agent.login,
        "employer.registered",
        f"employer:{shown['id']}",
    )


async def test_a_credit_code_registers_once(world):
    body = employer_body()
    await world.employer(**body)
    spelled = body | {"credit_code": f" {body['credit_code'].lower()} "}
    answer = await world.caller(Role.EMPLOYER).post(PATH, spelled)
    assert (answer.status_code, answer.json()["code"]) == (409, "employer-already-registered")
    assert len(await world.rows("SELECT 1 FROM agent")) == 1


async def test_of_twenty_registrations_of_one_credit_code_one_wins(world):
    body = employer_body()
    callers = [world.caller(Role.EMPLOYER) for _ in range(20)]
    answers = await asyncio.gather(*(caller.post(PATH, body) for caller in callers))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert len(await world.rows("SELECT 1 FROM employer")) == 1
    assert len(await world.events()) == 1


async def test_a_repeated_request_gets_the_same_answer(world):
    agent, body = world.caller(Role.EMPLOYER), employer_body()
    first = await agent.post(PATH, body, Idempotency_Key="the-same-key")
    again = await agent.post(PATH, body, Idempotency_Key="the-same-key")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["etag"] == '"1"'
    assert len(await world.events()) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"credit_code": "91350702MA00000010"}, "credit-code-check"),
        ({"credit_code": "I1350702MA0000001"}, "credit-code-format"),
        ({"kind": "club"}, "literal-error"),
        ({"name": " "}, "name-format"),
        ({"name": "a" * 129}, "string-too-long"),
        ({"name": "a\u202eb"}, "name-format"),
        ({"region": "3507"}, "string-pattern-mismatch"),
    ],
)
async def test_wrong_values_are_refused_by_code(world, change, code):
    answer = await world.caller(Role.EMPLOYER).post(PATH, employer_body(**change))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == code


async def test_a_region_must_exist_today(world):
    answer = await world.caller(Role.EMPLOYER).post(PATH, employer_body(region="350784"))
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-region")


async def test_everyone_signed_in_finds_an_employer_by_its_credit_code(world):
    body = employer_body()
    _, shown = await world.employer(**body)
    someone = world.caller(Role.TALENT)
    answer = await someone.get(f"{PATH}?credit_code={body['credit_code'].lower()}")
    found = {name: shown[name] for name in ("id", "name", "region")}
    assert answer.json() == {"items": [found], "next_cursor": None}
    none = await someone.get(f"{PATH}?credit_code={credit_code()}")
    assert (none.status_code, none.json()["items"]) == (200, [])
    assert (await someone.get(f"{PATH}?credit_code=123")).status_code == 422
    assert (await someone.get(PATH)).status_code == 422


async def test_another_employer_is_not_found(world):
    _, shown = await world.employer()
    other, _ = await world.employer()
    path = f"{PATH}/{shown['id']}"
    refused = [
        await other.get(path),
        await other.get(f"{PATH}/{uuid4()}"),
        await other.patch(path, {"name": "他人"}),
        await other.get(f"{path}/agents"),
        await other.post(f"{path}/agents", {"login": other.login}),
        await other.delete(f"{path}/agents/{other.login}"),
    ]
    assert {(one.status_code, one.json()["code"]) for one in refused} == {
        (404, "employer-not-found")
    }


async def test_the_claim_of_a_token_makes_nobody_an_agent(world):
    _, shown = await world.employer()
    claiming = world.caller(Role.EMPLOYER, employer=shown["id"])
    assert (await claiming.get(f"{PATH}/{shown['id']}")).status_code == 404
    assert (await claiming.get(f"{PATH}/me")).json()["items"] == []


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR])
async def test_staff_read_the_employers_of_their_region(world, role):
    _, shown = await world.employer(region="350702")
    for region, status in (("350702", 200), ("350700", 200), ("350703", 404), (None, 404)):
        staff = world.caller(role, region=region)
        assert (await staff.get(f"{PATH}/{shown['id']}")).status_code == status, region


async def test_name_region_and_kind_change_and_raise_the_version(world):
    agent, shown = await world.employer()
    change = {"name": "新名称", "region": "350703", "kind": "branch_of_outside_enterprise"}
    answer = await agent.patch(f"{PATH}/{shown['id']}", change)
    assert answer.json() == shown | change | {"version": 2}
    assert answer.headers["etag"] == '"2"'
    event = (await world.events())[-1]
    assert event["type"] == "talent.identity.employer.updated.v1"
    assert event["data"] == {
        "version": 2,
        "employer_id": shown["id"],
        "region": "350703",
        "kind": "branch_of_outside_enterprise",
        "agents": [agent.login],
    }
    entry = (await world.audited())[-1]
    assert (entry.action, entry.detail) == (
        "employer.changed",
        {"fields": ["kind", "name", "region"]},
    )


@pytest.mark.parametrize(("version", "status"), [(0, 412), (1, 200), (2, 412)])
async def test_a_change_needs_the_current_version(world, version, status):
    agent, shown = await world.employer()
    answer = await agent.patch(f"{PATH}/{shown['id']}", {"name": "新名称"}, version=version)
    assert answer.status_code == status
    assert len(await world.events()) == (2 if status == 200 else 1)


async def test_what_stands_already_changes_nothing(world):
    agent, shown = await world.employer()
    for body in ({}, {"name": shown["name"]}, {"region": "350702", "kind": "enterprise"}):
        answer = await agent.patch(f"{PATH}/{shown['id']}", body)
        assert (answer.status_code, answer.json()) == (200, shown)
    assert len(await world.events()) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": None}, "null-not-allowed"),
        ({"region": None}, "null-not-allowed"),
        ({"kind": None}, "null-not-allowed"),
        ({"credit_code": credit_code()}, "extra-forbidden"),
    ],
)
async def test_what_cannot_change_is_refused(world, body, code):
    agent, shown = await world.employer()
    answer = await agent.patch(f"{PATH}/{shown['id']}", body)
    assert answer.json()["errors"][0]["code"] == code
    unknown = await agent.patch(f"{PATH}/{shown['id']}", {"region": "350799"})
    assert unknown.json()["code"] == "unknown-region"
