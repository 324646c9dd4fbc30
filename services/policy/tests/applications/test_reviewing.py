"""Reviewing: by staff of the region, against the rules never, each step once."""

from typing import Any
from uuid import uuid4

import pytest
from talent_kit.auth import Role
from talent_kit.testing.services import ServiceUnderTest, fresh_key
from talent_policy.applications.rules import status_by_payments

from .story import Story, begin

STEPS = {"approve": {}, "reject": {"reason": "no"}, "return": {"reason": "papers"}}


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.fixture
async def story(policy: ServiceUnderTest) -> Story:
    return await begin(policy)


@pytest.mark.parametrize("step", STEPS)
async def test_who_may_not_review(story: Story, step: str) -> None:
    made = (await story.apply("2.1")).json()
    body = STEPS[step]
    url = f"/v1/applications/{made['id']}/{step}"
    anonymous = await story.policy.client.post(
        url, json=body, headers=fresh_key() | {"If-Match": '"1"'}
    )
    assert anonymous.status_code == 401
    assert code(await story.step(made, step, body, story.agent)) == (403, "forbidden")
    elsewhere = story.staff(Role.REVIEWER, region="330800")
    assert code(await story.step(made, step, body, elsewhere)) == (403, "outside-region")
    placeless = story.policy.issuer.headers("r", Role.REVIEWER)
    assert code(await story.step(made, step, body, placeless)) == (403, "forbidden")
    unknown = {"id": str(uuid4()), "version": 1}
    assert code(await story.step(unknown, step, body)) == (404, "policy.no-application")
    stale = made | {"version": 9}
    assert code(await story.step(stale, step, body)) == (412, "version-changed")
    assert (await story.read(made))["status"] == "pending"


async def test_nobody_reviews_an_own_application(story: Story) -> None:
    made = (await story.apply("2.1")).json()
    both = story.policy.issuer.headers("agent-login", Role.REVIEWER, region="350700")
    assert code(await story.step(made, "approve", {}, both)) == (403, "policy.own-application")


async def test_approved_waits_for_release_by_somebody_else(story: Story) -> None:
    made = (await story.apply("2.1")).json()
    approved = (await story.step(made, "approve", {})).json()
    assert (approved["status"], approved["amount_fen"]) == ("approved", 500_000)
    [payment] = approved["payments"]
    assert payment["status"] == "ordered"
    url = f"/v1/payments/{payment['id']}/release"
    version = {"If-Match": f'"{payment["version"]}"'}
    same = story.policy.issuer.headers("staff-reviewer", Role.FINANCE, region="350700")
    refused = await story.policy.client.post(url, headers=same | fresh_key() | version)
    assert code(refused) == (403, "policy.four-eyes")
    finance = story.staff(Role.FINANCE)
    released = await story.policy.client.post(url, headers=finance | fresh_key() | version)
    assert released.json()["status"] == "released"


async def test_rejected_and_returned_with_the_reason(story: Story) -> None:
    made = (await story.apply("2.1")).json()
    returned = (await story.step(made, "return", {"reason": "合同缺页"})).json()
    assert returned["status"] == "returned"
    assert (await story.read(made, "/decision"))["reason"] == "合同缺页"
    back = (await story.step(returned, "resubmit", headers=story.agent)).json()
    assert back["status"] == "pending"
    rejected = (await story.step(back, "reject", {"reason": "不符"})).json()
    assert rejected["status"] == "rejected"
    assert (await story.read(made, "/decision"))["number"] == 2
    assert "合同缺页" not in await story.policy.stored()


@pytest.mark.parametrize("step", ["approve", "reject", "return", "withdraw", "resubmit"])
async def test_a_decided_application_takes_no_further_step(story: Story, step: str) -> None:
    made = (await story.apply("2.1")).json()
    done = (await story.step(made, "reject", {"reason": "no"})).json()
    who = story.agent if step in {"withdraw", "resubmit"} else None
    answer = await story.step(done, step, STEPS.get(step), who)
    assert code(answer) == (409, "policy.not-pending")


async def test_withdrawn_by_the_applicant_alone(story: Story) -> None:
    made = (await story.apply("2.1")).json()
    other = story.policy.issuer.headers("somebody", Role.TALENT)
    assert code(await story.step(made, "withdraw", headers=other)) == (404, "policy.no-application")
    gone = (await story.step(made, "withdraw", headers=story.agent)).json()
    assert gone["status"] == "withdrawn"
    again = await story.apply("2.1")
    assert again.status_code == 201


