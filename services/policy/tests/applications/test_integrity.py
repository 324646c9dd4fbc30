"""Ways to get money that is not due, each tried by an attacker; none of them pays."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select
from talent_contracts import EmployerUpdated, EmploymentRejected
from talent_kit.auth import Role
from talent_kit.testing.services import (
    MovableClock,
    ServiceFactory,
    ServiceUnderTest,
    fresh_key,
)
from talent_policy.applications import service as applications
from talent_policy.models import Budget

from ..disbursements.scripted_bank import ScriptedBank, never_hears_it, refuses
from ..world import deliver, observe, pack_json, talent
from .story import ACCOUNT, Story, begin

NEXT_YEAR = datetime(2026, 8, 31, 16, 0, tzinfo=UTC)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def bank() -> ScriptedBank:
    return ScriptedBank()


@pytest.fixture
async def story(policy_factory: ServiceFactory, bank: ScriptedBank) -> Any:
    async with policy_factory.running(clock=MovableClock(), parts={"bank": bank}) as policy:
        yield await begin(policy)


async def next_instalment(story: Story, made: dict[str, Any]) -> str:
    """Appropriate the next year, let it come, and return what became of its instalment."""
    async with story.policy.service.database.transaction() as session:
        [budget] = (await session.exec(select(Budget).where(Budget.year == 2026))).all()
        budget.limit_fen = 10**9
    story.policy.clock.set(NEXT_YEAR)
    await story.policy.settle()
    status: str = (await story.read(made))["payments"][1]["status"]
    return status


async def test_a_corrected_fact_that_lowers_the_amount_stops_later_instalments(
    story: Story,
) -> None:
    made = (await story.apply()).json()
    await story.policy.settle()
    await story.observe("school-office", person__degree="bachelor")
    assert await next_instalment(story, made) == "stopped"


async def test_a_declaration_does_not_carry_a_later_instalment(story: Story) -> None:
    made = (await story.apply()).json()
    await story.policy.settle()
    person = ("person", story.talent_id)
    school = story.policy.issuer.headers("school-office", Role.SERVICE)
    body = {
        "subject": {"kind": "person", "id": str(story.talent_id)},
        "facts": [{"name": "person.degree", "value": "other", "valid_until": "2024-12-31"}],
    }
    gone = await story.policy.client.post(
        "/v1/observations", json=body, headers=school | fresh_key()
    )
    assert gone.status_code == 201
    declared = await observe(story.policy, story.talent, person, {"person.degree": "master"})
    assert declared.status_code == 201
    assessed = await story.read(made, "/assessment")
    assert (assessed["outcome"], assessed["unverified"]) == ("eligible", ["person.degree"])
    assert await next_instalment(story, made) == "stopped"


async def test_a_word_for_later_days_leaves_earlier_days_known(story: Story) -> None:
    made = (await story.apply()).json()
    await story.policy.settle()
    school = story.policy.issuer.headers("school-office", Role.SERVICE)
    body = {
        "subject": {"kind": "person", "id": str(story.talent_id)},
        "facts": [{"name": "person.degree", "value": "doctor", "valid_from": "2030-01-01"}],
    }
    answer = await story.policy.client.post(
        "/v1/observations", json=body, headers=school | fresh_key()
    )
    assert answer.status_code == 201
    assert await next_instalment(story, made) == "paid"


async def test_a_pack_that_has_ended_grants_nothing(story: Story) -> None:
    policy = story.policy
    admin = policy.issuer.headers("admin", Role.POLICY_ADMIN, region="350700")
    policy.clock.set(datetime(2031, 1, 2, tzinfo=UTC))
    ended = pack_json(valid_until="2030-12-31")
    answer = await policy.client.post("/v1/packs", json=ended, headers=admin | fresh_key())
    assert answer.status_code == 201, answer.text
    assert code(await story.apply()) == (404, "policy.no-pack")
    back = await policy.client.post("/v1/packs", json=pack_json(), headers=admin | fresh_key())
    assert (back.status_code, back.json()["version"]) == (201, 3)
    assert (await story.apply()).json()["status"] == "pending"


async def test_a_birth_date_of_ones_own_word_is_not_enough_for_instant(story: Story) -> None:
    unproven = talent(
        talent_id=story.talent_id, login=story.login, birth_date_proven=False, version=2
    )
    fresh = await begin_again(story, unproven)
    made = (await fresh.apply()).json()
    assert (made["status"], made["payments"]) == ("pending", [])


async def begin_again(story: Story, unproven: Any) -> Story:
    """Withdraw what the register said of the birth date, then let the talent say it."""
    from sqlalchemy import delete
    from talent_policy.models import Observation

    async with story.policy.service.database.transaction() as session:
        await session.execute(delete(Observation).where(Observation.name == "person.birth_date"))
    await deliver(story.policy, unproven)
    return story


async def test_a_reviewers_word_does_not_outweigh_a_register(story: Story) -> None:
    job = ("employment", story.employment_id)
    office = story.policy.issuer.headers("pension-office", Role.SERVICE)
    await observe(story.policy, office, job, {"employment.pension_in_city": "earlier"})
    said = await observe(
        story.policy, story.staff(Role.REVIEWER), job, {"employment.pension_in_city": "first"}
    )
    assert said.status_code == 201
    assert code(await story.apply()) == (409, "policy.not-eligible")


async def test_a_reviewers_word_alone_is_not_enough_for_instant(story: Story) -> None:
    job = ("employment", story.employment_id)
    office = story.policy.issuer.headers("pension-office", Role.SERVICE)
    body = {
        "subject": {"kind": "employment", "id": str(story.employment_id)},
        "facts": [
            {
                "name": "employment.pension_in_city",
                "value": "first",
                "valid_until": "2024-12-31",
            }
        ],
    }
    ended = await story.policy.client.post(
        "/v1/observations", json=body, headers=office | fresh_key()
    )
    assert ended.status_code == 201
    said = await observe(
        story.policy, story.staff(Role.REVIEWER), job, {"employment.pension_in_city": "first"}
    )
    assert said.status_code == 201
    made = (await story.apply()).json()
    assert (made["status"], made["payments"]) == ("pending", [])
    assert (await story.read(made, "/assessment"))["unverified"] == []


@pytest.mark.parametrize("roles", [(Role.REVIEWER,), (Role.REVIEWER, Role.EMPLOYER)])
async def test_a_party_neither_verifies_nor_reviews(story: Story, roles: tuple[Role, ...]) -> None:
    made = (await story.apply("2.1")).json()
    for login in (story.login, "agent-login"):
        headers = story.policy.issuer.headers(login, *roles, region="350700")
        said = await observe(
            story.policy,
            headers,
            ("employment", story.employment_id),
            {"employment.pension_gap": False},
        )
        if said.status_code == 201:
            assert [fact["verified"] for fact in said.json()["facts"]] == [False]
        else:
            assert code(said) == (403, "policy.own-subject")
        assert code(await story.step(made, "approve", {}, headers)) == (
            403,
            "policy.own-application",
        )


async def test_nobody_releases_to_an_own_account(story: Story) -> None:
    made = (await story.apply("2.1")).json()
    approved = (await story.step(made, "approve", {})).json()
    payment = approved["payments"][0]
    own = story.policy.issuer.headers("agent-login", Role.FINANCE, region="350700")
    answer = await story.policy.client.post(
        f"/v1/payments/{payment['id']}/release",
        headers=own | fresh_key() | {"If-Match": f'"{payment["version"]}"'},
    )
    assert code(answer) == (403, "policy.own-payment")


@pytest.mark.parametrize("login", ["rules", "standing-order"])
async def test_no_login_stands_for_the_rules(policy: ServiceUnderTest, login: str) -> None:
    story = await begin(policy, arrangement="dispatch")
    made = (await story.apply()).json()
    open_ = [
        row["id"]
        for row in (await story.read(made, "/assessment"))["requirements"]
        if row["state"] == "referred"
    ]
    body = {
        "determinations": [
            {"requirement": name, "satisfied": True, "reason": "seen"} for name in open_
        ]
    }
    answer = await story.step(made, "approve", body, story.staff(Role.REVIEWER, login))
    assert answer.json()["status"] == "approved", answer.text
    assert answer.json()["payments"][0]["status"] == "ordered"


async def test_an_owed_payment_can_be_cancelled(story: Story) -> None:
    made = (await story.apply("2.1")).json()
    payment = (await story.step(made, "approve", {})).json()["payments"][0]
    finance = story.staff(Role.FINANCE)
    headers = finance | {"If-Match": f'"{payment["version"]}"'}
    url = f"/v1/payments/{payment['id']}"
    gone = await story.policy.client.post(f"{url}/cancel", headers=headers | fresh_key())
    assert gone.json()["status"] == "stopped"
    async with story.policy.service.database.transaction() as session:
        await applications.follow_payments(session, story.policy.clock, {UUID(made["id"])})
    assert (await story.read(made))["status"] == "stopped"
    ledger = (await story.policy.client.get("/v1/ledger", headers=finance)).json()
    assert [row["balance_fen"] for row in ledger["accounts"]] == [0, 0]
    async with story.policy.service.database.transaction() as session:
        [budget] = (await session.exec(select(Budget))).all()
        assert budget.reserved_fen == 0


async def test_an_order_goes_again_where_it_went_first(story: Story, bank: ScriptedBank) -> None:
    bank.steps = [never_hears_it]
    await story.apply()
    await story.policy.settle()
    other = ACCOUNT | {"account": "6222020000000000099"}
    await story.policy.client.put("/v1/payees/me", json=other, headers=story.talent)
    story.policy.clock.move(timedelta(seconds=5))
    await story.policy.settle()
    assert {sent.account for sent in bank.sent} == {ACCOUNT["account"]}


async def test_a_refused_order_is_repaired_with_the_new_account(
    story: Story, bank: ScriptedBank
) -> None:
    bank.steps = [refuses]
    made = (await story.apply()).json()
    await story.policy.settle()
    other = ACCOUNT | {"account": "6222020000000000099"}
    await story.policy.client.put("/v1/payees/me", json=other, headers=story.talent)
    payment = (await story.read(made))["payments"][0]
    await story.policy.client.post(
        f"/v1/payments/{payment['id']}/release",
        headers=story.staff(Role.FINANCE) | fresh_key() | {"If-Match": f'"{payment["version"]}"'},
    )
    await story.policy.settle()
    assert [sent.account[-2:] for sent in bank.sent] == ["17", "99"]


async def test_who_is_talent_and_agent_puts_the_own_account_unless_the_claim_says_else(
    story: Story,
) -> None:
    both = (Role.TALENT, Role.EMPLOYER)
    person = story.policy.issuer.headers(story.login, *both)
    answer = await story.policy.client.put("/v1/payees/me", json=ACCOUNT, headers=person)
    assert answer.json()["kind"] == "person"


async def test_an_application_outlives_a_rejected_employment(story: Story) -> None:
    made = (await story.apply("2.1")).json()
    gone = EmploymentRejected(
        employment_id=story.employment_id,
        talent_id=story.talent_id,
        employer_id=story.employer_id,
        status="rejected",
        arrangement="direct",
        contract_kind="fixed_term",
        contract_from="2023-07-10",
        contract_until="2026-07-09",
        ended_on=None,
        version=3,
    )
    await deliver(story.policy, gone)
    rejected = await story.step(made, "reject", {"reason": "not employed"})
    assert rejected.json()["status"] == "rejected", rejected.text


async def test_a_former_agent_touches_nothing(story: Story) -> None:
    made = (await story.apply("2.1")).json()
    left = EmployerUpdated(
        employer_id=story.employer_id,
        region="350702",
        kind="enterprise",
        agents=("somebody-else",),
        version=2,
    )
    await deliver(story.policy, left)
    assert code(await story.step(made, "withdraw", headers=story.agent)) == (
        404,
        "policy.no-application",
    )
    read = await story.policy.client.get(f"/v1/applications/{made['id']}", headers=story.agent)
    assert code(read) == (404, "policy.no-application")


async def test_an_employer_does_not_see_the_graduates_facts(story: Story) -> None:
    made = (await story.apply("2.1")).json()
    await story.step(made, "approve", {})
    seen = await story.policy.client.get(
        f"/v1/applications/{made['id']}/decision", headers=story.agent
    )
    values = {fact["name"]: fact["value"] for fact in seen.json()["record"]["facts"]}
    assert values["person.birth_date"] is None
    assert values["employer.kind"] == "enterprise"
    assert "1995-06-01" not in seen.text


async def test_own_lists_take_the_filter(story: Story) -> None:
    made = (await story.apply()).json()
    for status, found in (("paying", [made["id"]]), ("rejected", [])):
        answer = await story.policy.client.get(
            "/v1/applications", params={"status": status}, headers=story.talent
        )
        assert [line["id"] for line in answer.json()["items"]] == found


@pytest.mark.parametrize(
    ("observed_at", "status"),
    [
        ("0001-01-01T00:00:00+14:00", 422),
        ("1899-12-31T23:59:59Z", 422),
        ("1900-01-01T00:00:00Z", 201),
    ],
)
async def test_an_observation_lies_within_the_days_that_can_be_stored(
    story: Story, observed_at: str, status: int
) -> None:
    body = {
        "subject": {"kind": "person", "id": str(story.talent_id)},
        "facts": [{"name": "person.degree", "value": "master", "observed_at": observed_at}],
    }
    school = story.policy.issuer.headers("school-office", Role.SERVICE)
    answer = await story.policy.client.post(
        "/v1/observations", json=body, headers=school | fresh_key()
    )
    assert answer.status_code == status
