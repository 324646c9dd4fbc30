from datetime import UTC, date, datetime

import pytest
from talent_contracts import EmployerRegistered
from talent_kit.identifiers import new_id
from talent_kit.testing.services import MovableClock

from ..world import deliver, employer, employment, observe, publish, talent

EDUCATION = {
    "person.degree": "bachelor",
    "person.study_mode": "full_time",
    "person.graduated_on": "2023-06-30",
}
PENSION = {
    "employment.pension_in_city": "first",
    "employment.pension_from": "2023-07-10",
    "employment.pension_through": "2023-09-30",
    "employment.pension_gap": False,
}


NOW = datetime(2023, 10, 1, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
async def service(policy_factory):
    """One service for all: each test has people and employers of its own."""
    async with policy_factory.running(clock=MovableClock(NOW)) as made:
        await publish(made)
        yield made


@pytest.fixture
def policy(service):
    service.clock.set(NOW)
    return service


async def _known(policy, *, declared=(), **changes):
    """A graduate whose facts are all verified, but for those declared."""
    who, at = talent(), employer()
    held = employment(who, at, **changes)
    await deliver(policy, who, at, held)
    issue = policy.issuer.headers
    person, job = ("person", who.talent_id), ("employment", held.employment_id)
    registered = {"employer.kind": at.kind, "employer.region": at.region}
    for subject, facts, office in (
        (("organisation", at.employer_id), registered, "registry-office"),
        (person, EDUCATION, "school-office"),
        (job, PENSION, "pension-office"),
    ):
        verified = {name: value for name, value in facts.items() if name not in declared}
        own = {name: value for name, value in facts.items() if name in declared}
        if verified:
            answer = await observe(policy, issue(office, "service"), subject, verified)
            assert answer.status_code == 201
        if own:
            answer = await observe(policy, issue(who.login, "talent"), subject, own)
            assert answer.status_code == 201
    return who, at, held


async def _matches(policy, headers, **params):
    answer = await policy.client.get(
        "/v1/matches", headers=headers | {"Accept-Language": "en"}, params=params
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def _as_talent(policy, who):
    return policy.issuer.headers(who.login, "talent")


async def test_anonymous(policy):
    assert (await policy.client.get("/v1/matches")).status_code == 401


@pytest.mark.parametrize("role", ["reviewer", "finance", "service", "operator"])
async def test_other_roles_are_forbidden(policy, role):
    headers = policy.issuer.headers("somebody", role, region="350700")
    assert (await policy.client.get("/v1/matches", headers=headers)).status_code == 403


async def test_somebody_who_is_not_registered(policy):
    headers = policy.issuer.headers("stranger", "talent")
    answer = await policy.client.get("/v1/matches", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "policy.not-registered")


async def test_an_agents_claim_is_checked_against_data(policy):
    _, at, _ = await _known(policy)
    for headers in (
        policy.issuer.headers("stranger", "employer", employer=at.employer_id),
        policy.issuer.headers("agent-login", "employer", employer=new_id()),
    ):
        answer = await policy.client.get("/v1/matches", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-an-agent")


async def test_an_agent_of_several_employers_chooses(policy):
    headers = policy.issuer.headers("agent-of-two", "employer")
    await deliver(policy, employer(agents=("agent-of-two",)))
    assert (await policy.client.get("/v1/matches", headers=headers)).status_code == 200
    await deliver(policy, employer(agents=("agent-of-two",)))
    answer = await policy.client.get("/v1/matches", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "employer-not-chosen")


async def test_a_graduate_is_found_with_reasons_and_provenance(policy):
    who, _, held = await _known(policy)
    [item] = (await _matches(policy, _as_talent(policy, who)))["items"]
    assert item["subject"] == {"kind": "employment", "id": str(held.employment_id)}
    assert item["as_of"] == "2023-10-01"
    found = {measure["id"]: measure for measure in item["measures"]}
    assert (found["2.2"]["outcome"], found["2.2"]["amount_fen"]) == ("eligible", 2_000_000)
    assert found["2.2"]["on_verified_facts"] is True
    assert (found["2.1"]["outcome"], found["2.1"]["amount_fen"]) == ("ineligible", None)
    sources = {fact["name"]: (fact["source"], fact["verified"]) for fact in found["2.2"]["facts"]}
    assert sources["person.birth_date"] == ("identity", True)
    assert sources["employment.contract_from"] == ("employer", True)
    assert sources["employment.pension_in_city"] == ("social_insurance", True)
    assert "value" not in found["2.2"]["facts"][0]


async def test_two_years_later_the_enterprise_is_entitled_too(policy):
    _, at, held = await _known(policy)
    policy.clock.set(datetime(2025, 7, 10, 4, tzinfo=UTC))
    office = policy.issuer.headers("pension-office", "service")
    paid = {"employment.pension_through": "2025-07-09"}
    await observe(policy, office, ("employment", held.employment_id), paid)
    agent = policy.issuer.headers("agent-login", "employer", employer=at.employer_id)
    [item] = (await _matches(policy, agent))["items"]
    assert [(each["id"], each["outcome"], each["amount_fen"]) for each in item["measures"]] == [
        ("2.1", "eligible", 100_000)
    ]


async def test_what_is_for_the_person_is_not_shown_to_the_employer(policy):
    _, at, _ = await _known(policy)
    agent = policy.issuer.headers("agent-login", "employer", employer=at.employer_id)
    [item] = (await _matches(policy, agent))["items"]
    assert [measure["id"] for measure in item["measures"]] == ["2.1"]


async def test_declared_facts_are_told_apart(policy):
    who, _, _ = await _known(policy, declared={"person.degree"})
    [item] = (await _matches(policy, _as_talent(policy, who)))["items"]
    found = {measure["id"]: measure for measure in item["measures"]}["2.2"]
    assert (found["outcome"], found["on_verified_facts"]) == ("eligible", False)
    degree = next(fact for fact in found["facts"] if fact["name"] == "person.degree")
    assert (degree["source"], degree["verified"]) == ("talent", False)


async def test_nobody_sees_other_peoples_matches(policy):
    await _known(policy)
    other = talent()
    await deliver(policy, other)
    assert (await _matches(policy, _as_talent(policy, other)))["items"] == []


async def test_a_missing_fact_is_named(policy):
    who, at = talent(), employer()
    held = employment(who, at)
    await deliver(policy, who, at, held)
    [item] = (await _matches(policy, _as_talent(policy, who)))["items"]
    found = {measure["id"]: measure for measure in item["measures"]}["2.2"]
    assert found["outcome"] == "unknown"
    assert found["missing"] == [
        "employment.pension_from",
        "employment.pension_in_city",
        "person.degree",
        "person.graduated_on",
        "person.origin_region",
        "person.outside_from",
        "person.outside_until",
        "person.scheme_2020_1",
        "person.school_region",
        "person.study_mode",
    ]


async def test_an_employer_reads_page_by_page(policy):
    at = employer()
    people = [talent() for _ in range(5)]
    held = [employment(who, at, confirmed=index > 0) for index, who in enumerate(people)]
    rejected = held[0].model_dump() | {"status": "rejected", "version": 9}
    await deliver(policy, at, *people, *held, type(held[0])(**rejected))
    agent = policy.issuer.headers("agent-login", "employer", employer=at.employer_id)
    seen, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        shown = await _matches(policy, agent, limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [item["subject"]["id"] for item in shown["items"]]
        cursor, pages = shown["next_cursor"], pages + 1
    assert pages == 2
    assert sorted(seen) == sorted(str(each.employment_id) for each in held[1:])


async def test_a_region_without_packs_matches_nothing(policy):
    who = talent()
    at = EmployerRegistered(**employer().model_dump() | {"region": "nowhere"})
    await deliver(policy, who, at, employment(who, at))
    assert (await _matches(policy, _as_talent(policy, who)))["items"] == []


async def test_today_is_the_day_in_shanghai(policy):
    who, _, _ = await _known(policy, contract_from=date(2023, 7, 10))
    policy.clock.set(datetime(2023, 10, 1, 16, 0, tzinfo=UTC))
    [item] = (await _matches(policy, _as_talent(policy, who)))["items"]
    assert item["as_of"] == "2023-10-02"
