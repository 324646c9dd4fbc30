"""A graduate of Nanping with an employer, an account and verified facts, ready to apply."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from talent_contracts import EmployerRegistered
from talent_kit.auth import Role
from talent_kit.testing.services import ServiceUnderTest, fresh_key
from talent_policy.models import Budget

from ..world import deliver, employer, employment, observe, publish, talent

_TRIES = 10
NOON = datetime(2025, 9, 1, 4, tzinfo=UTC)
ACCOUNT = {"account": "6222020000000000017", "holder": "测试甲", "bank_code": "102401000012"}
FACTS: dict[str, dict[str, Any]] = {
    "school-office": {
        "person.degree": "master",
        "person.study_mode": "full_time",
        "person.graduated_on": "2023-06-30",
    },
    "talent-office": {"person.scheme_2020_1": False},
    "pension-office": {
        "employment.pension_in_city": "first",
        "employment.pension_from": "2023-08-01",
        "employment.pension_through": "2025-08-31",
        "employment.pension_gap": False,
    },
}


@dataclass
class Story:
    """Who takes part, and what they call."""

    policy: ServiceUnderTest
    talent_id: UUID
    employer_id: UUID
    employment_id: UUID
    login: str
    versions: dict[str, int] = field(default_factory=dict)

    @property
    def at(self) -> EmployerRegistered:
        """The employer, for further employments there."""
        return employer(employer_id=self.employer_id)

    @property
    def talent(self) -> dict[str, str]:
        return self.policy.issuer.headers(self.login, Role.TALENT)

    @property
    def agent(self) -> dict[str, str]:
        return self.policy.issuer.headers("agent-login", Role.EMPLOYER, employer=self.employer_id)

    def staff(self, role: Role, subject: str = "", region: str = "350700") -> dict[str, str]:
        return self.policy.issuer.headers(subject or f"staff-{role}", role, region=region)

    async def apply(self, measure: str = "2.2", headers: dict[str, str] | None = None) -> Any:
        """Apply, again under the same key while the service is too busy, as every client may."""
        body = {
            "measure": measure,
            "subject": {"kind": "employment", "id": str(self.employment_id)},
        }
        who = headers or (self.talent if measure == "2.2" else self.agent)
        who = who | fresh_key()
        for _ in range(_TRIES):
            answer = await self.policy.client.post("/v1/applications", json=body, headers=who)
            if answer.status_code != 503:
                break
            await asyncio.sleep(float(answer.headers["Retry-After"]))
        return answer

    async def step(
        self,
        application: dict[str, Any],
        step: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        who = headers or self.staff(Role.REVIEWER)
        return await self.policy.client.post(
            f"/v1/applications/{application['id']}/{step}",
            json=body,
            headers=who | fresh_key() | {"If-Match": f'"{application["version"]}"'},
        )

    async def read(self, application: dict[str, Any], what: str = "") -> Any:
        answer = await self.policy.client.get(
            f"/v1/applications/{application['id']}{what}", headers=self.staff(Role.REVIEWER)
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def observe(self, client: str, **facts: Any) -> None:
        for kind, identifier in (("person", self.talent_id), ("employment", self.employment_id)):
            given = {
                name.replace("__", "."): value
                for name, value in facts.items()
                if name.startswith(kind)
            }
            if given:
                who = self.policy.issuer.headers(client, Role.SERVICE)
                answer = await observe(self.policy, who, (kind, identifier), given)
                assert answer.status_code == 201, answer.text


async def begin(
    policy: ServiceUnderTest,
    *,
    budget_fen: int | None = 10**9,
    account: bool = True,
    registered: bool = True,
    **contract: Any,
) -> Story:
    """Return the story at the point where both could apply."""
    policy.clock.set(NOON)
    await publish(policy)
    return await join(
        policy, budget_fen=budget_fen, account=account, registered=registered, **contract
    )


async def join(
    policy: ServiceUnderTest,
    *,
    budget_fen: int | None = None,
    account: bool = True,
    registered: bool = True,
    **contract: Any,
) -> Story:
    """Add one more graduate with an employer."""
    who, at = talent(), employer(kind=contract.pop("employer_kind", "enterprise"))
    job = employment(who, at, **contract)
    await deliver(policy, who, at, job)
    story = Story(policy, who.talent_id, at.employer_id, job.employment_id, who.login)
    facts_of_employer = {"employer.kind": at.kind, "employer.region": at.region}
    if registered:
        registry = policy.issuer.headers("registry-office", Role.SERVICE)
        answer = await observe(
            policy, registry, ("organisation", at.employer_id), facts_of_employer
        )
        assert answer.status_code == 201, answer.text
    for client, facts in FACTS.items():
        await story.observe(client, **{name.replace(".", "__"): v for name, v in facts.items()})
    if account:
        for headers in (story.talent, story.agent):
            answer = await policy.client.put("/v1/payees/me", json=ACCOUNT, headers=headers)
            assert answer.status_code == 200, answer.text
    if budget_fen is not None:
        async with policy.service.database.transaction() as session:
            session.add(
                Budget(pool="youth-talent", region="350700", year=2025, limit_fen=budget_fen)
            )
    return story


TODAY = date(2025, 9, 1)
