from datetime import timedelta

import pytest
from talent_kit import tables
from talent_kit.identifiers import new_id
from talent_kit.testing.services import fresh_key
from talent_policy.models import Observation

from ..world import deliver, employer, employment, observe, talent

PENSION = {"employment.pension_from": "2023-07-10", "employment.pension_gap": False}


@pytest.fixture(scope="module")
async def policy(policy_factory):
    """One service for all: each test has subjects of its own."""
    async with policy_factory.running() as service:
        yield service


@pytest.fixture
async def world(policy):
    who, at = talent(), employer()
    held = employment(who, at)
    await deliver(policy, who, at, held)
    return who, at, held


@pytest.fixture
def headers(policy, world):
    who, at, _ = world
    issue = policy.issuer.headers
    return {
        "talent": issue(who.login, "talent"),
        "agent": issue("agent-login", "employer", employer=at.employer_id),
        "reviewer": issue("reviewer", "reviewer", region="350700"),
        "pension-office": issue("pension-office", "service"),
        "school-office": issue("school-office", "service", region="350700"),
    }


async def _count(policy):
    async with policy.service.database.transaction() as session:
        return len((await session.execute(tables.audit.select())).all()), len(
            (await session.execute(Observation.__table__.select())).all()
        )


async def test_anonymous(policy, world):
    answer = await observe(policy, {}, ("employment", world[2].employment_id), PENSION)
    assert answer.status_code == 401
    listed = await policy.client.get(f"/v1/observations?kind=person&id={world[0].talent_id}")
    assert listed.status_code == 401


@pytest.mark.parametrize("role", ["finance", "auditor", "policy_admin", "operator"])
async def test_other_roles_are_forbidden(policy, world, role):
    given = policy.issuer.headers("somebody", role, region="350700")
    answer = await observe(policy, given, ("employment", world[2].employment_id), PENSION)
    assert answer.status_code == 403
    listed = await policy.client.get(
        f"/v1/observations?kind=person&id={world[0].talent_id}", headers=given
    )
    assert listed.status_code == 403


async def test_a_client_that_is_no_source_is_forbidden(policy, world):
    given = policy.issuer.headers("nobody-knows", "service")
    answer = await observe(policy, given, ("employment", world[2].employment_id), PENSION)
    assert (answer.status_code, answer.json()["code"]) == (403, "policy.source-unknown")


async def test_other_peoples_subjects_are_not_found(policy, world, headers):
    stranger = policy.issuer.headers("stranger", "talent")
    no_agent = policy.issuer.headers("stranger", "employer", employer=world[1].employer_id)
    for given in (stranger, no_agent):
        for kind, identifier in (
            ("person", world[0].talent_id),
            ("organisation", world[1].employer_id),
            ("employment", world[2].employment_id),
            ("employment", new_id()),
        ):
            answer = await observe(policy, given, (kind, identifier), PENSION)
            assert (answer.status_code, answer.json()["code"]) == (404, "policy.no-subject")
            listed = await policy.client.get(
                f"/v1/observations?kind={kind}&id={identifier}", headers=given
            )
            assert listed.status_code == 404
    person = await observe(
        policy, headers["agent"], ("person", world[0].talent_id), {"person.degree": "doctor"}
    )
    assert person.status_code == 404


async def test_an_agents_token_for_another_employer_does_not_help(policy, world):
    given = policy.issuer.headers("agent-login", "employer", employer=new_id())
    answer = await observe(policy, given, ("employment", world[2].employment_id), PENSION)
    assert answer.status_code == 404


async def test_staff_of_another_region_stay_outside(policy, world):
    before = await _count(policy)
    for role, subject in (("reviewer", "reviewer"), ("service", "pension-office")):
        given = policy.issuer.headers(subject, role, region="350100")
        answer = await observe(policy, given, ("employment", world[2].employment_id), PENSION)
        assert (answer.status_code, answer.json()["code"]) == (403, "outside-region")
    given = policy.issuer.headers("reviewer", "reviewer", region="350100")
    listed = await policy.client.get(
        f"/v1/observations?kind=person&id={world[0].talent_id}", headers=given
    )
    assert listed.status_code == 403
    assert await _count(policy) == before


