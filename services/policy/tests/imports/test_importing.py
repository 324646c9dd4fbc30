"""POST /v1/fact-imports, and what the worker makes of a file."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlmodel import select
from talent_kit.auth import Role
from talent_kit.bus import Partition
from talent_kit.calls import CallFailed
from talent_kit.identifiers import new_id
from talent_kit.resolving import Known
from talent_kit.testing.services import fresh_key
from talent_policy.models import Observation

from ..world import deliver, employer, employment, talent

PATH = "/v1/fact-imports"
NUMBER, CODE = "110101199605170016", "91350702MA0000001X"
NOBODY = Known(None, None, None, "document_number", "talent-unknown")


@dataclass
class Register:
    """Identity as this service sees it: who is meant by numbers, and how often it was asked."""

    known: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    failing: bool = False

    async def resolve(self, asked):
        self.asked.append(list(asked))
        if self.failing:
            raise CallFailed
        return [self.known.get((item.number, item.credit_code), NOBODY) for item in asked]

    async def close(self):
        pass


@pytest.fixture
async def register():
    return Register()


@pytest.fixture
async def policy(policy_factory, register):
    async with policy_factory.running(parts={"identity": register}) as service:
        yield service


@pytest.fixture
async def people(policy, register):
    """A talent with an employer and an employment, known by number and code."""
    who, at = talent(), employer()
    job = employment(who, at)
    await deliver(policy, who, at, job)
    known = (who.talent_id, at.employer_id, job.employment_id)
    register.known = {
        (NUMBER, CODE): Known(*known, None, None),
        (NUMBER, None): Known(who.talent_id, None, None, None, None),
        (None, CODE): Known(None, at.employer_id, None, None, None),
    }
    return known


def office(policy, login="pension-office", region="350700"):
    return policy.issuer.headers(login, Role.SERVICE, region=region)


async def send(policy, content, headers, **more):
    sent = headers | fresh_key() | {"Content-Type": "text/csv"} | more
    return await policy.client.post(PATH, content=content.encode(), headers=sent)


async def bring(policy, content, headers):
    """Send a file and let the worker do it; return the job and its report."""
    answer = await send(policy, content, headers)
    assert answer.status_code == 202, answer.text
    while await policy.worker.jobs.step():
        pass
    path = answer.headers["Location"]
    job = (await policy.client.get(path, headers=headers)).json()
    report = (await policy.client.get(f"{path}/report", headers=headers)).json()["items"]
    return job, [(line["row"], line["field"], line["code"]) for line in report]


async def observed(policy, source="social_insurance"):
    async with policy.service.database.transaction() as session:
        rows = (await session.exec(select(Observation))).all()
    return {row.name: row for row in rows if row.source == source}


PENSION = "证件号码,统一社会信用代码,employment.pension_from,本段养老保险已缴至\n"


async def test_facts_arrive_as_the_verified_word_of_the_office(policy, people):
    content = PENSION + f"{NUMBER},{CODE},2021-07-01,2023-06-30\n"
    job, report = await bring(policy, content, office(policy))
    assert (job["status"], job["ok"], report) == ("finished", 1, [])
    rows = await observed(policy)
    assert rows.keys() == {"employment.pension_from", "employment.pension_through"}
    for row in rows.values():
        assert (row.subject_id, row.verified, row.talent_id) == (people[2], True, people[0])
        assert row.sealed is not None


async def test_a_row_may_hold_facts_of_person_and_organisation_alike(policy, people):
    content = f"document_number,person.degree,person.study_mode\n{NUMBER},硕士,全日制\n"
    job, report = await bring(policy, content, office(policy, "school-office"))
    assert (job["ok"], report) == (1, [])
    assert set(await observed(policy, "education")) == {"person.degree", "person.study_mode"}
    content = f"统一社会信用代码,employer.kind,employer.region\n{CODE},企业,350702\n"
    job, report = await bring(policy, content, office(policy, "registry-office"))
    assert (job["ok"], report) == (1, [])
    kinds = await observed(policy, "market_registry")
    assert (kinds["employer.kind"].value, kinds["employer.kind"].subject_id) == (
        "enterprise",
        people[1],
    )


async def test_a_bad_row_never_spoils_the_good_ones(policy, people):
    content = PENSION + "\n".join(
        [
            f"{NUMBER},{CODE},soon,2023-06-30",
            "999,,2021-07-01,",
            f"{NUMBER},{CODE},2021-07-01,2023-06-30",
            "888,777,2021-07-01,2023-06-30",
        ]
    )
    job, report = await bring(policy, content, office(policy))
    assert (job["ok"], job["failed"]) == (1, 3)
    assert report == [
        (2, "employment.pension_from", "wrong-format"),
        (3, "credit_code", "missing"),
        (5, "document_number", "talent-unknown"),
    ]
    assert len(await observed(policy)) == 2


async def test_the_same_file_twice_changes_nothing(policy, people):
    content = PENSION + f"{NUMBER},{CODE},2021-07-01,2023-06-30\n"
    await bring(policy, content, office(policy))
    before = {name: row.id for name, row in (await observed(policy)).items()}
    job, _ = await bring(policy, content, office(policy))
    assert (job["ok"], job["skipped"]) == (0, 1)
    assert {name: row.id for name, row in (await observed(policy)).items()} == before
    longer = PENSION + f"{NUMBER},{CODE},2021-07-01,2023-07-31\n"
    job, _ = await bring(policy, longer, office(policy))
    assert (job["ok"], job["skipped"]) == (1, 0)
    after = await observed(policy)
    assert after["employment.pension_from"].id == before["employment.pension_from"]
    assert after["employment.pension_through"].id != before["employment.pension_through"]


async def test_an_office_says_what_it_may_verify_and_no_more(policy, people):
    content = f"document_number,person.degree\n{NUMBER},硕士\n"
    job, report = await bring(policy, content, office(policy))
    assert (job["failed"], report) == (1, [(2, "person.degree", "source-may-not-verify")])
    assert await observed(policy) == {}


async def test_an_office_speaks_of_its_own_region_alone(policy, people):
    content = PENSION + f"{NUMBER},{CODE},2021-07-01,2023-06-30\n"
    _, report = await bring(policy, content, office(policy, region="330800"))
    assert report == [(2, "credit_code", "outside-region")]


async def test_facts_of_a_matter_come_under_its_own_id(policy, people):
    headers = policy.issuer.headers("agent-login", Role.EMPLOYER)
    body = {"kind": "project", "employer_id": str(people[1]), "title": "示例项目"}
    made = await policy.client.post("/v1/matters", json=body, headers=headers | fresh_key())
    assert made.status_code == 201, made.text
    unknown = new_id()
    content = f"对象编号,project.selected_year,决定中的项目编号\n{made.json()['id']},2023,ＳＹ-7\n"
    content += f"{unknown},2023,SY-8\n"
    job, report = await bring(policy, content, office(policy, "talent-office"))
    assert (job["ok"], report) == (1, [(3, "subject_id", "subject-unknown")])
    number = (await observed(policy, "talent_office"))["project.selection_number"]
    assert (number.value, number.verified) == ("SY-7", True)


async def test_while_identity_gives_no_answer_the_job_waits_and_nothing_is_lost(
    policy, people, register
):
    register.failing = True
    content = PENSION + f"{NUMBER},{CODE},2021-07-01,2023-06-30\n"
    job, report = await bring(policy, content, office(policy))
    assert (job["status"], job["position"], report) == ("running", 0, [])
    register.failing = False
    policy.clock.move(timedelta(minutes=5))
    while await policy.worker.jobs.step():
        pass
    assert len(await observed(policy)) == 2


async def test_it_waits_as_long_as_events_of_identity_are_still_to_be_read(
    policy, people, register, monkeypatch
):
    late, at = talent(), employer()
    job = employment(late, at)
    register.known["5", "6"] = Known(late.talent_id, at.employer_id, job.employment_id, None, None)
    for name, seconds in {"_PATIENCE": 0.5, "_POLL": 0.2, "_ASK_BUS": 0.3}.items():
        monkeypatch.setattr(f"talent_policy.imports.service.{name}", seconds)
    looks = iter([3, None, 1, 1])

    async def lag(group, topics):
        assert (group, topics) == ("policy", ["talent.identity"])
        waiting = next(looks, 0)
        if waiting is None:
            raise ConnectionError
        if waiting == 0:
            await deliver(policy, late, at, job)
        return {Partition("talent.identity", 0): waiting}

    monkeypatch.setattr(policy.service.bus, "lag", lag)
    content = PENSION + "5,6,2021-07-01,2023-06-30\n"
    done, report = await bring(policy, content, office(policy))
    assert (done["ok"], report) == (1, [])
    assert next(looks, "all seen") == "all seen"


async def test_whom_identity_knows_and_we_do_not_yet_is_waited_for(
    policy, people, register, monkeypatch
):
    late, at = talent(), employer()
    job = employment(late, at)
    register.known["5", "6"] = Known(late.talent_id, at.employer_id, job.employment_id, None, None)
    monkeypatch.setattr("talent_policy.imports.service._PATIENCE", 0.3)
    content = PENSION + "5,6,2021-07-01,2023-06-30\n"
    _, report = await bring(policy, content, office(policy))
    assert report == [(2, "credit_code", "subject-unknown")]
    await deliver(policy, late, at, job)
    done, report = await bring(policy, content, office(policy))
    assert (done["ok"], report) == (1, [])


async def test_a_client_that_is_no_source_is_refused(policy):
    for path, call in ((PATH, policy.client.post), (f"{PATH}/template", policy.client.get)):
        headers = office(policy, "somebody") | fresh_key() | {"Content-Type": "text/csv"}
        answer = await call(path, headers=headers, **({"content": b"a\n"} if path == PATH else {}))
        assert (answer.status_code, answer.json()["code"]) == (403, "policy.source-unknown")


async def test_the_template_can_be_filled_in_and_brought(policy, people):
    answer = await policy.client.get(f"{PATH}/template", headers=office(policy))
    assert answer.headers["Content-Type"].startswith("text/csv")
    header = answer.content.decode("utf-8-sig").strip().split(",")
    row = dict.fromkeys(header, "") | {
        "证件号码": NUMBER,
        "统一社会信用代码": CODE,
        "本段养老保险起缴日": "2021年7月1日",
    }
    content = ",".join(header) + "\n" + ",".join(row[name] for name in header) + "\n"
    job, report = await bring(policy, content, office(policy))
    assert (job["ok"], report) == (1, [])
