"""Applying: decided at once, refused at once, or left to a reviewer."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from talent_kit.auth import Role
from talent_kit.testing.services import ServiceUnderTest, fresh_key

from .story import Story, begin, join


@pytest.fixture
async def story(policy: ServiceUnderTest) -> Story:
    return await begin(policy)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_who_may_not_apply(story: Story, policy: ServiceUnderTest) -> None:
    body = {"measure": "2.2", "subject": {"kind": "employment", "id": str(story.employment_id)}}
    anonymous = await policy.client.post("/v1/applications", json=body, headers=fresh_key())
    assert anonymous.status_code == 401
    assert code(await story.apply(headers=story.staff(Role.REVIEWER))) == (403, "forbidden")
    other = policy.issuer.headers("somebody-else", Role.TALENT)
    assert code(await story.apply(headers=other)) == (404, "policy.no-subject")
    foreign = policy.issuer.headers("not-an-agent", Role.EMPLOYER, employer=story.employer_id)
    assert code(await story.apply("2.1", foreign)) == (404, "policy.no-subject")
    assert code(await story.apply("2.1", story.talent)) == (403, "policy.not-the-payee")
    assert code(await story.apply("2.2", story.agent)) == (403, "policy.not-the-payee")
    pending = await policy.client.get("/v1/applications", headers=story.talent)
    assert pending.json()["items"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"measure": "2.2"}, 422),
        ({"measure": "2.2", "subject": {"kind": "employment", "id": "x"}}, 422),
        ({"measure": "../2", "subject": {"kind": "employment", "id": str(uuid4())}}, 422),
        ({"measure": "2.2", "subject": {"kind": "planet", "id": str(uuid4())}}, 422),
        ({"measure": "2.2", "subject": {"kind": "employment", "id": str(uuid4())}}, 404),
    ],
)
async def test_what_is_not_an_application(story: Story, body: Any, status: int) -> None:
    answer = await story.policy.client.post(
        "/v1/applications", json=body, headers=story.talent | fresh_key()
    )
    assert answer.status_code == status


async def test_an_unknown_measure_and_the_wrong_kind_of_subject(story: Story) -> None:
    assert code(await story.apply("9.9", story.talent)) == (404, "policy.no-pack")
    body = {"measure": "2.2", "subject": {"kind": "person", "id": str(story.talent_id)}}
    answer = await story.policy.client.post(
        "/v1/applications", json=body, headers=story.talent | fresh_key()
    )
    assert code(answer) == (422, "policy.wrong-subject")


async def test_an_instant_measure_is_decided_and_on_its_way_within_the_request(
    story: Story,
) -> None:
    answer = await story.apply()
    made = answer.json()
    assert (answer.status_code, made["status"], made["amount_fen"]) == (201, "paying", 7_000_000)
    assert answer.headers["etag"] == f'"{made["version"]}"'
    assert [(p["status"], p["amount_fen"], p["due"]) for p in made["payments"]] == [
        ("released", 2_333_334, "2025-09-01"),
        ("planned", 2_333_333, "2026-09-01"),
        ("planned", 2_333_333, "2027-09-01"),
    ]
    decision = await story.read(made, "/decision")
    assert (decision["result"], decision["replay"]) == ("approved", "same")
    facts = {fact["name"]: fact["source"] for fact in decision["record"]["facts"]}
    assert facts["person.degree"] == "education"
    assert facts["employment.contract_until"] == "employer"


async def test_a_reviewed_measure_waits(story: Story) -> None:
    made = (await story.apply("2.1")).json()
    assert (made["status"], made["amount_fen"], made["payments"]) == ("pending", 500_000, [])


async def test_declared_facts_are_not_enough_for_instant(policy: ServiceUnderTest) -> None:
    story = await begin(policy, confirmed=False)
    made = (await story.apply()).json()
    assert (made["status"], made["payments"]) == ("pending", [])


async def test_what_an_employer_says_of_itself_is_not_enough_for_instant(
    policy: ServiceUnderTest,
) -> None:
    story = await begin(policy, registered=False)
    made = (await story.apply()).json()
    assert (made["status"], made["payments"]) == ("pending", [])
    assessed = await story.read(made, "/assessment")
    assert assessed["unverified"] == ["employer.kind", "employer.region"]


async def test_what_the_document_leaves_open_waits_for_a_person(
    policy: ServiceUnderTest,
) -> None:
    story = await begin(policy, arrangement="dispatch")
    made = (await story.apply()).json()
    assert (made["status"], made["payments"]) == ("pending", [])


async def test_the_ineligible_are_refused_with_the_article(policy: ServiceUnderTest) -> None:
    story = await begin(policy, employer_kind="public_institution")
    answer = await story.apply()
    assert code(answer) == (409, "policy.not-eligible")
    [requirement] = answer.json()["requirements"]
    assert (requirement["id"], requirement["article"]) == ("employer", "2.2")
    listed = await policy.client.get("/v1/applications", headers=story.talent)
    assert listed.json()["items"] == []


async def test_without_an_account_nothing_is_kept(policy: ServiceUnderTest) -> None:
    story = await begin(policy, account=False)
    assert code(await story.apply()) == (409, "policy.payee-missing")
    listed = await policy.client.get("/v1/applications", headers=story.talent)
    assert listed.json()["items"] == []


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        (2_333_333, (409, "policy.budget-exhausted")),
        (2_333_334, (201, "paying")),
        (None, (409, "policy.budget-missing")),
    ],
)
async def test_the_budget_of_the_year_decides(
    policy: ServiceUnderTest, budget: int | None, expected: tuple[int, str]
) -> None:
    story = await begin(policy, budget_fen=budget)
    answer = await story.apply()
    document = answer.json()
    assert (answer.status_code, document.get("code") or document["status"]) == expected
    if answer.status_code == 409:
        assert (document["pool"], document["region"]) == ("youth-talent", "350700")


async def test_one_application_at_a_time_and_one_payment_for_good(story: Story) -> None:
    await story.apply("2.1")
    assert code(await story.apply("2.1")) == (409, "policy.already-applied")
    await story.apply()
    assert code(await story.apply()) == (409, "policy.already-claimed")


async def test_the_same_request_again_is_the_same_application(story: Story) -> None:
    body = {"measure": "2.2", "subject": {"kind": "employment", "id": str(story.employment_id)}}
    headers = story.talent | fresh_key()
    first = await story.policy.client.post("/v1/applications", json=body, headers=headers)
    again = await story.policy.client.post("/v1/applications", json=body, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())


async def test_twenty_requests_at_once_pay_once(story: Story) -> None:
    answers = await asyncio.gather(*(story.apply() for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    await story.policy.settle()
    ledger = await story.policy.client.get("/v1/ledger", headers=story.staff(Role.FINANCE))
    assert ledger.json()["total_fen"] == 0
    assert ledger.json()["transfers"] <= 2


async def test_twenty_people_race_for_the_last_unit_of_the_budget(
    policy: ServiceUnderTest,
) -> None:
    stories = [await begin(policy, budget_fen=2_333_334)]
    stories += [await join(policy) for _ in range(19)]
    answers = await asyncio.gather(*(story.apply() for story in stories))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    refused = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert refused == {"policy.budget-exhausted"}


async def test_nothing_personal_leaves_the_service(story: Story) -> None:
    await story.apply()
    await story.apply("2.1")
    await story.policy.settle()
    stored = await story.policy.stored()
    for secret in ("6222020000000000017", "测试甲", "1995-06-01"):
        assert secret not in stored
