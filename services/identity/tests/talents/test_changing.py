"""PATCH /v1/talents/me and POST /v1/talents/me/documents."""

import asyncio
from datetime import date, timedelta

import pytest
from talent_identity.talents.documents import check_character
from talent_identity.talents.service import MAX_DOCUMENTS
from talent_kit.auth import Role
from talent_kit.clock import local_date

from ..factories import resident_number, talent_body

ME = "/v1/talents/me"
DOCUMENTS = "/v1/talents/me/documents"


async def test_name_phone_and_region_change_and_raise_the_version(world):
    caller, shown = await world.talent()
    answer = await caller.patch(
        ME, {"name": "林大河", "phone": "+852 5123 4567", "region": "350703"}
    )
    assert answer.status_code == 200
    changed = {"name": "林**", "phone": "+852****67", "region": "350703", "version": 2}
    assert answer.json() == shown | changed
    assert answer.headers["etag"] == '"2"'
    assert (await caller.get(ME)).json() == answer.json()
    event = (await world.events())[-1]
    assert event["type"] == "talent.identity.talent.updated.v1"
    assert (event["data"]["version"], event["data"]["region"]) == (2, "350703")
    entry = (await world.audited())[-1]
    assert (entry.action, entry.detail) == (
        "talent.changed",
        {"fields": ["name", "phone", "region"]},
    )


async def test_a_phone_can_be_removed_but_neither_name_nor_region(world):
    caller, _ = await world.talent()
    assert (await caller.patch(ME, {"phone": None})).json()["phone"] is None
    for field in ("name", "region"):
        answer = await caller.patch(ME, {field: None}, version=2)
        assert answer.json()["errors"][0]["code"] == "null-not-allowed"


@pytest.mark.parametrize("field", ["birth_date", "nationality", "document", "login", "version"])
async def test_what_identifies_is_not_changed(world, field):
    caller, _ = await world.talent()
    answer = await caller.patch(ME, {field: "1990-01-01"})
    assert answer.json()["errors"][0]["code"] == "extra-forbidden"


@pytest.mark.parametrize(("version", "status"), [(0, 412), (1, 200), (2, 412), (10**17, 412)])
async def test_a_change_needs_the_current_version(world, version, status):
    caller, _ = await world.talent()
    answer = await caller.patch(ME, {"phone": None}, version=version)
    assert answer.status_code == status
    if status == 412:
        assert answer.json()["current_version"] == 1
        assert len(await world.events()) == 1


async def test_what_stands_already_changes_nothing(world):
    caller, shown = await world.talent()
    for body in ({}, {"name": "林小溪"}, {"phone": "+86 138 1234 5678", "region": "350702"}):
        answer = await caller.patch(ME, body)
        assert (answer.status_code, answer.json()) == (200, shown)
    assert len(await world.events()) == 1


async def test_an_unknown_region_is_refused(world):
    caller, shown = await world.talent()
    answer = await caller.patch(ME, {"region": "350799"})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-region")
    assert (await caller.get(ME)).json() == shown


