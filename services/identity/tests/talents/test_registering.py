"""POST /v1/talents."""

import asyncio
from datetime import date, timedelta

import pytest
from talent_kit.auth import Role
from talent_kit.clock import local_date

from ..factories import resident_number, talent_body

PATH = "/v1/talents"


async def test_a_registered_talent_is_shown_masked(world):
    born = date(1996, 5, 17)
    number = resident_number(born, sequence=124)
    answer = await world.caller(Role.TALENT).post(
        PATH, talent_body(document={"kind": "resident_id", "number": number})
    )
    assert answer.status_code == 201
    assert answer.headers["etag"] == '"1"'
    shown = answer.json()
    assert shown["name"] == "林**"
    assert shown["phone"] == "138****5678"
    assert shown["birth_date"] == "1996-05-17"
    assert shown["sex"] == "female"
    assert shown["nationality"] == "CHN"
    assert shown["residence"] == "mainland"
    assert shown["documents"][0]["number"] == f"110***********{number[-4:]}"
    assert shown["version"] == 1


async def test_the_event_carries_the_state_under_the_first_version(world):
    caller, shown = await world.talent()
    (event,) = await world.events()
    assert event["type"] == "talent.identity.talent.registered.v1"
    assert event["subject"] == shown["id"]
    assert event["data"] == {
        "version": 1,
        "talent_id": shown["id"],
        "login": caller.login,
        "region": "350702",
        "birth_date": "1996-05-17",
        "birth_date_proven": True,
        "nationality": "CHN",
        "residence": "mainland",
        "formerly": [],
    }


async def test_registering_is_audited(world):
    caller, shown = await world.talent()
    (entry,) = await world.audited()
    assert (entry.actor, entry.action) == (caller.login, "talent.registered")
    assert (entry.subject, entry.region) == (f"talent:{shown['id']}", "350702")


async def test_a_repeated_request_gets_the_same_answer_and_one_effect(world):
    caller, body = world.caller(Role.TALENT), talent_body()
    first = await caller.post(PATH, body, Idempotency_Key="the-same-key")
    again = await caller.post(PATH, body, Idempotency_Key="the-same-key")
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(await world.events()) == 1
    other = await caller.post(PATH, talent_body(), Idempotency_Key="the-same-key")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


async def test_a_login_registers_once(world):
    caller, _ = await world.talent()
    again = await caller.post(PATH, talent_body())
    assert (again.status_code, again.json()["code"]) == (409, "talent-already-registered")
    assert len(await world.rows("SELECT 1 FROM talent")) == 1
    assert len(await world.events()) == 1


async def test_a_document_registers_once_and_the_answer_does_not_say_whose(world):
    body = talent_body()
    first, shown = await world.talent(**body)
    answer = await world.caller(Role.TALENT).post(PATH, body)
    assert (answer.status_code, answer.json()["code"]) == (409, "document-already-registered")
    assert first.login not in answer.text
    assert shown["id"] not in answer.text


async def test_the_same_number_in_another_spelling_is_the_same_document(world):
    number = resident_number(
        sequence=next(n for n in range(999) if resident_number(sequence=n)[-1] == "X")
    )
    await world.talent(document={"kind": "resident_id", "number": number})
    wide = "".join(chr(ord(character) + 0xFEE0) for character in number.lower())
    for spelling in (number.lower(), f" {number[:6]} {number[6:14]}-{number[14:]} ", wide):
        document = {"kind": "resident_id", "number": spelling}
        answer = await world.caller(Role.TALENT).post(PATH, talent_body(document=document))
        assert answer.json()["code"] == "document-already-registered", spelling


async def test_of_twenty_registrations_of_one_document_one_wins(world):
    body = talent_body()
    callers = [world.caller(Role.TALENT) for _ in range(20)]
    answers = await asyncio.gather(*(caller.post(PATH, body) for caller in callers))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [201] + [409] * 19
    for table in ("talent", "document", "data_key", "outbox", "audit", "idempotency"):
        assert len(await world.rows(f"SELECT 1 FROM {table}")) == 1, table