async def test_a_person_settles_what_is_referred(policy: ServiceUnderTest) -> None:
    story = await begin(policy, arrangement="dispatch")
    made = (await story.apply()).json()
    without = await story.step(made, "approve", {})
    assert code(without) == (409, "policy.determination-missing")
    assert without.json()["requirements"] == ["employer", "arrangement"]
    place = {"requirement": "employer", "satisfied": True, "reason": "用工单位是本市企业"}
    half = await story.step(made, "approve", {"determinations": [place]})
    assert half.json()["requirements"] == ["arrangement"]
    says = {"requirement": "arrangement", "satisfied": False, "reason": "派遣单位不是企业"}
    denied = await story.step(made, "approve", {"determinations": [place, says]})
    assert code(denied) == (409, "policy.not-eligible")
    both = {"determinations": [place, says | {"satisfied": True}]}
    approved = await story.step(made, "approve", both)
    assert approved.json()["status"] == "approved"
    decision = await story.read(made, "/decision")
    assert (decision["replay"], decision["record"]["determinations"]) == (
        "same",
        {"employer": True, "arrangement": True},
    )


async def test_a_determination_cannot_overrule_a_rule(policy: ServiceUnderTest) -> None:
    story = await begin(policy)
    made = (await story.apply("2.1")).json()
    await story.observe("school-office", person__study_mode="part_time")
    says = {"requirement": "graduate", "satisfied": True, "reason": "good will"}
    answer = await story.step(made, "approve", {"determinations": [says]})
    assert code(answer) == (409, "policy.not-eligible")


async def test_declared_facts_need_the_reviewers_own_observation(
    policy: ServiceUnderTest,
) -> None:
    story = await begin(policy, confirmed=False)
    made = (await story.apply()).json()
    answer = await story.step(made, "approve", {})
    assert code(answer) == (409, "policy.facts-unverified")
    names = answer.json()["facts"]
    assert "employment.contract_until" in names
    body = {
        "subject": {"kind": "employment", "id": str(story.employment_id)},
        "facts": [
            {"name": "employment.arrangement", "value": "direct"},
            {"name": "employment.contract_kind", "value": "fixed_term"},
            {"name": "employment.contract_from", "value": "2023-07-10"},
            {"name": "employment.contract_until", "value": "2026-07-09"},
        ],
    }
    headers = story.staff(Role.REVIEWER) | fresh_key()
    seen = await policy.client.post("/v1/observations", json=body, headers=headers)
    assert seen.status_code == 201, seen.text
    approved = await story.step(made, "approve", {})
    assert approved.json()["status"] == "approved", approved.text


async def test_lists_show_each_their_own(story: Story) -> None:
    made = (await story.apply("2.1")).json()
    url = "/v1/applications"

    async def seen(headers: dict[str, str]) -> list[str]:
        answer = await story.policy.client.get(url, headers=headers)
        assert answer.status_code == 200, answer.text
        return [line["id"] for line in answer.json()["items"]]

    assert await seen(story.agent) == [made["id"]]
    assert await seen(story.talent) == []
    assert await seen(story.staff(Role.REVIEWER)) == [made["id"]]
    assert await seen(story.staff(Role.REVIEWER, region="350702")) == [made["id"]]
    assert await seen(story.staff(Role.REVIEWER, region="350721")) == []
    assert await seen(story.staff(Role.REVIEWER, region="330800")) == []
    read = await story.policy.client.get(f"{url}/{made['id']}", headers=story.talent)
    assert read.status_code == 404
    outside = story.staff(Role.REVIEWER, region="330800")
    assert (
        await story.policy.client.get(f"{url}/{made['id']}/decision", headers=outside)
    ).status_code == 403


@pytest.mark.parametrize(
    ("payments", "status"),
    [
        (["ordered"], "approved"),
        (["ordered", "planned"], "approved"),
        (["released", "planned"], "paying"),
        (["paid", "planned"], "paying"),
        (["paid", "paid"], "paid"),
        (["paid", "stopped"], "paid"),
        (["paid", "failed"], "payment_failed"),
    ],
)
def test_the_status_follows_the_payments(payments: list[str], status: str) -> None:
    assert status_by_payments(payments) == status
