"""Offers: made on registers' words alone, confirmed by the one who is paid, once per claim."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from talent_contracts import TalentErased
from talent_kit import tables
from talent_kit.auth import Role
from talent_kit.testing.services import ServiceUnderTest, fresh_key
from talent_policy.models import BankOrder, Budget, Claim, Offer, OfferClaim

from ..applications.story import ACCOUNT, FACTS, NOON, Story, join
from ..entitlements.test_matching import figures_hold, kept
from ..world import deliver, employer, employment, observe, pack_json, talent


def offering(*measures: str, **changes: Any) -> dict[str, Any]:
    """The pack with some measures offered, and what else it offers decided at once."""
    body = pack_json(**changes)
    offered = {f"MODE_{measure.replace('.', '_')}" for measure in measures}
    for name, setting in body["settings"].items():
        if name in offered:
            setting["values"] = ["review", "instant", "offer"]
            setting["dated"] = [{"from": "2021-04-09", "value": "offer"}]
        elif setting["dated"][0]["value"] == "offer":
            setting["dated"][0]["value"] = "instant"
    return body


async def publish_offering(policy: ServiceUnderTest, *measures: str, **changes: Any) -> None:
    headers = policy.issuer.headers("admin", "policy_admin", region="350700") | fresh_key()
    body = offering(*measures, **changes)
    answer = await policy.client.post("/v1/packs", json=body, headers=headers)
    assert answer.status_code == 201, answer.text


async def offered(policy: ServiceUnderTest, *, measure: str = "2.2", **given: Any) -> Story:
    """A graduate of whom registers say all, and the platform's offer of a measure."""
    policy.clock.set(NOON)
    await publish_offering(policy, measure)
    story = await join(policy, budget_fen=10**9, **given)
    await policy.settle()
    return story


async def offers(story: Story, headers: dict[str, str] | None = None) -> list[dict[str, Any]]:
    answer = await story.policy.client.get("/v1/offers", headers=headers or story.talent)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def answer_to(
    story: Story, offer: dict[str, Any], what: str, headers: dict[str, str] | None = None
) -> Any:
    who = (headers or story.talent) | fresh_key() | {"If-Match": f'"{offer["version"]}"'}
    return await story.policy.client.post(f"/v1/offers/{offer['id']}/{what}", headers=who)


async def count(policy: ServiceUnderTest, table: Any) -> int:
    async with policy.service.database.transaction() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_an_offer_is_made_and_no_money_moves(policy):
    story = await offered(policy)
    (offer,) = await offers(story)
    assert (offer["measure"], offer["status"], offer["amount_fen"]) == ("2.2", "open", 7_000_000)
    assert (await count(policy, Claim), await count(policy, BankOrder)) == (0, 0)
    assert await offers(story, story.agent) == []


async def test_a_confirmation_sends_the_money_in_the_same_request(policy):
    story = await offered(policy)
    (offer,) = await offers(story)
    answer = await answer_to(story, offer, "confirmation")
    assert answer.status_code == 201, answer.text
    assert answer.json()["status"] == "paying"
    (shown,) = await offers(story)
    assert (shown["status"], shown["application_id"]) == ("confirmed", answer.json()["id"])
    assert await count(policy, BankOrder) == 1
    again = await answer_to(story, shown, "confirmation")
    assert (again.status_code, again.json()["code"]) == (409, "policy.offer-closed")
    await policy.settle()
    assert len(await offers(story)) == 1
    await figures_hold(policy)


async def test_what_was_found_and_offered_is_among_what_is_held_of_a_talent(policy):
    story = await offered(policy)
    answer = await policy.client.get("/v1/personal-data/policy", headers=story.talent)
    held = answer.json()
    assert [(row["measure"], row["status"]) for row in held["offers"]] == [("2.2", "open")]
    assert ("2.2", "eligible") in {(row["measure"], row["outcome"]) for row in held["found"]}
    assert held["matters"] == []


async def test_without_an_account_a_confirmation_says_what_is_missing(policy):
    story = await offered(policy, account=False)
    (offer,) = await offers(story)
    answer = await answer_to(story, offer, "confirmation")
    assert (answer.status_code, answer.json()["code"]) == (409, "policy.payee-missing")
    assert (await offers(story))[0]["status"] == "open"
    put = await policy.client.put("/v1/payees/me", json=ACCOUNT, headers=story.talent)
    assert put.status_code == 200
    assert (await answer_to(story, offer, "confirmation")).status_code == 201


