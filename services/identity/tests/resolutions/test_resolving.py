"""POST /v1/resolutions."""

import pytest
from talent_identity.resolutions.schemas import MOST
from talent_kit.auth import Role

from ..factories import credit_code, fixed_term, resident_number, talent_body

PATH = "/v1/resolutions"


async def resolve(world, *items):
    asked = {"items": list(items), "purpose": "import-pension-records"}
    answer = await world.caller(Role.SERVICE, login="policy").post(PATH, asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def nothing(**found):
    empty = dict.fromkeys(["talent_id", "employer_id", "employment_id", "problem", "field"])
    return empty | {"employment_ids": []} | found


async def employed(world, **contract):
    body = talent_body()
    talent, person = await world.talent(**body)
    _, employer = await world.employer()
    answer = await talent.post("/v1/employments", fixed_term(employer["id"], **contract))
    assert answer.status_code == 201, answer.text
    return talent, body["document"]["number"], person, employer, answer.json()


async def test_a_person_an_organisation_and_their_employment_are_found(world):
    _, number, person, employer, employment = await employed(world)
    found = await resolve(
        world,
        {"number": f" {number.lower()} "},
        {"credit_code": employer["credit_code"]},
        {"number": number, "credit_code": employer["credit_code"]},
    )
    talent, organisation = {"talent_id": person["id"]}, {"employer_id": employer["id"]}
    one = {"employment_id": employment["id"], "employment_ids": [employment["id"]]}
    both = talent | organisation | one
    assert found == [nothing(**talent), nothing(**organisation), nothing(**both)]


async def test_of_several_employments_the_newest_that_stands_counts(world):
    talent, number, _, employer, _ = await employed(world)
    later = fixed_term(employer["id"], contract_from="2025-07-01", contract_until="2028-06-30")
    newest = (await talent.post("/v1/employments", later)).json()
    (found,) = await resolve(world, {"number": number, "credit_code": employer["credit_code"]})
    assert found["employment_id"] == newest["id"]


async def test_a_newer_declaration_hides_no_employment_that_both_stand_by(world):
    talent, number, _, employer, granted = await employed(world)
    contracts = [("2025-07-01", "2028-06-30"), ("2026-01-01", "2029-06-30")]
    confirmed, declared = [
        (
            await talent.post(
                "/v1/employments",
                fixed_term(employer["id"], contract_from=first, contract_until=last),
            )
        ).json()
        for first, last in contracts
    ]
    both = f"'{granted['id']}', '{confirmed['id']}'"
    async with world.running.service.database.engine.begin() as connection:
        await connection.exec_driver_sql(
            f"UPDATE employment SET status = 'confirmed' WHERE id IN ({both})"
        )
    (found,) = await resolve(world, {"number": number, "credit_code": employer["credit_code"]})
    assert found["employment_id"] == confirmed["id"]
    assert found["employment_ids"] == [confirmed["id"], granted["id"], declared["id"]]
    async with world.running.service.database.engine.begin() as connection:
        await connection.exec_driver_sql(
            f"UPDATE employment SET status = 'rejected' WHERE id = '{declared['id']}'"
        )
    (found,) = await resolve(world, {"number": number, "credit_code": employer["credit_code"]})
    assert found["employment_ids"] == [confirmed["id"], granted["id"]]


async def test_each_item_says_what_is_wrong_with_it_and_the_others_are_answered(world):
    _, number, person, _, _ = await employed(world)
    _, other = await world.employer()
    broken = number[:-1] + ("0" if number[-1] != "0" else "1")
    found = await resolve(
        world,
        {"number": broken},
        {"number": resident_number()},
        {"credit_code": "nonsense"},
        {"credit_code": credit_code()},
        {"number": number, "credit_code": other["credit_code"]},
        {},
        {"kind": "passport", "number": "E1234567"},
        {"number": number},
    )
    assert [(item["problem"], item["field"]) for item in found] == [
        ("number-check", "number"),
        ("talent-unknown", "number"),
        ("credit-code-format", "credit_code"),
        ("employer-unknown", "credit_code"),
        ("employment-unknown", "credit_code"),
        ("missing", "number"),
        ("issuer-required", "number"),
        (None, None),
    ]
    assert found[-1]["talent_id"] == person["id"]


async def test_a_passport_is_found_by_its_issuing_state(world):
    passport = {"kind": "passport", "number": "E1234567"}
    _, shown = await world.talent(document=passport, birth_date="1990-01-01", nationality="CAN")
    found = await resolve(world, passport | {"issued_by": "CAN"}, passport | {"issued_by": "FRA"})
    assert [item["talent_id"] for item in found] == [shown["id"], None]


async def test_each_talent_found_is_an_entry_in_the_audit_log_and_no_number_is(world):
    _, number, person, _, _ = await employed(world)
    await resolve(world, {"number": number}, {"number": number}, {"number": resident_number()})
    entries = [entry for entry in await world.audited() if entry.action == "talent.looked-up"]
    assert [(entry.actor, entry.subject, entry.purpose) for entry in entries] == [
        ("policy", f"talent:{person['id']}", "import-pension-records")
    ]
    assert number not in str(entries)


@pytest.mark.parametrize(("items", "status"), [(0, 422), (1, 200), (MOST, 200), (MOST + 1, 422)])
async def test_so_many_items_are_answered_at_once(world, items, status):
    asked = {"items": [{"number": resident_number()}] * items, "purpose": "import-records"}
    answer = await world.caller(Role.SERVICE).post(PATH, asked)
    assert answer.status_code == status