async def test_a_reviewer_without_a_region_is_forbidden(policy, world):
    given = policy.issuer.headers("reviewer", "reviewer")
    answer = await observe(policy, given, ("employment", world[2].employment_id), PENSION)
    assert answer.status_code == 403


async def test_an_authority_verifies_its_facts(policy, world, headers):
    subject = ("employment", world[2].employment_id)
    answer = await observe(policy, headers["pension-office"], subject, PENSION)
    assert answer.status_code == 201
    shown = {fact["name"]: fact for fact in answer.json()["facts"]}
    assert shown.keys() == PENSION.keys()
    assert shown["employment.pension_from"]["value"] == "2023-07-10"
    assert {(fact["verified"], fact["source"]) for fact in shown.values()} == {
        (True, "social_insurance")
    }


async def test_an_authority_may_not_verify_what_is_not_its_own(policy, world, headers):
    subject = ("employment", world[2].employment_id)
    before = await _count(policy)
    facts = PENSION | {"employment.arrangement": "direct"}
    answer = await observe(policy, headers["school-office"], subject, facts)
    assert (answer.status_code, answer.json()["code"]) == (403, "policy.source-may-not-verify")
    assert {error["field"] for error in answer.json()["errors"]} == {
        "body.facts.0.name",
        "body.facts.1.name",
        "body.facts.2.name",
    }
    assert await _count(policy) == before


async def test_talent_and_agent_declare(policy, world, headers):
    subject = ("employment", world[2].employment_id)
    for role in ("talent", "agent"):
        answer = await observe(policy, headers[role], subject, PENSION)
        assert answer.status_code == 201
        assert {(fact["verified"], fact["source"]) for fact in answer.json()["facts"]} == {
            (False, role)
        }