async def test_of_twenty_registrations_of_one_login_one_wins(world):
    caller = world.caller(Role.TALENT)
    answers = await asyncio.gather(*(caller.post(PATH, talent_body()) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert len(await world.rows("SELECT 1 FROM talent")) == 1


@pytest.mark.parametrize("region", ["000001", "350799", "350784", "810001"])
async def test_a_region_must_exist_today(world, region):
    answer = await world.caller(Role.TALENT).post(PATH, talent_body(region=region))
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-region")
    assert answer.json()["field"] == "body.region"


async def test_a_birth_date_besides_a_resident_id_must_agree_with_it(world):
    number = resident_number(date(1996, 5, 17))
    document = {"kind": "resident_id", "number": number}
    for birth_date, status in (("1996-05-17", 201), ("1996-05-18", 422), ("1996-05-16", 422)):
        answer = await world.caller(Role.TALENT).post(
            PATH, talent_body(document=document, birth_date=birth_date)
        )
        assert answer.status_code in {status, 409}, birth_date
        if status == 422:
            assert answer.json()["code"] == "document-contradicts"
            assert answer.json()["field"] == "body.birth_date"


async def test_a_nationality_besides_a_resident_id_must_be_chinese(world):
    answer = await world.caller(Role.TALENT).post(PATH, talent_body(nationality="CAN"))
    assert answer.json()["code"] == "document-contradicts"
    answer = await world.caller(Role.TALENT).post(PATH, talent_body(nationality="CHN"))
    assert answer.status_code == 201


PASSPORT = {"kind": "passport", "number": "AB1234567"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"nationality": "CAN"}, "birth-date-required"),
        ({"birth_date": "1990-02-03"}, "nationality-required"),
    ],
)
async def test_a_passport_needs_birth_date_and_nationality(world, given, code):
    answer = await world.caller(Role.TALENT).post(PATH, talent_body(document=PASSPORT, **given))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_passports_are_unique_within_their_issuing_state(world):
    given = {"document": PASSPORT, "birth_date": "1990-02-03"}
    _, shown = await world.talent(**given, nationality="CAN")
    assert (shown["residence"], shown["sex"]) == ("foreign", None)
    assert shown["documents"][0]["issued_by"] == "CAN"
    await world.talent(**given, nationality="FRA")
    answer = await world.caller(Role.TALENT).post(PATH, talent_body(**given, nationality="CAN"))
    assert answer.json()["code"] == "document-already-registered"


@pytest.mark.parametrize("nationality", ["HKG", "TWN", "XXX", "can", "CA", ""])
async def test_a_nationality_is_a_state_by_its_three_letters(world, nationality):
    given = {"document": PASSPORT, "birth_date": "1990-02-03", "nationality": nationality}
    answer = await world.caller(Role.TALENT).post(PATH, talent_body(**given))
    assert answer.json()["errors"][0]["code"] == "nationality-unknown"


async def test_birth_is_not_to_come_and_not_before_1900(world):
    today = local_date(world.running.clock.now())
    cases = [
        (today, 201),
        (today + timedelta(days=1), 422),
        (date(1900, 1, 1), 201),
        (date(1899, 12, 31), 422),
    ]
    for number, (birth_date, status) in enumerate(cases):
        answer = await world.caller(Role.TALENT).post(
            PATH,
            talent_body(
                document={"kind": "passport", "number": f"P000000{number}"},
                birth_date=str(birth_date),
                nationality="CAN",
            ),
        )
        assert answer.status_code == status, birth_date


async def test_a_document_holds_to_the_end_of_its_last_day(world):
    today = local_date(world.running.clock.now())
    for days, status in ((-1, 422), (0, 201), (1, 201)):
        document = {
            "kind": "resident_id",
            "number": resident_number(),
            "valid_until": str(today + timedelta(days=days)),
        }
        answer = await world.caller(Role.TALENT).post(PATH, talent_body(document=document))
        assert answer.status_code == status
        if status == 422:
            assert answer.json()["field"] == "body.document.valid_until"


async def test_a_bad_number_is_refused_with_its_reason_and_without_an_echo(world):
    number = resident_number()
    broken = number[:-1] + ("0" if number[-1] != "0" else "1")
    document = {"kind": "resident_id", "number": broken}
    answer = await world.caller(Role.TALENT).post(PATH, talent_body(document=document))
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("body.document.number", "number-check")
    assert broken not in answer.text
