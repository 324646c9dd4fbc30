"""Filing lists from file to register: who may, what each row does, and what it never does."""

from datetime import date

import pytest
from talent_kit.auth import Role

from ..factories import (
    credit_code,
    filing_list,
    filing_row,
    fixed_term,
    resident_number,
    talent_body,
)


def office(world, region="350700"):
    return world.caller(Role.REVIEWER, region=region)


async def do_lists(world):
    """Do every list that was sent; its events stay unsent, for other tests look into the bus."""
    while await world.running.worker.jobs.step():
        pass


async def filed(world, sender, content, **headers):
    """Send a list and let the worker do it; return the job and its report."""
    answer = await sender.send_list(content, **headers)
    assert answer.status_code == 202, answer.text
    await do_lists(world)
    path = f"/v1/filing-lists/{answer.json()['id']}"
    job = (await sender.get(path)).json()
    report = (await sender.get(f"{path}/report?limit=200")).json()["items"]
    return job, [(item["row"], item["field"], item["code"]) for item in report]


def tally(job):
    return [job[name] for name in ("status", "total", "ok", "failed", "skipped")]


async def count(world, table):
    return (await world.rows(f"SELECT count(*) FROM {table}"))[0][0]


async def everything(world):
    return [await count(world, table) for table in ("talent", "employer", "employment")]


async def test_a_row_brings_talent_employer_and_confirmed_employment(world):
    row = filing_row()
    job, report = await filed(world, office(world), filing_list(row))
    assert (tally(job), report) == (["finished", 1, 1, 0, 0], [])
    (talent,) = await world.rows("SELECT * FROM talent")
    (employer,) = await world.rows("SELECT * FROM employer")
    (employment,) = await world.rows("SELECT * FROM employment")
    assert (talent.login, talent.region) == (None, "350702")
    assert (employer.credit_code, employer.kind) == (row["credit_code"], "enterprise")
    assert employer.region == "350702"
    assert (employment.talent_id, employment.employer_id) == (talent.id, employer.id)
    assert (employment.status, employment.arrangement) == ("confirmed", "direct")
    assert employment.contract_kind == "fixed_term"
    assert employment.contract_from == date(2024, 7, 1)
    assert employment.contract_until == date(2027, 6, 30)


async def test_its_events_and_its_audit_name_nobody(world):
    row = filing_row()
    await office(world).send_list(filing_list(row))
    await do_lists(world)
    types = [event["type"].split(".")[2:4] for event in await world.events()]
    assert types == [
        ["talent", "registered"],
        ["employer", "registered"],
        ["employment", "confirmed"],
    ]
    actions = {entry.action for entry in await world.audited()}
    assert actions == {
        "filing-list.sent",
        "talent.filed",
        "employer.filed",
        "employment.filed",
    }
    stored = await world.running.stored()
    for secret in (row["name"], row["document_number"], row["phone"], row["phone"][3:]):
        assert secret not in stored


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
async def test_every_encoding_files_the_same_name(world, encoding):
    await filed(world, office(world), filing_list(filing_row(name="欧阳小溪流"), encoding=encoding))
    (listed,) = (await office(world).get("/v1/talents")).json()["items"]
    assert listed["name"] == "欧阳***"


async def test_the_same_list_twice_changes_nothing(world):
    content = filing_list(*[filing_row(name=name) for name in ("林小溪", "陈大山", "吴晓")])
    await filed(world, office(world), content)
    before = await world.rows("SELECT * FROM talent ORDER BY id")
    events = len(await world.events())
    job, report = await filed(world, office(world), content)
    assert (tally(job), report) == (["finished", 3, 0, 0, 3], [])
    assert await world.rows("SELECT * FROM talent ORDER BY id") == before
    assert await everything(world) == [3, 3, 3]
    assert len(await world.events()) == events


async def test_a_bad_row_spoils_no_good_one(world):
    good, other = filing_row(), filing_row(name="陈大山")
    rows = [
        good,
        filing_row(name="12"),
        filing_row(document_number="110101199605170019"),
        filing_row(contract_from="7/1/2024"),
        filing_row(contract_until="2023-01-01"),
        filing_row(credit_code="91350702MA0000001A", phone="1"),
        filing_row(region="000001"),
        filing_row(document_kind="驾驶证"),
        filing_row(document_kind="护照", document_number="E1234567", issued_by="DEU"),
        filing_row(birth_date="1980-01-01"),
        filing_row(employer_kind="公司"),
        filing_row(employer_kind=""),
        filing_row(name=""),
        other,
    ]
    job, report = await filed(world, office(world), filing_list(*rows))
    assert tally(job) == ["finished", 14, 2, 12, 0]
    assert report == [
        (3, "name", "name-format"),
        (4, "document_number", "number-check"),
        (5, "contract_from", "date-format"),
        (6, "contract_until", "contract-until-before-from"),
        (7, "phone", "phone-format"),
        (7, "credit_code", "credit-code-check"),
        (8, "region", "unknown-region"),
        (9, "document_kind", "enum"),
        (10, "birth_date", "birth-date-required"),
        (11, "birth_date", "document-contradicts"),
        (12, "employer_kind", "literal-error"),
        (13, "credit_code", "employer-unknown"),
        (14, "name", "missing"),
    ]
    assert await everything(world) == [2, 2, 2]


async def test_a_registered_document_under_another_name_changes_nothing(world):
    body = talent_body()
    await world.talent(**body)
    other = filing_row(document_number=body["document"]["number"], name="陈大山")
    job, report = await filed(world, office(world), filing_list(other))
    assert tally(job) == ["finished", 1, 0, 1, 0]
    assert report == [(2, "document_number", "filed-otherwise")]
    assert await everything(world) == [1, 0, 0]


