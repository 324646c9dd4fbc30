"""POST /v1/talents/me/erasure."""

import asyncio

import pytest
from talent_kit.auth import Role

from ..factories import fixed_term, resident_number, talent_body
from ..talents.test_filing import file
from ..test_personal_data import every_cell

PATH = "/v1/talents/me/erasure"
WISH = {"confirmation": "erase-my-data"}


async def story(world, **changes):
    body = talent_body(**changes)
    talent, shown = await world.talent(**body)
    passport = {"kind": "passport", "number": "KX7401956", "issued_by": "CHN"}
    added = await talent.post("/v1/talents/me/documents", passport)
    assert added.status_code == 201, added.text
    agent, employer = await world.employer()
    declared = await talent.post("/v1/employments", fixed_term(employer["id"]))
    await talent.post("/v1/codes", {})
    code = (await talent.get("/v1/codes/me")).json()
    return talent, agent, shown["id"], declared.json()["id"], code["payload"], body


async def erased(talent):
    answer = await talent.post(PATH, WISH)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.parametrize("body", [{}, {"confirmation": "yes"}, {"confirmation": "Erase-my-data"}])
async def test_without_the_words_nothing_happens(world, body):
    talent, shown = await world.talent()
    answer = await talent.post(PATH, body)
    assert answer.status_code == 422
    assert (await talent.get("/v1/talents/me")).json() == shown


async def test_nothing_opens_finds_or_signs_in_as_the_erased(world):
    talent, agent, talent_id, employment_id, payload, _ = await story(world)
    answer = await erased(talent)
    assert answer["talent_id"] == talent_id
    for path in ("/v1/talents/me", "/v1/personal-data/identity", "/v1/codes/me"):
        assert (await talent.get(path)).json()["code"] == "talent-not-registered"
    reviewer = world.caller(Role.REVIEWER, region="350700")
    assert (await reviewer.get(f"/v1/talents/{talent_id}")).status_code == 404
    assert (await reviewer.get("/v1/talents")).json()["items"] == []
    assert (await reviewer.get(f"/v1/employments/{employment_id}")).status_code == 404
    assert (await agent.get("/v1/employments")).json()["items"] == []
    scan = await world.caller(Role.SCANNER).post("/v1/code-verifications", {"payload": payload})
    assert (scan.json()["valid"], scan.json()["reason"]) == (False, "superseded")
    lookup = {
        "document": {"kind": "passport", "number": "KX7401956", "issued_by": "CHN"},
        "purpose": "verify-records",
    }
    found = await world.caller(Role.SERVICE).post("/v1/talents/lookups", lookup)
    assert found.status_code == 404


async def test_what_stays_is_a_pseudonym_the_audit_and_the_markers(world):
    talent, _, talent_id, *_ = await story(world)
    before = len(await world.audited())
    await erased(talent)
    (row,) = await world.rows("SELECT * FROM talent")
    assert (str(row.id), row.login, row.sealed_profile) == (talent_id, None, b"")
    (key,) = await world.rows("SELECT * FROM data_key")
    assert key.wrapped is None
    assert key.destroyed_at is not None
    for table in ("document", "employment"):
        assert await world.rows(f"SELECT 1 FROM {table}") == [], table
    assert [kept.talent_id for kept in await world.rows("SELECT * FROM erased")] == [row.id] * 2
    log = await world.audited()
    assert len(log) == before + 1
    assert (log[-1].action, log[-1].detail) == ("talent.erased", WISH)


async def test_the_bus_keeps_of_the_erased_that_they_are(world):
    talent, _, talent_id, employment_id, *_ = await story(world)
    await world.running.settle()  # some of it is on the bus,
    await talent.patch("/v1/talents/me", {"phone": "13900000000"}, version=3)  # some is not yet
    await erased(talent)
    (event,) = await world.events()
    assert event["type"] == "talent.identity.talent.erased.v1"
    assert event["data"] == {"version": 5, "talent_id": talent_id}
    await world.running.settle()
    url = world.running.service.settings.bus_url.get_secret_value()
    cells = [cell for cell in await every_cell(url) if b"specversion" in cell]
    mentions = [cell for cell in cells if talent_id.encode() in cell]
    assert len(mentions) == 1
    assert b"talent.erased" in mentions[0]
    assert not [cell for cell in cells if employment_id.encode() in cell]
    assert not [cell for cell in cells if talent.login.encode() in cell]


async def test_a_repeated_wish_gets_the_same_answer(world):
    talent, _ = await world.talent()
    first = await talent.post(PATH, WISH, Idempotency_Key="erase-erase")
    again = await talent.post(PATH, WISH, Idempotency_Key="erase-erase")
    assert (again.status_code, again.json()) == (201, first.json())
    late = await talent.post(PATH, WISH)
    assert (late.status_code, late.json()["code"]) == (404, "talent-not-registered")


