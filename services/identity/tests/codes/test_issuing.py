"""POST /v1/codes."""

import asyncio
from hashlib import sha256

import pytest
from talent_code import parse_number
from talent_kit.auth import Role

PATH = "/v1/codes"


async def test_the_first_issue_draws_a_number(world):
    talent, shown = await world.talent()
    answer = await talent.post(PATH, {})
    assert answer.status_code == 201
    issued = answer.json()
    assert parse_number(issued["number"]) == issued["number"]
    assert issued["serial"] == 1
    event = (await world.events())[-1]
    assert (event["type"], event["subject"]) == ("talent.identity.code.issued.v1", shown["id"])
    digest = sha256(issued["number"].encode()).hexdigest()
    told = {"version": 2, "talent_id": shown["id"], "serial": 1, "code_digest": digest}
    assert event["data"] == told
    assert issued["number"] not in str(await world.events())
    entry = (await world.audited())[-1]
    assert (entry.action, entry.detail) == ("code.issued", {"serial": 1})


async def test_a_code_in_place_of_a_lost_one_has_a_new_number_and_a_higher_serial(world):
    talent, _ = await world.talent()
    first = (await talent.post(PATH, {})).json()
    second = (await talent.post(PATH, {"replaces": 1})).json()
    assert second["serial"] == 2
    assert second["number"] != first["number"]
    assert (await talent.get(f"{PATH}/me")).json()["number"] == second["number"]
    assert [event["data"]["version"] for event in await world.events()] == [1, 2, 3]


async def test_a_code_is_not_replaced_by_accident(world):
    talent, _ = await world.talent()
    early = await talent.post(PATH, {"replaces": 1})
    assert (early.status_code, early.json()["code"]) == (409, "code-not-current")
    await talent.post(PATH, {})
    again = await talent.post(PATH, {})
    assert (again.status_code, again.json()["code"]) == (409, "code-exists")
    assert again.json()["serial"] == 1
    await talent.post(PATH, {"replaces": 1})
    for serial in (1, 3):
        answer = await talent.post(PATH, {"replaces": serial})
        assert (answer.status_code, answer.json()["code"]) == (409, "code-not-current")


async def test_of_ten_issues_at_once_one_wins(world):
    talent, _ = await world.talent()
    answers = await asyncio.gather(*(talent.post(PATH, {}) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    answers = await asyncio.gather(*(talent.post(PATH, {"replaces": 1}) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    assert len(await world.rows("SELECT 1 FROM code WHERE voided_at IS NULL")) == 1


async def test_a_repeated_request_issues_once(world):
    talent, _ = await world.talent()
    first = await talent.post(PATH, {}, Idempotency_Key="the-same-key")
    again = await talent.post(PATH, {}, Idempotency_Key="the-same-key")
    assert (again.status_code, again.json()) == (201, first.json())


async def test_who_has_not_registered_gets_none(world):
    answer = await world.caller(Role.TALENT).post(PATH, {})
    assert (answer.status_code, answer.json()["code"]) == (404, "talent-not-registered")


@pytest.mark.parametrize(("serial", "status"), [(0, 422), (2**32 - 1, 409), (2**32, 422)])
async def test_the_limits_of_a_serial(world, serial, status):
    talent, _ = await world.talent()
    assert (await talent.post(PATH, {"replaces": serial})).status_code == status