async def test_a_registered_talent_gets_the_employment_of_the_list(world):
    body = talent_body(name="林小溪")
    _, talent = await world.talent(**body)
    row = filing_row(document_number=body["document"]["number"])
    job, _ = await filed(world, office(world), filing_list(row))
    assert tally(job) == ["finished", 1, 1, 0, 0]
    (employment,) = await world.rows("SELECT talent_id FROM employment")
    assert str(employment.talent_id) == talent["id"]
    assert await count(world, "talent") == 1


async def test_a_passport_is_found_by_its_issuer(world):
    row = filing_row(
        document_kind="护照", document_number="c01x00t47", issued_by="DEU", birth_date="1985.3.9"
    )
    job, report = await filed(world, office(world), filing_list(row))
    assert (tally(job), report) == (["finished", 1, 1, 0, 0], [])
    (shown,) = (await office(world).get("/v1/talents")).json()["items"]
    assert (shown["nationality"], shown["birth_date"]) == ("DEU", "1985-03-09")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"region": "350100"}, (2, "region", "outside-region")),
        ({"employer_region": "350100"}, (2, "employer_region", "outside-region")),
        ({"employer_region": "000001"}, (2, "employer_region", "unknown-region")),
    ],
)
async def test_an_office_files_for_its_own_region_alone(world, changes, fault):
    _, report = await filed(world, office(world), filing_list(filing_row(**changes)))
    assert report == [fault]
    assert await everything(world) == [0, 0, 0]


async def test_an_office_files_for_no_employer_of_elsewhere(world):
    _, employer = await world.employer(region="350100")
    row = filing_row(credit_code=employer["credit_code"])
    _, report = await filed(world, office(world), filing_list(row))
    assert report == [(2, "credit_code", "outside-region")]
    assert await count(world, "talent") == 0


async def test_an_agent_files_for_their_own_employer_alone(world):
    agent, employer = await world.employer()
    _, other = await world.employer()
    rows = [
        filing_row(credit_code=employer["credit_code"], employer_name=""),
        filing_row(credit_code=other["credit_code"]),
        filing_row(credit_code=credit_code()),
    ]
    job, report = await filed(world, agent, filing_list(*rows))
    assert tally(job) == ["finished", 3, 1, 2, 0]
    assert report == [(row, "credit_code", "employer-not-found") for row in (3, 4)]
    assert await everything(world) == [1, 2, 1]
    (employment,) = await world.rows("SELECT employer_id, status FROM employment")
    assert (str(employment.employer_id), employment.status) == (employer["id"], "declared")


async def test_an_agent_whose_time_is_over_files_nothing_more(world):
    agent, employer = await world.employer()
    sent = await agent.send_list(filing_list(filing_row(credit_code=employer["credit_code"])))
    assert sent.status_code == 202
    async with world.running.service.database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE agent SET valid_until = '2020-01-01'")
    await do_lists(world)
    assert await count(world, "talent") == 0


async def test_who_acts_for_no_employer_sends_none(world):
    answer = await world.caller(Role.EMPLOYER).send_list(filing_list(filing_row()))
    assert (answer.status_code, answer.json()["code"]) == (404, "employer-not-found")


async def test_nobody_files_their_own_employment(world):
    body = talent_body(name="林小溪")
    login = "both-at-once"
    talent = world.caller(Role.TALENT, login=login)
    await talent.post("/v1/talents", body)
    agent = world.caller(Role.EMPLOYER, login=login)
    employer = (
        await agent.post(
            "/v1/employers",
            {
                "credit_code": credit_code(),
                "name": "示例",
                "region": "350702",
                "kind": "enterprise",
            },
        )
    ).json()
    row = filing_row(
        document_number=body["document"]["number"], credit_code=employer["credit_code"]
    )
    _, report = await filed(world, agent, filing_list(row))
    assert report == [(2, "document_number", "own-employment")]
    assert await count(world, "employment") == 0


async def test_a_declared_employment_stays_as_it_is(world):
    body = talent_body(name="林小溪")
    talent, _ = await world.talent(**body)
    agent, employer = await world.employer()
    await talent.post("/v1/employments", fixed_term(employer["id"]))
    row = filing_row(
        document_number=body["document"]["number"], credit_code=employer["credit_code"]
    )
    job, _ = await filed(world, agent, filing_list(row))
    assert tally(job) == ["finished", 1, 0, 0, 1]
    (employment,) = await world.rows("SELECT status, version FROM employment")
    assert (employment.status, employment.version) == ("declared", 1)


async def test_one_employer_of_many_rows_is_filed_once(world):
    code = credit_code()
    rows = [
        filing_row(
            credit_code=code,
            document_number=resident_number(date(1970 + n // 500, 3, 1), sequence=n % 500),
        )
        for n in range(1_100)
    ]
    job, report = await filed(world, office(world), filing_list(*rows))
    assert (tally(job), report) == (["finished", 1_100, 1_100, 0, 0], [])
    assert await everything(world) == [1_100, 1, 1_100]


async def test_a_formula_in_the_last_row_refuses_the_whole_list(world):
    rows = [*[filing_row() for _ in range(3)], filing_row(name="=1+1")]
    job, report = await filed(world, office(world), filing_list(*rows))
    assert (job["status"], job["failure"]) == ("failed", "formula-refused")
    assert report == [(5, "", "formula-refused")]
    assert await everything(world) == [0, 0, 0]


async def test_two_lists_of_the_same_people_at_once(world):
    content = filing_list(*[filing_row() for _ in range(5)])
    for _ in range(2):
        await office(world).send_list(content)
    await do_lists(world)
    assert await everything(world) == [5, 5, 5]
