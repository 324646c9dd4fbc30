"""How far the word of a list's sender goes, and what the list never tells its sender."""

import pytest
from talent_kit.auth import Role

from ..factories import filing_list, filing_row, resident_number, talent_body
from .test_filing import filed, office, tally

RIGHT, WRONG = "林小溪", "陈不同"


async def decided(caller, row, act="confirm", body=None):
    path = f"/v1/employments/{row.id}/{act}"
    return await caller.post(path, body, If_Match=f'"{row.version}"')


async def employments(world):
    return await world.rows("SELECT * FROM employment ORDER BY id")


async def registered(world, **changes):
    """Register a talent; return the caller and a row that names them."""
    body = talent_body(name=RIGHT, **changes)
    talent, _ = await world.talent(**body)
    return talent, filing_row(document_number=body["document"]["number"], name=RIGHT)


async def mismatches(world):
    log = await world.audited()
    return len([entry for entry in log if entry.action == "talent.named-otherwise"])


async def test_an_agent_s_list_declares_and_the_talent_confirms(world):
    talent, row = await registered(world)
    agent, employer = await world.employer()
    await filed(world, agent, filing_list(row | {"credit_code": employer["credit_code"]}))
    (filed_row,) = await employments(world)
    assert (filed_row.status, filed_row.declared_by) == ("declared", "employer")
    event = (await world.events())[-1]
    assert event["type"] == "talent.identity.employment.declared.v1"
    refused = await decided(agent, filed_row)
    assert (refused.status_code, refused.json()["code"]) == (409, "own-declaration")
    stranger, _ = await world.talent()
    assert (await decided(stranger, filed_row)).status_code == 404
    (seen,) = (await agent.get("/v1/employments")).json()["items"]
    assert (seen["talent_name"], seen["talent_document"]) == (None, None)
    assert (await decided(talent, filed_row)).json()["status"] == "confirmed"
    (seen,) = (await agent.get("/v1/employments")).json()["items"]
    assert seen["talent_name"] == "林**"


async def test_what_a_talent_rejects_and_edits_is_their_own_declaration(world):
    talent, row = await registered(world)
    agent, employer = await world.employer()
    await filed(world, agent, filing_list(row | {"credit_code": employer["credit_code"]}))
    (filed_row,) = await employments(world)
    answer = await decided(talent, filed_row, "reject", {"reason": "dates-wrong"})
    assert (answer.json()["status"], answer.json()["declared_by"]) == ("rejected", "employer")
    path = f"/v1/employments/{filed_row.id}"
    edited = await talent.patch(path, {"contract_until": "2028-06-30"}, version=2)
    assert (edited.json()["status"], edited.json()["declared_by"]) == ("declared", "talent")
    (filed_row,) = await employments(world)
    assert (await decided(talent, filed_row)).json()["code"] == "own-declaration"
    assert (await decided(agent, filed_row)).json()["status"] == "confirmed"


async def test_a_talent_who_becomes_an_agent_confirms_nothing_of_the_employer_s(world):
    talent, row = await registered(world)
    agent, employer = await world.employer()
    await filed(world, agent, filing_list(row | {"credit_code": employer["credit_code"]}))
    await agent.post(f"/v1/employers/{employer['id']}/agents", {"login": talent.login})
    (filed_row,) = await employments(world)
    assert (await decided(talent, filed_row)).json()["code"] == "own-employment"


async def test_who_is_filed_by_an_agent_confirms_after_claiming_or_an_office_does(world):
    agent, employer = await world.employer()
    body = talent_body()
    rows = [
        filing_row(document_number=number, credit_code=employer["credit_code"])
        for number in (body["document"]["number"], resident_number())
    ]
    await filed(world, agent, filing_list(*rows))
    assert {row.status for row in await employments(world)} == {"declared"}
    job, _ = await filed(world, office(world), filing_list(rows[1]))
    assert tally(job) == ["finished", 1, 1, 0, 0]
    talent, _ = await world.talent(**body)
    states = {row.talent_id: row for row in await employments(world)}
    waiting = next(row for row in states.values() if row.status == "declared")
    assert sorted(row.status for row in states.values()) == ["confirmed", "declared"]
    assert (await decided(talent, waiting)).json()["status"] == "confirmed"


async def test_a_reviewer_who_acts_for_the_employer_speaks_for_the_employer(world):
    agent, employer = await world.employer()
    reviewer = world.caller(Role.REVIEWER, login=agent.login, region="350700")
    row = filing_row(credit_code=employer["credit_code"])
    await filed(world, reviewer, filing_list(row))
    (filed_row,) = await employments(world)
    assert (filed_row.status, filed_row.declared_by) == ("declared", "employer")


