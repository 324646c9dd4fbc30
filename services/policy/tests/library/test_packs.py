import asyncio
import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select
from talent_kit import tables
from talent_kit.identifiers import new_id
from talent_kit.testing.services import fresh_key
from talent_policy.models import Pack, PackVersion

from ..world import pack_json, publish


def _admin(policy, region="350700"):
    return policy.issuer.headers("admin", "policy_admin", region=region) | fresh_key()


async def _post(policy, body, headers):
    return await policy.client.post("/v1/packs", json=body, headers=headers)


async def _versions(policy):
    async with policy.service.database.transaction() as session:
        return (await session.exec(select(PackVersion))).all()


async def test_anonymous(policy):
    assert (await _post(policy, pack_json(), fresh_key())).status_code == 401


@pytest.mark.parametrize("role", ["talent", "reviewer", "operator", "service"])
async def test_other_roles_are_forbidden(policy, role):
    headers = policy.issuer.headers("somebody", role, region="350700") | fresh_key()
    assert (await _post(policy, pack_json(), headers)).status_code == 403


async def test_an_administrator_without_a_region_or_of_another(policy):
    nowhere = policy.issuer.headers("admin", "policy_admin") | fresh_key()
    assert (await _post(policy, pack_json(), nowhere)).status_code == 403
    answer = await _post(policy, pack_json(), _admin(policy, "350100"))
    assert (answer.status_code, answer.json()["code"]) == (403, "outside-region")
    assert await _versions(policy) == []


async def test_published_audited_and_told(policy):
    shown = await publish(policy)
    assert (shown["name"], shown["version"], shown["measures"]) == (
        "nanping-2021-2",
        1,
        ["2.1", "2.2"],
    )
    async with policy.service.database.transaction() as session:
        [entry] = (await session.execute(tables.audit.select())).all()
        [event] = (await session.execute(tables.outbox.select())).all()
    assert (entry.actor, entry.action, entry.region) == ("admin", "pack.published", "350700")
    data = json.loads(event.value)["data"]
    assert event.type == "talent.policy.pack.published.v1"
    assert (data["name"], data["version"], data["digest"]) == (
        "nanping-2021-2",
        1,
        shown["digest"],
    )


async def test_a_change_is_the_next_version_of_the_same_pack(policy):
    first = await publish(policy)
    second = await publish(policy, valid_until="2030-12-31")
    assert (second["version"], second["name"]) == (2, first["name"])
    assert second["digest"] != first["digest"]
    async with policy.service.database.transaction() as session:
        [pack] = (await session.exec(select(Pack))).all()
        events = (await session.execute(tables.outbox.select())).all()
    assert pack.version == 2
    assert {event.key for event in events} == {str(pack.id)}


async def test_the_same_content_again_is_a_conflict(policy):
    await publish(policy)
    answer = await _post(policy, pack_json(), _admin(policy))
    assert (answer.status_code, answer.json()["code"]) == (409, "policy.already-published")
    assert [row.version for row in await _versions(policy)] == [1]


async def test_of_two_at_once_one_is_published(policy):
    answers = await asyncio.gather(*(_post(policy, pack_json(), _admin(policy)) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert [row.version for row in await _versions(policy)] == [1]


async def test_a_name_belongs_to_the_region_that_took_it(policy):
    await publish(policy)
    body = pack_json(region="350100")
    answer = await _post(policy, body, _admin(policy, "350000"))
    assert (answer.status_code, answer.json()["code"]) == (409, "policy.pack-of-another-region")


async def test_a_pack_that_fails_the_checks_is_not_published(policy):
    body = pack_json()
    body["measures"][0]["requirements"][0]["when"] = "person.age < 36"
    body["measures"][1]["article"] = "9.9"
    answer = await _post(policy, body, _admin(policy))
    assert (answer.status_code, answer.json()["code"]) == (422, "policy.pack-refused")
    found = {(error["field"], error["code"]) for error in answer.json()["errors"]}
    assert ("body.measures.0.requirements.0.when", "unknown-name") in found
    assert ("body.measures.1.article", "unknown-article") in found
    assert await _versions(policy) == []


async def test_a_failing_example_is_not_published(policy):
    body = pack_json()
    body["examples"][0]["cases"][0]["expect"]["amount_fen"] = 1
    answer = await _post(policy, body, _admin(policy))
    assert answer.json()["errors"][0]["code"] == "example-fails"
    assert await _versions(policy) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"more": 1}, "body.*"),
        ({"measures": []}, "body.measures"),
        ({"settings": None}, "body.settings"),
    ],
)
async def test_the_shape_of_the_body(policy, change, field):
    answer = await _post(policy, pack_json() | change, _admin(policy))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


async def test_an_idempotency_key_is_required_and_repeats_the_answer(policy):
    headers = policy.issuer.headers("admin", "policy_admin", region="350700")
    assert (await _post(policy, pack_json(), headers)).status_code == 422
    headers |= fresh_key()
    first = await _post(policy, pack_json(), headers)
    again = await _post(policy, pack_json(), headers)
    assert first.json()["id"] == again.json()["id"]
    assert [row.version for row in await _versions(policy)] == [1]


async def test_anybody_reads_packs(policy):
    published = await publish(policy)
    listed = (await policy.client.get("/v1/packs")).json()["items"]
    assert [line["id"] for line in listed] == [published["id"]]
    assert "content" not in listed[0]
    read = await policy.client.get(f"/v1/packs/{published['id']}")
    assert read.json()["content"]["pack"]["document"]["number"] == "南委人才〔2021〕2号"
    missing = await policy.client.get(f"/v1/packs/{new_id()}")
    assert (missing.status_code, missing.json()["code"]) == (404, "policy.no-pack")


@pytest.mark.parametrize(
    "statement", ["UPDATE pack_version SET version = 9", "DELETE FROM pack_version"]
)
async def test_a_published_version_cannot_be_changed(policy, statement):
    await publish(policy)
    with pytest.raises(DBAPIError, match="append-only"):
        async with policy.service.database.transaction() as session:
            await session.execute(text(statement))
