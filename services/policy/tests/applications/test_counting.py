"""Measures that count, over HTTP: quotas, caps, groups, offsets and their instalments."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import select
from talent_kit.auth import Role
from talent_kit.testing.services import MovableClock, ServiceFactory, ServiceUnderTest, fresh_key
from talent_policy.models import Budget, Counter

from ..disbursements.scripted_bank import ScriptedBank
from ..packs.counted import counted_json, measure, noticing, setting
from ..world import deliver, employer, observe
from .story import ACCOUNT, NOON

HIGHEST = {"exclusion": {"group": "projects", "rule": "difference", "per": ["organisation"]}}


class Projects:
    """An enterprise that brings projects and applies for measures of a counting pack."""

    def __init__(self, policy: ServiceUnderTest) -> None:
        self.policy = policy
        self.at = employer()

    @property
    def agent(self) -> dict[str, str]:
        at = self.at.employer_id
        return self.policy.issuer.headers("agent-login", Role.EMPLOYER, employer=at)

    def staff(self, role: Role) -> dict[str, str]:
        return self.policy.issuer.headers(f"staff-{role}", role, region="350700")

    async def begin(self, *measures: dict[str, Any], account: bool = True, **more: Any) -> None:
        policy = self.policy
        policy.clock.set(NOON)
        await deliver(policy, self.at)
        admin = policy.issuer.headers("admin", "policy_admin", region="350700")
        body = counted_json(*measures, **more)
        answer = await policy.client.post("/v1/packs", json=body, headers=admin | fresh_key())
        assert answer.status_code == 201, answer.text
        registry = policy.issuer.headers("registry-office", Role.SERVICE)
        kind = {"employer.kind": "enterprise"}
        subject = ("organisation", self.at.employer_id)
        assert (await observe(policy, registry, subject, kind)).status_code == 201
        if account:
            answer = await policy.client.put("/v1/payees/me", json=ACCOUNT, headers=self.agent)
            assert answer.status_code == 200, answer.text
        async with policy.service.database.transaction() as session:
            session.add(Budget(pool="projects", region="350700", year=2025, limit_fen=10**9))
            session.add(Budget(pool="projects", region="350700", year=2026, limit_fen=10**9))

    async def project(self) -> str:
        body = {"kind": "project", "employer_id": str(self.at.employer_id), "title": "新材料"}
        answer = await self.policy.client.post(
            "/v1/matters", json=body, headers=self.agent | fresh_key()
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def apply(self, project: str, name: str = "2.1") -> Any:
        body = {"measure": name, "subject": {"kind": "project", "id": project}}
        return await self.policy.client.post(
            "/v1/applications", json=body, headers=self.agent | fresh_key()
        )

    async def approve(self, made: dict[str, Any]) -> Any:
        version = {"If-Match": f'"{made["version"]}"'}
        who = self.staff(Role.REVIEWER) | fresh_key() | version
        path = f"/v1/applications/{made['id']}/approve"
        return await self.policy.client.post(path, json={}, headers=who)

    async def read(self, made: dict[str, Any], what: str = "") -> Any:
        path = f"/v1/applications/{made['id']}{what}"
        return (await self.policy.client.get(path, headers=self.staff(Role.REVIEWER))).json()

    async def counters(self) -> dict[str, int]:
        async with self.policy.service.database.transaction() as session:
            return {row.scope: row.used for row in (await session.exec(select(Counter))).all()}


@pytest.fixture
async def projects(policy_factory: ServiceFactory) -> Any:
    parts = {"bank": ScriptedBank()}
    async with policy_factory.running(clock=MovableClock(), parts=parts) as policy:
        yield Projects(policy)


async def test_twenty_race_for_the_last_place(projects: Projects) -> None:
    await projects.begin(measure("2.1", 400, quota={"count": "1", "per": ["year(as_of)"]}))
    each = [await projects.project() for _ in range(20)]
    answers = await asyncio.gather(*(projects.apply(project) for project in each))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    codes = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert codes <= {"policy.quota-exhausted", "policy.not-eligible"}
    [late] = [await projects.apply(await projects.project())]
    assert (late.status_code, late.json()["code"]) == (409, "policy.not-eligible")
    [unmet] = late.json()["requirements"]
    assert (unmet["id"], unmet["article"]) == ("quota", "2.1")
    assert await projects.counters() == {"counted:2.1:quota": 1}


async def test_a_new_year_has_new_places(projects: Projects) -> None:
    await projects.begin(measure("2.1", 400, quota={"count": "1", "per": ["year(as_of)"]}))
    assert (await projects.apply(await projects.project())).status_code == 201
    assert (await projects.apply(await projects.project())).status_code == 409
    projects.policy.clock.set(datetime(2025, 12, 31, 16, tzinfo=UTC))
    assert (await projects.apply(await projects.project())).status_code == 201


async def test_twenty_race_for_what_a_cap_leaves(projects: Projects) -> None:
    await projects.begin(
        measure("2.1", 400, cap={"limit": "1000", "per": ["organisation", "year(as_of)"]})
    )
    each = [await projects.project() for _ in range(20)]
    answers = await asyncio.gather(*(projects.apply(project) for project in each))
    granted = [answer.json()["amount_fen"] for answer in answers if answer.status_code == 201]
    refused = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert refused <= {"policy.cap-exhausted", "policy.not-eligible"}
    assert sum(granted) <= 1000
    while (again := await projects.apply(await projects.project())).status_code == 201:
        granted.append(again.json()["amount_fen"])
    assert sorted(granted) == [200, 400, 400]
    assert again.json()["requirements"][0]["id"] == "cap"
    assert await projects.counters() == {"counted:2.1:cap": 1000}


@pytest.mark.parametrize("order", [("2.1", "2.1b"), ("2.1b", "2.1")])
async def test_of_a_group_the_higher_counts_whichever_comes_first(
    projects: Projects, order: tuple[str, str]
) -> None:
    await projects.begin(measure("2.1", 400, **HIGHEST), measure("2.1b", 300, **HIGHEST))
    project = await projects.project()
    answers = [await projects.apply(project, name) for name in order]
    granted = [answer.json().get("amount_fen") for answer in answers]
    assert granted == ([400, None] if order[0] == "2.1" else [300, 100])
    if order[0] == "2.1":
        assert answers[1].json()["requirements"][0]["id"] == "group"
    else:
        shown = await projects.read(answers[1].json(), "/decision")
        assert shown["record"]["result"]["uncut_fen"] == 400
        assert shown["replay"] == "same"
    assert await projects.counters() == {"counted:projects": 400}


async def test_twenty_race_in_one_group(projects: Projects) -> None:
    names = [f"2.1{letter}" for letter in "abcdefghijklmnopqrst"]
    await projects.begin(
        *(measure(name, 100 + number, **HIGHEST) for number, name in enumerate(names))
    )
    project = await projects.project()
    for _ in range(20):
        answers = await asyncio.gather(*(projects.apply(project, name) for name in names))
        codes = {answer.json().get("code") for answer in answers if answer.status_code != 201}
        assert codes <= {"policy.group-changed", "policy.not-eligible", "policy.already-claimed"}
        if "policy.group-changed" not in codes:
            break
    assert await projects.counters() == {"counted:projects": 119}
    ledger = await projects.policy.client.get("/v1/ledger", headers=projects.staff(Role.FINANCE))
    balances = {row["kind"]: row["balance_fen"] for row in ledger.json()["accounts"]}
    assert balances["budget"] == -119


async def test_a_group_for_notice_counts_each_of_its_grants(projects: Projects) -> None:
    await projects.begin(noticing("2.1"), noticing("2.1b", 300))
    project = await projects.project()
    assert (await projects.apply(project)).status_code == 201
    assert await projects.counters() == {"counted:projects": 400}
    assert (await projects.apply(project, "2.1b")).json()["amount_fen"] == 300
    assert await projects.counters() == {"counted:projects": 700}


async def test_one_of_a_group_refuses_the_others(projects: Projects) -> None:
    one = {"exclusion": {"group": "projects", "rule": "refuse", "per": ["organisation"]}}
    await projects.begin(measure("2.1", 400, **one), measure("2.1b", 300, **one))
    project = await projects.project()
    assert (await projects.apply(project)).status_code == 201
    assert (await projects.apply(project, "2.1b")).json()["code"] == "policy.already-claimed"


async def test_an_approval_takes_the_last_place(projects: Projects) -> None:
    await projects.begin(measure("2.1", 400, quota={"count": "1", "per": []}), mode="review")
    first, second = [(await projects.apply(await projects.project())).json() for _ in range(2)]
    assert {first["status"], second["status"]} == {"pending"}
    assert (await projects.approve(first)).status_code == 200
    assert (await projects.read(second, "/assessment"))["outcome"] == "ineligible"
    refused = await projects.approve(second)
    assert (refused.status_code, refused.json()["code"]) == (409, "policy.not-eligible")


async def test_what_was_granted_does_not_count_itself(projects: Projects) -> None:
    parts = [{"after_months": 0, "share": 1}, {"after_months": 12, "share": 1}]
    await projects.begin(
        measure(
            "2.1",
            900,
            instalments="PARTS",
            quota={"count": "1", "per": []},
            cap={"limit": "800", "per": []},
            **HIGHEST,
        ),
        PARTS=setting("instalments", parts),
    )
    made = (await projects.apply(await projects.project())).json()
    assert [payment["amount_fen"] for payment in made["payments"]] == [400, 400]
    again = await projects.read(made, "/assessment")
    assert (again["outcome"], again["amount_fen"], again["uncut_fen"]) == ("eligible", 800, 900)
    policy = projects.policy
    await policy.settle()
    policy.clock.set(datetime(2026, 8, 31, 16, tzinfo=UTC))
    await policy.settle()
    paid = await projects.read(made)
    assert [payment["status"] for payment in paid["payments"]] == ["paid", "paid"]
    assert (await projects.read(made, "/decision"))["replay"] == "same"


async def test_an_offset_needs_no_account_and_pays_nothing(projects: Projects) -> None:
    offset = measure("2.1", 400, payout="offset", cap={"limit": "500", "per": ["organisation"]})
    del offset["budget"]
    await projects.begin(offset, account=False)
    first = (await projects.apply(await projects.project())).json()
    second = (await projects.apply(await projects.project())).json()
    assert [(made["status"], made["amount_fen"], made["payments"]) for made in (first, second)] == [
        ("granted", 400, []),
        ("granted", 100, []),
    ]
    decided = await projects.read(second, "/decision")
    assert (decided["amount_fen"], decided["replay"]) == (100, "same")
    await projects.policy.settle()
    assert (await projects.read(first))["status"] == "granted"
    ledger = await projects.policy.client.get("/v1/ledger", headers=projects.staff(Role.FINANCE))
    assert ledger.json()["transfers"] == 0


@pytest.mark.parametrize(("mode", "status"), [("review", "pending"), ("offer", "paying")])
async def test_what_is_offered_is_decided_at_once(
    projects: Projects, mode: str, status: str
) -> None:
    await projects.begin(measure("2.1", 400), mode=mode)
    assert (await projects.apply(await projects.project())).json()["status"] == status


async def test_a_match_shows_what_is_left(projects: Projects) -> None:
    await projects.begin(
        measure("2.1", 400, cap={"limit": "setting.MOST", "per": ["organisation"]}),
        MOST=setting("money", 500),
    )
    first, second = await projects.project(), await projects.project()
    await projects.apply(first)
    answer = await projects.policy.client.get("/v1/matches", headers=projects.agent)
    shown = {row["subject"]["id"]: row["measures"] for row in answer.json()["items"]}
    [match] = shown[second]
    assert (match["outcome"], match["amount_fen"], match["uncut_fen"]) == ("eligible", 100, 400)
    assert match["settings"] == {"MODE": "instant", "MOST": 500}
    assert match["setting_labels"]["MOST"] == "条款设置 setting"
    assert {fact["name"]: fact["source"] for fact in match["facts"]} == {
        "employer.kind": "market_registry",
        "measure.cap_used": "platform",
    }
    asked = {
        "as_of": "2025-09-01",
        "region": "350700",
        "subject": "project",
        "facts": {"employer.kind": "enterprise"},
    }
    what_if = (await projects.policy.client.post("/v1/evaluations", json=asked)).json()
    assert what_if["assumed"] == {"measure.cap_used": 0}
    assert what_if["measures"][0]["amount_fen"] == 400
    asked["facts"] |= {"measure.cap_used": 499}
    what_if = (await projects.policy.client.post("/v1/evaluations", json=asked)).json()
    assert what_if["assumed"] == {}
    assert what_if["measures"][0]["amount_fen"] == 1


async def test_nobody_observes_a_counter(projects: Projects) -> None:
    await projects.begin(measure("2.1", 400))
    project = await projects.project()
    for who in (projects.agent, projects.staff(Role.REVIEWER)):
        answer = await observe(
            projects.policy, who, ("project", project), {"measure.quota_used": 0}
        )
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["code"] == "not-of-this-subject"