@pytest.mark.parametrize("known", ["registered", "on file"])
async def test_an_agent_learns_from_no_answer_whether_a_name_is_right(world, known):
    agent, employer = await world.employer()
    told = []
    for name in (RIGHT, WRONG):
        if known == "registered":
            _, row = await registered(world)
        else:
            row = filing_row(name=RIGHT)
            await filed(world, office(world), filing_list(row))
        asked = row | {"name": name, "credit_code": employer["credit_code"]}
        job, report = await filed(world, agent, filing_list(asked))
        shown = (await agent.get("/v1/employments")).json()["items"][0]
        ids = {"id", "talent_id", "declared_at", "changed_at"}
        told.append((tally(job), report, {k: v for k, v in shown.items() if k not in ids}))
        again, report = await filed(world, agent, filing_list(asked))
        told[-1] += (tally(again), report)
    assert told[0] == told[1]
    assert await mismatches(world) == 2  # each time the wrong one was sent


@pytest.mark.parametrize("name", [RIGHT, WRONG])
async def test_an_office_learns_nothing_of_who_is_registered_elsewhere(world, name):
    talent, row = await registered(world, region="350100")
    for _ in range(2):
        job, report = await filed(world, office(world), filing_list(row | {"name": name}))
        assert (job["failed"], report) == (0, [])
    (waiting,) = await employments(world)
    assert (waiting.status, waiting.declared_by) == ("declared", "employer")
    shown = (await office(world).get(f"/v1/employments/{waiting.id}")).json()
    assert (shown["talent_name"], shown["talent_document"]) == (None, None)
    assert await mismatches(world) == (2 if name == WRONG else 0)
    # Once the talent works there by their own word, the office may know.
    assert (await decided(talent, waiting)).json()["status"] == "confirmed"
    _, report = await filed(world, office(world), filing_list(row | {"name": WRONG}))
    assert report == [(2, "document_number", "filed-otherwise")]


async def test_a_wrong_name_by_an_agent_locks_nobody_out(world):
    agent, employer = await world.employer()
    body = talent_body(name=RIGHT)
    row = filing_row(
        document_number=body["document"]["number"],
        name=WRONG,
        phone="13700000000",
        credit_code=employer["credit_code"],
    )
    await filed(world, agent, filing_list(row))
    talent, shown = await world.talent(**body | {"phone": None})
    assert (shown["name"], shown["phone"]) == ("林**", None)
    assert len(await world.rows("SELECT 1 FROM talent")) == 1
    (waiting,) = await employments(world)
    assert (waiting.status, str(waiting.talent_id)) == ("declared", shown["id"])
    late = await world.caller(Role.TALENT).post("/v1/talents", body)
    assert late.json()["code"] == "document-already-registered"
    assert (await talent.get("/v1/personal-data/identity/export")).json()["profile"][
        "name"
    ] == RIGHT


@pytest.mark.parametrize("first", ["agent", "office"])
async def test_an_office_corrects_a_name_that_nobody_has_claimed(world, first):
    agent, employer = await world.employer()
    sender = agent if first == "agent" else office(world)
    body = talent_body(name=RIGHT)
    row = filing_row(
        document_number=body["document"]["number"],
        name=WRONG,
        credit_code=employer["credit_code"],
    )
    await filed(world, sender, filing_list(row))
    job, report = await filed(world, office(world), filing_list(row | {"name": RIGHT}))
    assert (job["failed"], report) == (0, [])
    updated = [e for e in await world.events() if e["type"].endswith("talent.updated.v1")]
    assert [event["data"]["version"] for event in updated] == [2]
    assert "talent.corrected" in {entry.action for entry in await world.audited()}
    (employment,) = await employments(world)
    assert employment.status == "confirmed"
    other = await world.caller(Role.TALENT).post("/v1/talents", body | {"name": WRONG})
    assert other.json()["code"] == "document-already-registered"
    await world.talent(**body)


async def test_an_office_s_word_makes_an_agent_s_record_claimable_by_that_name_alone(world):
    agent, employer = await world.employer()
    body = talent_body(name=RIGHT)
    row = filing_row(
        document_number=body["document"]["number"],
        name=RIGHT,
        credit_code=employer["credit_code"],
    )
    await filed(world, agent, filing_list(row))
    await filed(world, office(world), filing_list(row))
    other = await world.caller(Role.TALENT).post("/v1/talents", body | {"name": WRONG})
    assert other.json()["code"] == "document-already-registered"
    await world.talent(**body)
