"""POST /v1/talents/lookups."""

import pytest
from talent_kit.auth import Role

from ..factories import resident_number, talent_body

PATH = "/v1/talents/lookups"


def asked(document, purpose="verify-pension-records"):
    return {"document": document, "purpose": purpose}


async def test_a_service_finds_who_holds_a_document_and_it_is_audited(world):
    body = talent_body()
    _, shown = await world.talent(**body)
    service = world.caller(Role.SERVICE, login="policy")
    answer = await service.post(PATH, asked(body["document"]))
    assert (answer.status_code, answer.json()) == (200, {"talent_id": shown["id"]})
    entry = (await world.audited())[-1]
    assert (entry.actor, entry.action) == ("policy", "talent.looked-up")
    assert (entry.subject, entry.purpose) == (f"talent:{shown['id']}", "verify-pension-records")


async def test_an_unknown_document_is_not_found_and_the_question_is_audited_all_the_same(world):
    document = {"kind": "resident_id", "number": resident_number()}
    answer = await world.caller(Role.SERVICE, login="policy").post(PATH, asked(document))
    assert (answer.status_code, answer.json()["code"]) == (404, "talent-not-found")
    (entry,) = await world.audited()
    assert (entry.actor, entry.subject) == ("policy", "talent:unknown")


async def test_every_repetition_is_a_question_of_its_own(world):
    body = talent_body()
    await world.talent(**body)
    service = world.caller(Role.SERVICE)
    for _ in range(3):
        await service.post(PATH, asked(body["document"]), Idempotency_Key="the-same-key")
    actions = [entry.action for entry in await world.audited()]
    assert actions.count("talent.looked-up") == 3


async def test_a_passport_is_looked_up_with_its_issuing_state(world):
    passport = {"kind": "passport", "number": "E1234567"}
    _, shown = await world.talent(document=passport, birth_date="1990-01-01", nationality="CAN")
    service = world.caller(Role.SERVICE)
    assert (await service.post(PATH, asked(passport))).json()["code"] == "issuer-required"
    found = await service.post(PATH, asked(passport | {"issued_by": "CAN"}))
    assert found.json() == {"talent_id": shown["id"]}
    other = await service.post(PATH, asked(passport | {"issued_by": "FRA"}))
    assert other.status_code == 404


async def test_only_a_passport_names_its_issuer(world):
    document = {"kind": "resident_id", "number": resident_number(), "issued_by": "CHN"}
    answer = await world.caller(Role.SERVICE).post(PATH, asked(document))
    assert answer.json()["errors"][0]["code"] == "passports-only"


@pytest.mark.parametrize(
    ("purpose", "status"),
    [("ab", 422), ("abc", 404), ("a" * 64, 404), ("a" * 65, 422), ("Because", 422), ("", 422)],
)
async def test_the_purpose_is_a_short_code(world, purpose, status):
    document = {"kind": "resident_id", "number": resident_number()}
    answer = await world.caller(Role.SERVICE).post(PATH, asked(document, purpose))
    assert answer.status_code == status