async def test_a_declared_fact_makes_no_offer(policy):
    policy.clock.set(NOON)
    await publish_offering(policy, "2.2")
    story = await join(policy, budget_fen=10**9, registered=False)
    await policy.settle()
    assert (await kept(policy, story.employment_id))["2.2"][:3] == ("eligible", 7_000_000, False)
    assert await offers(story) == []


async def test_a_measure_of_another_mode_is_not_offered(policy):
    policy.clock.set(NOON)
    await publish_offering(policy)
    story = await join(policy, budget_fen=10**9)
    await policy.settle()
    assert (await kept(policy, story.employment_id))["2.2"][2] is True
    assert await offers(story) == []


async def test_what_is_paid_to_the_employer_is_offered_to_its_agent(policy):
    story = await offered(policy, measure="2.1")
    assert await offers(story) == []
    (offer,) = await offers(story, story.agent)
    for who, status in ((story.talent, 404), (story.agent, 200)):
        shown = await policy.client.get(f"/v1/offers/{offer['id']}", headers=who)
        assert shown.status_code == status
    assert (await answer_to(story, offer, "confirmation")).status_code == 404
    answer = await answer_to(story, offer, "confirmation", story.agent)
    assert (answer.status_code, answer.json()["status"]) == (201, "paying")


async def test_nobody_else_sees_or_answers_an_offer(policy):
    story = await offered(policy)
    other = await join(policy)
    await policy.settle()
    (offer,) = await offers(story)
    for what in ("confirmation", "refusal"):
        answer = await answer_to(other, offer, what)
        assert (answer.status_code, answer.json()["code"]) == (404, "policy.no-offer")


async def test_a_declined_offer_is_not_made_again_but_can_be_applied_for(policy):
    story = await offered(policy)
    (offer,) = await offers(story)
    answer = await answer_to(story, offer, "refusal")
    assert (answer.status_code, answer.json()["status"]) == (200, "declined")
    await story.observe("pension-office", employment__pension_through="2025-09-01")
    await policy.settle()
    assert [each["status"] for each in await offers(story)] == ["declined"]
    closed = await answer_to(story, answer.json(), "confirmation")
    assert closed.json()["code"] == "policy.offer-closed"
    assert (await story.apply("2.2")).json()["status"] == "paying"


async def test_it_lapses_when_the_facts_change_and_comes_again_with_the_new_amount(policy):
    story = await offered(policy)
    (offer,) = await offers(story)
    await story.observe("school-office", person__degree="bachelor")
    changed = await answer_to(story, offer, "confirmation")
    assert (changed.status_code, changed.json()["code"]) == (409, "policy.offer-changed")
    await policy.settle()
    new, old = await offers(story)
    assert (old["status"], new["status"]) == ("lapsed", "open")
    assert new["amount_fen"] < old["amount_fen"]
    assert (await answer_to(story, old, "confirmation")).status_code in {409, 412}
    assert (await answer_to(story, new, "confirmation")).status_code == 201


async def test_it_lapses_when_the_requirements_no_longer_hold(policy):
    story = await offered(policy)
    (offer,) = await offers(story)
    registry = policy.issuer.headers("registry-office", Role.SERVICE)
    place = ("organisation", story.employer_id)
    await observe(policy, registry, place, {"employer.kind": "public_institution"})
    refused = await answer_to(story, offer, "confirmation")
    assert (refused.status_code, refused.json()["code"]) == (409, "policy.not-eligible")
    await policy.settle()
    assert [each["status"] for each in await offers(story)] == ["lapsed"]
    assert await count(policy, OfferClaim) == 0


async def test_it_lapses_when_the_pack_ends(policy):
    policy.clock.set(NOON)
    await publish_offering(policy, "2.2", valid_until="2029-12-31")
    story = await join(policy, budget_fen=10**9)
    await policy.settle()
    (offer,) = await offers(story)
    assert offer["expires_on"] == "2029-12-31"
    policy.clock.set(NOON.replace(year=2030, month=1))
    await policy.settle()
    assert [each["status"] for each in await offers(story)] == ["lapsed"]