async def test_of_ten_wishes_at_once_one_is_carried_out(world):
    talent, _ = await world.talent()
    answers = await asyncio.gather(*(talent.post(PATH, WISH) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [404] * 9
    assert len(await world.rows("SELECT 1 FROM outbox WHERE type LIKE '%erased%'")) == 1


async def test_answers_kept_for_repeats_go_too(world):
    talent, _ = await world.talent()
    kept = f"SELECT 1 FROM idempotency WHERE principal = '{talent.login}'"
    assert len(await world.rows(kept)) == 1
    await erased(talent)
    assert len(await world.rows(kept)) == 1, "the answer to the wish itself"


@pytest.mark.parametrize("number", ["resident", "passport"])
async def test_who_registers_again_is_a_new_talent_and_known_to_have_been_another(world, number):
    talent, _, talent_id, *_, body = await story(world)
    await erased(talent)
    passport = {
        "document": {"kind": "passport", "number": "KX7401956", "issued_by": "CHN"},
        "birth_date": "1996-05-17",
        "nationality": "CHN",
    }
    again = body if number == "resident" else body | passport
    _, shown = await world.talent(**again)
    assert shown["id"] != talent_id
    data = (await world.events())[-1]["data"]
    assert (data["talent_id"], data["formerly"]) == (shown["id"], [talent_id])


async def test_every_former_self_is_remembered_through_further_documents_and_erasures(world):
    talent, _, first_id, *_, body = await story(world)
    await erased(talent)
    # Under a new document they are nobody's former self, until an old document is added.
    second, shown = await world.talent(
        document={"kind": "taiwan_permit", "number": "12345678"},
        birth_date="1996-05-17",
        nationality="CHN",
    )
    assert (await world.events())[-1]["data"]["formerly"] == []
    added = await second.post("/v1/talents/me/documents", body["document"])
    assert added.status_code == 201, added.text
    assert (await world.events())[-1]["data"]["formerly"] == [first_id]
    await erased(second)
    await world.talent(**body)
    formerly = (await world.events())[-1]["data"]["formerly"]
    assert formerly == sorted([first_id, shown["id"]])


@pytest.mark.parametrize("by_list", [False, True])
async def test_a_chain_of_erasures_over_two_documents_is_one_person(world, by_list):
    passport = {"kind": "passport", "number": "KX7401956", "issued_by": "CHN"}
    first, _, first_id, *_, body = await story(world)
    await erased(first)
    second, shown = await world.talent(**body)
    await erased(second)
    third = body | {"document": passport, "birth_date": "1996-05-17", "nationality": "CHN"}
    if by_list:
        await file(world, third)
    else:
        await world.talent(**third)
    formerly = (await world.events())[-1]["data"]["formerly"]
    assert formerly == sorted([first_id, shown["id"]])


@pytest.mark.parametrize("by_list", [False, True])
async def test_two_documents_of_someone_erased_do_not_make_two(world, by_list):
    passport = {"kind": "passport", "number": "KX7401956", "issued_by": "CHN"}
    first, _, first_id, *_, body = await story(world)
    await erased(first)
    second, _ = await world.talent(**body)
    third = body | {"document": passport, "birth_date": "1996-05-17", "nationality": "CHN"}
    if by_list:
        await file(world, third)
    other = world.caller(Role.TALENT)
    answer = await other.post("/v1/talents", third)
    assert (answer.status_code, answer.json()["code"]) == (409, "document-already-registered")
    if not by_list:
        assert (await second.post("/v1/talents/me/documents", passport)).status_code == 201
        assert (await world.events())[-1]["data"]["formerly"] == [first_id]


async def test_of_two_documents_of_someone_erased_that_come_at_once_one_is_taken(world):
    passport = {"kind": "passport", "number": "KX7401956", "issued_by": "CHN"}
    first, *_, body = await story(world)
    await erased(first)
    other = body | {"document": passport, "birth_date": "1996-05-17", "nationality": "CHN"}
    answers = await asyncio.gather(
        *(world.caller(Role.TALENT).post("/v1/talents", each) for each in (body, other))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_a_filing_list_of_someone_erased_puts_a_new_talent_on_file(world):
    talent, _, talent_id, *_, body = await story(world)
    await erased(talent)
    (filed,) = await file(world, body)
    data = (await world.events())[-1]["data"]
    assert (data["talent_id"], data["formerly"]) == (str(filed.id), [talent_id])
    claimed, _ = await world.talent(**body)
    assert (await world.events())[-1]["data"]["formerly"] == [talent_id]
    export = (await claimed.get("/v1/personal-data/identity/export")).json()
    assert export["profile"]["formerly"] == [talent_id]


async def test_no_column_of_the_database_opens_or_names_the_erased(world):
    number = resident_number(sequence=611)
    document = {"kind": "resident_id", "number": number}
    talent, *_ = await story(world, document=document, name="欧阳小溪流")
    await erased(talent)
    await world.running.settle()
    settings = world.running.service.settings
    cells = await every_cell(settings.database_url.get_secret_value())
    cells += await every_cell(settings.bus_url.get_secret_value())
    for secret in (number, "KX7401956", "欧阳", "1996-05-17", "2024-07-01", "13812345678"):
        assert not [cell for cell in cells if secret.encode() in cell], secret
