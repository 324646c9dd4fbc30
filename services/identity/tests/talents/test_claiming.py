"""POST /v1/talents of someone whom an authority's list has put on file."""

import asyncio

import pytest
from talent_identity.talents import filing
from talent_identity.talents.schemas import TalentCreate
from talent_kit.auth import Principal, Role

from ..factories import talent_body

PATH = "/v1/talents"
OFFICIAL = Principal("official", frozenset({Role.REVIEWER}), region="350700", employer=None)


async def filed(world, body):
    parts = world.running.service
    async with parts.database.transaction() as session:
        read = filing.read(parts, TalentCreate.model_validate(body))
        (row,) = await filing.file_many(session, parts, OFFICIAL, [read])
    return str(row.id)


async def test_who_registers_with_the_same_document_and_name_is_the_talent_on_file(world):
    body = talent_body(phone=None)
    talent_id = await filed(world, body)
    caller = world.caller(Role.TALENT)
    answer = await caller.post(PATH, body | {"phone": "13900001111", "region": "350703"})
    assert answer.status_code == 201, answer.text
    shown = answer.json()
    assert (shown["id"], shown["version"], shown["phone"]) == (talent_id, 2, "139****1111")
    assert shown["region"] == "350703"
    assert len(shown["documents"]) == 1
    assert (await caller.get(f"{PATH}/me")).json() == shown
    before, event = await world.events()
    assert before["data"]["login"] is None
    assert event["type"] == "talent.identity.talent.updated.v1"
    assert event["data"] == before["data"] | {
        "login": caller.login,
        "region": "350703",
        "version": 2,
    }
    actions = [(entry.actor, entry.action) for entry in await world.audited()]
    assert actions == [("official", "talent.filed"), (caller.login, "talent.claimed")]


async def test_what_the_list_knows_stays_where_the_claimant_says_nothing(world):
    body = talent_body(phone="13811112222")
    await filed(world, body)
    answer = await world.caller(Role.TALENT).post(PATH, body | {"phone": None})
    assert answer.json()["phone"] == "138****2222"


async def test_another_name_gets_the_answer_that_a_stranger_s_document_gets(world):
    body = talent_body()
    talent_id = await filed(world, body)
    taken = talent_body()
    await world.talent(**taken)
    answers = [
        await world.caller(Role.TALENT).post(PATH, asked | {"name": "陈不同"})
        for asked in (body, taken)
    ]
    told = [{**answer.json(), "request_id": "", "instance": ""} for answer in answers]
    assert told[0] == told[1]
    assert told[0]["code"] == "document-already-registered"
    assert talent_id not in answers[0].text
    assert answers[0].headers.keys() == answers[1].headers.keys()
    assert (await world.rows("SELECT login FROM talent ORDER BY id"))[0].login is None


async def test_another_birth_date_does_not_claim_a_passport(world):
    passport = {"kind": "passport", "number": "E12345678"}
    body = talent_body(document=passport, nationality="CHN", birth_date="1996-05-17")
    await filed(world, body)
    refused = await world.caller(Role.TALENT).post(PATH, body | {"birth_date": "1996-05-18"})
    assert (refused.status_code, refused.json()["code"]) == (409, "document-already-registered")
    assert (await world.caller(Role.TALENT).post(PATH, body)).status_code == 201


async def test_an_expired_document_claims_nobody(world):
    body = talent_body()
    await filed(world, body)
    expired = body | {"document": body["document"] | {"valid_until": "2020-01-01"}}
    answer = await world.caller(Role.TALENT).post(PATH, expired)
    assert (answer.status_code, answer.json()["code"]) == (422, "document-expired")


async def test_a_login_that_is_a_talent_claims_no_other(world):
    body = talent_body()
    await filed(world, body)
    caller, _ = await world.talent()
    answer = await caller.post(PATH, body)
    assert (answer.status_code, answer.json()["code"]) == (409, "talent-already-registered")


async def test_of_twenty_claims_one_wins(world):
    body = talent_body()
    await filed(world, body)
    callers = [world.caller(Role.TALENT) for _ in range(20)]
    answers = await asyncio.gather(*(caller.post(PATH, body) for caller in callers))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert len(await world.rows("SELECT 1 FROM talent")) == 1


@pytest.mark.parametrize("issuer", ["USA", "FRA"])
async def test_a_passport_number_is_one_document_within_its_issuing_state_alone(world, issuer):
    passport = {"kind": "passport", "number": "E7654321", "issued_by": "GBR"}
    body = talent_body(document=passport, nationality="GBR", birth_date="1990-01-01")
    await world.talent(**body)
    again = await world.caller(Role.TALENT).post(PATH, body)
    assert again.json()["code"] == "document-already-registered"
    other = body | {"document": passport | {"issued_by": issuer}, "name": "Ann Other"}
    assert (await world.caller(Role.TALENT).post(PATH, other)).status_code == 201