async def test_an_erased_talent_has_neither_matches_nor_open_offers(policy):
    story = await offered(policy)
    await deliver(policy, TalentErased(version=9, talent_id=story.talent_id))
    await policy.settle()
    async with policy.service.database.transaction() as session:
        rows = (await session.execute(select(Offer))).scalars().all()
    assert [row.status for row in rows] == ["lapsed"]
    assert await kept(policy, story.employment_id) == {}
    assert await count(policy, OfferClaim) == 0
    await figures_hold(policy)


async def test_applying_by_oneself_settles_the_offer(policy):
    story = await offered(policy)
    made = await story.apply("2.2")
    assert (made.status_code, made.json()["status"]) == (201, "paying")
    (offer,) = await offers(story)
    assert (offer["status"], offer["application_id"]) == ("confirmed", made.json()["id"])


async def test_two_employments_of_one_person_get_one_offer_of_what_is_paid_once(policy):
    story = await offered(policy)
    second = await _second_employment(policy, story)
    await policy.settle()
    assert (await kept(policy, second.employment_id))["2.2"][0] == "eligible"
    assert len(await offers(story)) == 1
    made = await second.apply("2.2")
    assert made.status_code == 201, made.text
    (offer,) = await offers(story)
    assert (offer["status"], offer["subject_id"]) == ("confirmed", str(story.employment_id))


async def _second_employment(policy: ServiceUnderTest, story: Story) -> Story:
    at = employer()
    job = employment(talent(talent_id=story.talent_id), at)
    await deliver(policy, at, job)
    registry = policy.issuer.headers("registry-office", Role.SERVICE)
    facts = {"employer.kind": at.kind, "employer.region": at.region}
    await observe(policy, registry, ("organisation", at.employer_id), facts)
    second = replace(story, employment_id=job.employment_id, employer_id=at.employer_id)
    pension = {name.replace(".", "__"): fact for name, fact in FACTS["pension-office"].items()}
    await second.observe("pension-office", **pension)
    return second


@pytest.mark.parametrize("with_application", [False, True])
async def test_twenty_answers_at_once_pay_once(policy, with_application):
    story = await offered(policy)
    (offer,) = await offers(story)
    confirming = [answer_to(story, offer, "confirmation") for _ in range(10)]
    others = [
        story.apply("2.2") if with_application else answer_to(story, offer, "confirmation")
        for _ in range(10)
    ]
    answers = await asyncio.gather(*confirming, *others)
    created = [each for each in answers if each.status_code == 201]
    assert len(created) == 1, [each.text for each in answers]
    assert {each.status_code for each in answers} <= {201, 409, 412, 503}  # busy: try again
    assert await count(policy, BankOrder) == 1
    async with policy.service.database.transaction() as session:
        budget = (await session.execute(select(Budget).where(Budget.year == 2025))).scalar_one()
    instalments = created[0].json()["payments"]
    assert budget.reserved_fen == sum(
        part["amount_fen"] for part in instalments if part["due"].startswith("2025")
    )


async def test_twenty_matchers_at_once_offer_once(policy):
    policy.clock.set(NOON)
    await publish_offering(policy, "2.2")
    stories = [await join(policy, budget_fen=None, account=False) for _ in range(3)]
    for story in stories:
        await _second_employment(policy, story)
    (matcher,) = policy.worker.loops
    for _ in range(8):
        await asyncio.gather(*(matcher.step() for _ in range(20)), return_exceptions=False)
    await policy.settle()
    async with policy.service.database.transaction() as session:
        rows = (await session.execute(select(Offer))).scalars().all()
    assert len(rows) == 3
    assert len({row.talent_id for row in rows}) == 3
    await figures_hold(policy)


async def test_events_of_offers_carry_no_person(policy):
    story = await offered(policy)
    (offer,) = await offers(story)
    await answer_to(story, offer, "refusal")
    async with policy.service.database.transaction() as session:
        values = (await session.execute(select(tables.outbox.c.value))).scalars().all()
    text = b"\n".join(values).decode()
    assert "talent.policy.offer.declined.v1" in text
    for word in (story.login, ACCOUNT["account"], "1995-06-01"):
        assert word not in text
