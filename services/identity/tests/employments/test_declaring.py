"""POST, GET and PATCH /v1/employments."""

import asyncio
from uuid import uuid4

import pytest
import pytest_asyncio
from talent_kit.auth import Role

from ..factories import employer_body, fixed_term

PATH = "/v1/employments"


@pytest_asyncio.fixture
async def sides(world):
    """A talent, an employer's agent, and the employer."""
    talent, _ = await world.talent()
    agent, employer = await world.employer(region="350703")
    return talent, agent, employer


async def declared(talent, employer, **changes):
    answer = await talent.post(PATH, fixed_term(employer["id"], **changes))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_declaration_awaits_the_employer(world, sides):
    talent, _agent, employer = sides
    shown = await declared(talent, employer)
    assert (shown["status"], shown["version"]) == ("declared", 1)
    assert (shown["talent_name"], shown["employer_name"]) == ("林**", employer["name"])
    assert shown["region"] == "350703"
    assert shown["talent_document"].startswith("110***")
    event = (await world.events())[-1]
    assert event["type"] == "talent.identity.employment.declared.v1"
    assert event["subject"] == shown["id"]
    assert event["data"] == {
        "version": 1,
        "employment_id": shown["id"],
        "talent_id": shown["talent_id"],
        "employer_id": employer["id"],
        "status": "declared",
        "arrangement": "direct",
        "contract_kind": "fixed_term",
        "contract_from": "2024-07-01",
        "contract_until": "2027-06-30",
        "ended_on": None,
    }
    entry = (await world.audited())[-1]
    assert (entry.actor, entry.action) == (talent.login, "employment.declared")
    assert (entry.subject, entry.region) == (f"employment:{shown['id']}", "350703")


async def test_only_registered_talents_declare_and_only_known_employers(world, sides):
    talent, _, employer = sides
    stranger = await world.caller(Role.TALENT).post(PATH, fixed_term(employer["id"]))
    assert (stranger.status_code, stranger.json()["code"]) == (404, "talent-not-registered")
    nowhere = await talent.post(PATH, fixed_term(str(uuid4())))
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "employer-not-found")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"contract_until": None}, "contract-until-required"),
        ({"contract_until": "2024-06-30"}, "contract-until-before-from"),
        ({"contract_kind": "open_ended"}, "contract-until-forbidden"),
        ({"arrangement": "loan"}, "enum"),
        ({"contract_kind": "verbal"}, "enum"),
        ({"contract_from": "2024-02-30"}, "date-from-datetime-parsing"),
    ],
)
async def test_a_term_that_does_not_fit_is_refused(world, sides, changes, code):
    talent, _, employer = sides
    answer = await talent.post(PATH, fixed_term(employer["id"], **changes))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == code


async def test_a_contract_of_one_day_and_one_without_end_are_contracts(world, sides):
    talent, _, employer = sides
    await declared(talent, employer, contract_until="2024-07-01")
    shown = await declared(
        talent,
        employer,
        contract_kind="open_ended",
        contract_from="2025-01-01",
        contract_until=None,
    )
    assert shown["contract_until"] is None


