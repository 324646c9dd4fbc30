"""A list by which somebody files themselves, to claim the record afterwards."""

import pytest
from talent_kit.auth import Role

from ..factories import employer_body, filing_list, filing_row, talent_body
from .test_filing import filed, office

LOGIN = "both-at-once"


def own_row(**changes):
    body = talent_body()
    return body, filing_row(document_number=body["document"]["number"], **changes)


async def claimed(world, body):
    """Claim the record as the login that filed it; return the talent and the one employment."""
    talent = world.caller(Role.TALENT, Role.EMPLOYER, login=LOGIN)
    answer = await talent.post("/v1/talents", body)
    assert answer.status_code == 201, answer.text
    (row,) = await world.rows("SELECT * FROM employment")
    assert str(row.talent_id) == answer.json()["id"]
    return talent, row


async def decided(caller, row, act="confirm", version=None, body=None):
    path = f"/v1/employments/{row.id}/{act}"
    return await caller.post(path, body, If_Match=f'"{version or row.version}"')


async def test_a_reviewer_who_claims_what_they_filed_holds_a_mere_declaration(world):
    body, row = own_row()
    await filed(world, world.caller(Role.REVIEWER, region="350700", login=LOGIN), filing_list(row))
    talent, employment = await claimed(world, body)
    assert (employment.status, employment.declared_by, employment.version) == (
        "declared",
        "talent",
        2,
    )
    event = (await world.events())[-1]
    assert event["type"] == "talent.identity.employment.updated.v1"
    assert (event["data"]["status"], event["data"]["version"]) == ("declared", 2)
    assert (await world.audited())[-1].action == "employment.taken-back"
    assert (await decided(talent, employment)).json()["code"] == "own-declaration"


@pytest.mark.parametrize("ended", [False, True])
async def test_an_agent_who_claims_what_an_office_filed_of_them_holds_a_declaration(world, ended):
    body, row = own_row()
    await filed(world, office(world), filing_list(row))
    agent = world.caller(Role.EMPLOYER, login=LOGIN)
    employer = employer_body(credit_code=row["credit_code"], name=row["employer_name"])
    assert (await agent.post("/v1/employers", employer)).status_code == 201
    if ended:
        (employment,) = await world.rows("SELECT * FROM employment")
        answer = await decided(agent, employment, "end", body={"ended_on": "2025-03-31"})
        assert answer.status_code == 200, answer.text
    talent, employment = await claimed(world, body)
    assert (employment.status, employment.ended_on) == ("declared", None)
    assert (await decided(talent, employment)).json()["code"] == "own-employment"
    # Another agent of the employer can still stand by it.
    path = f"/v1/employers/{employment.employer_id}/agents"
    colleague = world.caller(Role.EMPLOYER)
    assert (await agent.post(path, {"login": colleague.login})).status_code == 201
    assert (await decided(colleague, employment)).json()["status"] == "confirmed"


async def test_who_claims_what_others_filed_keeps_what_was_confirmed(world):
    body, row = own_row()
    await filed(world, office(world), filing_list(row))
    _, employment = await claimed(world, body)
    assert (employment.status, employment.version) == ("confirmed", 1)