async def test_of_ten_changes_of_one_version_one_wins(world):
    caller, _ = await world.talent()
    answers = await asyncio.gather(
        *(caller.patch(ME, {"phone": f"1380000000{n}"}) for n in range(10))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 9
    assert [event["data"]["version"] for event in await world.events()] == [1, 2]


def hmt_number(born: date, sequence: int = 1) -> str:
    first = f"810000{born:%Y%m%d}{sequence:03}"
    return first + check_character(first)


async def test_a_permit_and_a_later_residence_card_are_one_talent(world):
    caller, shown = await world.talent(
        document={"kind": "hk_macau_permit", "number": "H12345678"},
        birth_date="1990-12-31",
        nationality="CHN",
    )
    assert (shown["residence"], shown["sex"]) == ("hong_kong", None)
    card = {"kind": "hmt_residence_permit", "number": hmt_number(date(1990, 12, 31))}
    answer = await caller.post(DOCUMENTS, card)
    assert answer.status_code == 201
    kinds = [document["kind"] for document in answer.json()["documents"]]
    assert kinds == ["hk_macau_permit", "hmt_residence_permit"]
    assert (answer.json()["version"], answer.json()["sex"]) == (2, "male")
    event = (await world.events())[-1]
    assert (event["type"], event["data"]["version"]) == ("talent.identity.talent.updated.v1", 2)
    again = await world.caller(Role.TALENT).post("/v1/talents", talent_body(document=card))
    assert again.json()["code"] == "document-already-registered"


async def test_a_more_telling_document_moves_the_residence_a_less_telling_one_does_not(world):
    caller, shown = await world.talent(
        document={"kind": "passport", "number": "E1234567", "issued_by": "CAN"},
        birth_date="1990-12-31",
        nationality="CAN",
    )
    assert shown["residence"] == "foreign"
    permit = {"kind": "hk_macau_permit", "number": "H12345678"}
    assert (await caller.post(DOCUMENTS, permit)).json()["residence"] == "hong_kong"
    passport = {"kind": "passport", "number": "E7654321"}
    answer = (await caller.post(DOCUMENTS, passport)).json()
    assert (answer["residence"], answer["nationality"]) == ("hong_kong", "CAN")
    assert answer["documents"][-1]["issued_by"] == "CAN"


async def test_a_document_of_another_birth_date_is_refused(world):
    caller, _ = await world.talent()
    for born, status in ((date(1996, 5, 18), 422), (date(1996, 5, 17), 201)):
        document = {"kind": "resident_id", "number": resident_number(born)}
        answer = await caller.post(DOCUMENTS, document)
        assert answer.status_code == status
        if status == 422:
            assert answer.json()["code"] == "document-contradicts"


async def test_a_document_of_the_other_sex_is_refused(world):
    born = date(1990, 12, 31)
    document = {"kind": "resident_id", "number": resident_number(born, sequence=1)}
    for sequence, status in ((2, 422), (3, 201)):
        caller, shown = await world.talent(document=document)
        assert shown["sex"] == "male"
        card = {"kind": "hmt_residence_permit", "number": hmt_number(born, sequence)}
        assert (await caller.post(DOCUMENTS, card)).status_code == status
        document = {"kind": "resident_id", "number": resident_number(born, sequence=5)}


async def test_only_a_more_telling_document_changes_the_nationality(world):
    caller, _ = await world.talent(
        document={"kind": "passport", "number": "E1234567"},
        birth_date="1979-12-03",
        nationality="CAN",
    )
    card = {"kind": "foreign_permanent_residence", "number": "USA310079120312"}
    answer = await caller.post(DOCUMENTS, card)
    assert (answer.status_code, answer.json()["nationality"]) == (201, "USA")
    other = {"kind": "foreign_permanent_residence", "number": "FRA310079120312"}
    answer = await caller.post(DOCUMENTS, other)
    assert (answer.status_code, answer.json()["code"]) == (422, "document-contradicts")
    same = {"kind": "foreign_permanent_residence", "number": "USA310079120320"}
    assert (await caller.post(DOCUMENTS, same)).status_code == 201


async def test_a_document_of_someone_else_is_refused_without_saying_whose(world):
    body = talent_body()
    _, shown = await world.talent(**body)
    other, _ = await world.talent()
    answer = await other.post(DOCUMENTS, body["document"])
    assert (answer.status_code, answer.json()["code"]) == (409, "document-already-registered")
    assert shown["id"] not in answer.text
    assert (await other.get(ME)).json()["version"] == 1


async def test_an_expired_document_is_not_added(world):
    caller, _ = await world.talent()
    today = local_date(world.running.clock.now())
    for days, status in ((-1, 422), (0, 201), (1, 201)):
        document = {
            "kind": "passport",
            "number": f"E765432{days + 1}",
            "valid_until": str(today + timedelta(days=days)),
        }
        answer = await caller.post(DOCUMENTS, document)
        assert answer.status_code == status
        if status == 422:
            assert answer.json()["field"] == "body.valid_until"


async def test_a_talent_holds_twenty_documents_at_most(world):
    caller, _ = await world.talent()
    statuses = []
    for number in range(MAX_DOCUMENTS):
        document = {"kind": "passport", "number": f"E{number:07}"}
        statuses.append((await caller.post(DOCUMENTS, document)).status_code)
    assert statuses == [201] * (MAX_DOCUMENTS - 1) + [409]


async def test_who_has_not_registered_adds_nothing(world):
    document = {"kind": "passport", "number": "E1234567"}
    answer = await world.caller(Role.TALENT).post(DOCUMENTS, document)
    assert (answer.status_code, answer.json()["code"]) == (404, "talent-not-registered")
    answer = await world.caller(Role.TALENT).patch(ME, {})
    assert (answer.status_code, answer.json()["code"]) == (404, "talent-not-registered")