async def test_the_same_contract_is_declared_once(world, sides):
    talent, _, employer = sides
    answers = await asyncio.gather(
        *(talent.post(PATH, fixed_term(employer["id"])) for _ in range(10))
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    refused = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert refused == {"employment-exists"}
    await declared(talent, employer, contract_from="2024-07-02")


async def test_a_repeated_request_declares_once(world, sides):
    talent, _, employer = sides
    first, again = [
        await talent.post(PATH, fixed_term(employer["id"]), Idempotency_Key="the-same-key")
        for _ in range(2)
    ]
    assert (again.status_code, again.json()) == (201, first.json())


async def test_each_side_lists_its_own_and_can_ask_for_one_state(world, sides):
    talent, agent, employer = sides
    other, _ = await world.talent()
    mine = await declared(talent, employer)
    theirs = await declared(other, employer)
    await agent.post(f"{PATH}/{theirs['id']}/confirm", If_Match='"1"')
    assert [one["id"] for one in (await talent.get(PATH)).json()["items"]] == [mine["id"]]
    listed = (await agent.get(PATH)).json()["items"]
    assert [one["id"] for one in listed] == [theirs["id"], mine["id"]]
    for status, expected in (("declared", [mine["id"]]), ("confirmed", [theirs["id"]])):
        answer = await agent.get(f"{PATH}?status={status}")
        assert [one["id"] for one in answer.json()["items"]] == expected
    assert (await talent.get(f"{PATH}?status=ended")).json()["items"] == []
    assert (await talent.get(f"{PATH}?status=paused")).status_code == 422


async def test_lists_are_read_page_by_page(world, sides):
    talent, agent, employer = sides
    for day in (1, 2, 3):
        await declared(talent, employer, contract_from=f"2024-07-0{day}")
    for caller in (talent, agent):
        first = (await caller.get(f"{PATH}?limit=2")).json()
        rest = (await caller.get(f"{PATH}?limit=2&cursor={first['next_cursor']}")).json()
        days = [one["contract_from"] for one in first["items"] + rest["items"]]
        assert days == ["2024-07-03", "2024-07-02", "2024-07-01"]
        assert rest["next_cursor"] is None


async def test_the_employers_side_is_chosen_by_query_or_token_and_checked_in_data(world, sides):
    talent, agent, employer = sides
    await declared(talent, employer)
    _, foreign = await world.employer()
    second = await agent.post("/v1/employers", employer_body())
    await declared(talent, second.json())

    async def listed(caller, query=""):
        items = (await caller.get(f"{PATH}{query}")).json()["items"]
        return {one["employer_id"] for one in items}

    both = {employer["id"], second.json()["id"]}
    assert await listed(agent) == both
    assert await listed(agent, f"?employer_id={employer['id']}") == {employer["id"]}
    claiming = world.caller(Role.EMPLOYER, login=agent.login, employer=employer["id"])
    assert await listed(claiming) == {employer["id"]}
    assert await listed(agent, f"?employer_id={foreign['id']}") == set()
    intruder = world.caller(Role.EMPLOYER, employer=employer["id"])
    assert await listed(intruder) == set()
    assert await listed(talent, f"?employer_id={employer['id']}") == set()


async def test_both_sides_and_staff_of_the_region_read_one_others_do_not_find_it(world, sides):
    talent, agent, employer = sides
    shown = await declared(talent, employer)
    path = f"{PATH}/{shown['id']}"
    assert (await talent.get(path)).json() == shown
    assert (await agent.get(path)).json() == shown
    stranger, _ = await world.talent()
    rival, _ = await world.employer()
    for caller in (stranger, rival, world.caller(Role.EMPLOYER, employer=employer["id"])):
        answer = await caller.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "employment-not-found")
    for region, status in (("350703", 200), ("350700", 200), ("350702", 404), (None, 404)):
        staff = world.caller(Role.REVIEWER, region=region)
        assert (await staff.get(path)).status_code == status, region
    reads = [entry for entry in await world.audited() if entry.action == "employment.read"]
    assert len(reads) == 2


async def test_a_declaration_can_be_edited_by_its_talent_alone(world, sides):
    talent, _agent, employer = sides
    shown = await declared(talent, employer)
    path = f"{PATH}/{shown['id']}"
    stranger, _ = await world.talent()
    assert (await stranger.patch(path, {"arrangement": "dispatch"})).status_code == 404
    answer = await talent.patch(path, {"arrangement": "dispatch"})
    assert answer.status_code == 200
    assert (answer.json()["arrangement"], answer.json()["version"]) == ("dispatch", 2)
    event = (await world.events())[-1]
    assert event["type"] == "talent.identity.employment.updated.v1"
    assert (event["data"]["version"], event["data"]["arrangement"]) == (2, "dispatch")


async def test_an_edit_is_judged_together_with_what_stays(world, sides):
    talent, _, employer = sides
    shown = await declared(talent, employer)
    path = f"{PATH}/{shown['id']}"
    for body, rule in (
        ({"contract_kind": "open_ended"}, "contract-until-forbidden"),
        ({"contract_until": None}, "contract-until-required"),
        ({"contract_from": "2027-07-01"}, "contract-until-before-from"),
    ):
        answer = await talent.patch(path, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "contract-term")
        assert answer.json()["rule"] == rule
    answer = await talent.patch(path, {"contract_kind": "open_ended", "contract_until": None})
    assert answer.json()["contract_until"] is None


async def test_an_edit_cannot_make_two_of_one(world, sides):
    talent, _, employer = sides
    await declared(talent, employer)
    second = await declared(talent, employer, contract_from="2024-08-01")
    answer = await talent.patch(f"{PATH}/{second['id']}", {"contract_from": "2024-07-01"})
    assert (answer.status_code, answer.json()["code"]) == (409, "employment-exists")


@pytest.mark.parametrize("field", ["arrangement", "contract_kind", "contract_from"])
async def test_what_a_contract_needs_cannot_be_removed(world, sides, field):
    talent, _, employer = sides
    shown = await declared(talent, employer)
    answer = await talent.patch(f"{PATH}/{shown['id']}", {field: None})
    assert answer.json()["errors"][0]["code"] == "null-not-allowed"