async def test_a_reviewer_verifies_in_the_own_region(policy, world, headers):
    subject = ("person", world[0].talent_id)
    answer = await observe(policy, headers["reviewer"], subject, {"person.degree": "doctor"})
    assert answer.json()["facts"][0]["verified"] is True


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [
        (
            [{"name": "person.birth_date", "value": "1995-02-30"}],
            "body.facts.0.value",
            "wrong-format",
        ),
        ([{"name": "person.age", "value": 30}], "body.facts.0.name", "unknown-fact"),
        ([{"name": "person.degree", "value": "duke"}], "body.facts.0.value", "not-allowed-value"),
        (
            [{"name": "employment.pension_gap", "value": True}],
            "body.facts.0.name",
            "not-of-this-subject",
        ),
        (
            [{"name": "person.degree", "value": "doctor"}] * 2,
            "body.facts.1.name",
            "given-twice",
        ),
        (
            [
                {
                    "name": "person.degree",
                    "value": "doctor",
                    "valid_from": "2023-07-02",
                    "valid_until": "2023-07-01",
                }
            ],
            "body.facts.0.valid_until",
            "ends-before-start",
        ),
        (
            [
                {
                    "name": "person.degree",
                    "value": "doctor",
                    "observed_at": "2199-01-01T00:00:00Z",
                }
            ],
            "body.facts.0.observed_at",
            "in-future",
        ),
    ],
)
async def test_one_wrong_fact_saves_nothing(policy, world, headers, facts, field, code):
    before = await _count(policy)
    good = {"name": "person.study_mode", "value": "full_time"}
    body = {
        "subject": {"kind": "person", "id": str(world[0].talent_id)},
        "facts": [*facts, good],
    }
    answer = await policy.client.post(
        "/v1/observations", json=body, headers=headers["talent"] | fresh_key()
    )
    assert answer.status_code == 422
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [(field, code)]
    assert await _count(policy) == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"facts": []}, "body.facts"),
        ({"facts": [{"name": "person.degree", "value": "doctor"}] * 51}, "body.facts"),
        ({"more": 1}, "body.*"),
        ({"subject": {"kind": "planet", "id": str(new_id())}}, "body.subject.kind"),
        ({"facts": [{"name": "x" * 61, "value": True}]}, "body.facts.0.name"),
        (
            {"facts": [{"name": "person.degree", "value": "doctor", "observed_at": "2023-01-01"}]},
            "body.facts.0.observed_at",
        ),
    ],
)
async def test_the_shape_of_the_body(policy, world, headers, change, field):
    body = {
        "subject": {"kind": "person", "id": str(world[0].talent_id)},
        "facts": [{"name": "person.degree", "value": "doctor"}],
    }
    answer = await policy.client.post(
        "/v1/observations", json=body | change, headers=headers["talent"] | fresh_key()
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


async def test_an_idempotency_key_is_required_and_repeats_the_answer(policy, world, headers):
    body = {
        "subject": {"kind": "person", "id": str(world[0].talent_id)},
        "facts": [{"name": "person.degree", "value": "doctor"}],
    }
    post = policy.client.post
    assert (await post("/v1/observations", json=body, headers=headers["talent"])).status_code == 422
    given = headers["talent"] | fresh_key()
    first = await post("/v1/observations", json=body, headers=given)
    again = await post("/v1/observations", json=body, headers=given)
    assert first.json() == again.json()
    assert first.status_code == again.status_code == 201


async def test_what_was_observed_earlier_does_not_replace_what_is_newer(policy, world, headers):
    subject = {"kind": "person", "id": str(world[0].talent_id)}
    for value, days in (("master", 1), ("doctor", 3), ("bachelor", 2)):
        at = (policy.clock.now() - timedelta(days=10 - days)).isoformat()
        body = {
            "subject": subject,
            "facts": [{"name": "person.degree", "value": value, "observed_at": at}],
        }
        await policy.client.post(
            "/v1/observations", json=body, headers=headers["school-office"] | fresh_key()
        )
    listed = await policy.client.get(
        "/v1/observations",
        params={"kind": "person", "id": subject["id"]},
        headers=headers["talent"],
    )
    degrees = [seen["value"] for seen in listed.json()["items"] if seen["name"] == "person.degree"]
    assert degrees == ["doctor"]


async def test_a_list_goes_page_by_page(policy, world, headers):
    person = ("person", world[0].talent_id)
    await observe(
        policy,
        headers["talent"],
        person,
        {"person.degree": "doctor", "person.study_mode": "full_time"},
    )
    seen, cursor = [], None
    while True:
        params = {"kind": "person", "id": str(world[0].talent_id), "limit": 1}
        page = await policy.client.get(
            "/v1/observations",
            params=params | ({"cursor": cursor} if cursor else {}),
            headers=headers["talent"],
        )
        seen += [item["name"] for item in page.json()["items"]]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == ["person.birth_date", "person.degree", "person.study_mode"]


async def test_a_reviewers_reading_is_audited_and_the_owners_is_not(policy, world, headers):
    params = {"kind": "person", "id": str(world[0].talent_id)}
    for role in ("talent", "reviewer"):
        answer = await policy.client.get("/v1/observations", params=params, headers=headers[role])
        assert [seen["value"] for seen in answer.json()["items"]] == ["1995-06-01"]
    async with policy.service.database.transaction() as session:
        about = tables.audit.c.subject == f"person:{world[0].talent_id}"
        entries = (await session.execute(tables.audit.select().where(about))).all()
    assert [(entry.actor, entry.action, entry.purpose) for entry in entries] == [
        ("reviewer", "facts.read", "review")
    ]


async def test_what_was_said_stays_personal_when_the_key_is_gone(policy, world, headers):
    async with policy.service.database.transaction() as session:
        await session.execute(
            tables.data_key.update()
            .where(tables.data_key.c.talent_id == world[0].talent_id)
            .values(wrapped=None, destroyed_at=policy.clock.now())
        )
    params = {"kind": "person", "id": str(world[0].talent_id)}
    answer = await policy.client.get("/v1/observations", params=params, headers=headers["talent"])
    assert answer.json()["items"] == []
