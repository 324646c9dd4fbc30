"""GET /v1/personal-data/policy and its export."""

from typing import Any

import pytest
from talent_kit.auth import Role
from talent_kit.testing.services import MovableClock, ServiceFactory

from ..applications.story import ACCOUNT, Story, begin, join
from ..disbursements.scripted_bank import ScriptedBank
from ..world import observe

PATH = "/v1/personal-data/policy"


@pytest.fixture
async def story(policy_factory: ServiceFactory) -> Any:
    parts = {"bank": ScriptedBank()}
    async with policy_factory.running(clock=MovableClock(), parts=parts) as policy:
        yield await begin(policy)


async def test_a_talent_sees_facts_money_decisions_and_who_read_them(story: Story) -> None:
    client = story.policy.client
    made = (await story.apply()).json()
    other = (await story.apply("2.1")).json()
    await story.policy.settle()
    reviewer = story.staff(Role.REVIEWER)
    query = f"/v1/observations?kind=person&id={story.talent_id}"
    assert (await client.get(query, headers=reviewer)).status_code == 200
    assert await story.read(made, "/decision")
    await story.step(other, "reject", {"reason": "材料不全"})
    answer = await client.get(PATH, headers=story.talent)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    held = answer.json()
    facts = {(row["name"], row["source"]): row for row in held["facts"]}
    assert facts["person.birth_date", "identity"]["value"] == "1995-06-01"
    assert facts["employment.contract_from", "employer"]["verified"] is True
    assert not [name for name, _ in facts if name.startswith("employer.")]
    assert held["payee"]["account_masked"] == "***************0017"
    assert [row["id"] for row in held["applications"]] == [other["id"], made["id"]]
    assert [row["status"] for row in held["payments"]] == ["paid", "planned", "planned"]
    granted, rejected = held["decisions"]
    assert (granted["result"], granted["amount_fen"]) == ("approved", made["amount_fen"])
    recorded = {fact["name"]: fact["value"] for fact in granted["record"]["facts"]}
    assert recorded["person.degree"] == "master"
    assert (rejected["result"], rejected["reason"]) == ("rejected", "材料不全")
    of_employer = [
        fact for fact in rejected["record"]["facts"] if fact["name"].startswith("employer.")
    ]
    assert of_employer
    assert {fact["value"] for fact in of_employer} == {None}
    acts = [row["action"] for row in held["readings"]]
    assert {"facts.read", "facts.observed", "application.decision-read"} <= set(acts)
    assert {row["region"] for row in held["readings"]} == {"350702"}
    for secret in (ACCOUNT["account"], "测试甲", "staff-reviewer"):
        assert secret not in answer.text


async def test_the_export_has_the_account_in_clear_and_is_audited(story: Story) -> None:
    client = story.policy.client
    answer = await client.get(f"{PATH}/export", headers=story.talent)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    exported = answer.json()
    assert exported["account"] == {
        "number": ACCOUNT["account"],
        "holder": ACCOUNT["holder"],
        "bank_code": ACCOUNT["bank_code"],
    }
    shown = (await client.get(PATH, headers=story.talent)).json()
    assert shown == {name: exported[name] for name in shown}
    async with story.policy.service.database.engine.connect() as connection:
        query = "SELECT actor, action FROM audit ORDER BY position DESC LIMIT 1"
        assert (await connection.exec_driver_sql(query)).one() == (
            story.login,
            "personal-data.exported",
        )


async def test_a_talent_without_an_account_or_applications_sees_the_rest(story: Story) -> None:
    other = await join(story.policy, account=False)
    for path in (PATH, f"{PATH}/export"):
        held = (await story.policy.client.get(path, headers=other.talent)).json()
        assert (held["payee"], held["applications"], held["payments"]) == (None, [], [])
        assert held["talent_id"] == str(other.talent_id)
        assert held["facts"]
        assert str(story.talent_id) not in str(held)


async def test_what_others_say_of_the_employer_is_not_the_talent_s(story: Story) -> None:
    registry = story.policy.issuer.headers("registry-office", Role.SERVICE)
    facts = {"employer.kind": "enterprise"}
    answer = await observe(story.policy, registry, ("organisation", story.employer_id), facts)
    assert answer.status_code == 201
    held = (await story.policy.client.get(PATH, headers=story.talent)).json()
    assert not [row for row in held["facts"] if row["subject_kind"] == "organisation"]
