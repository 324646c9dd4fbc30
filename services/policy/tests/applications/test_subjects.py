"""A measure may be per any kind of subject: it is matched, applied for, decided and paid."""

from string import ascii_lowercase
from typing import Any

import pytest
from talent_kit.auth import Role
from talent_kit.testing.services import ServiceFactory, fresh_key
from talent_policy.facts.vocabulary import SIDES, SubjectKind
from talent_policy.models import Budget

from ..packs.counted import counted_json, measure
from ..world import deliver, employer, employment, observe, talent
from .story import ACCOUNT, NOON

PARTY = {"person": "talent_id", "organisation": "employer_id"}


@pytest.fixture(scope="module")
async def policy(policy_factory: ServiceFactory) -> Any:
    """One service, one pack with two measures for each kind: for either side that it has."""
    async with policy_factory.running() as service:
        service.clock.set(NOON)
        made = [
            measure(
                f"2.1{ascii_lowercase[2 * index + (payee == 'person')]}",
                400,
                per=kind.value,
                payee=payee,
                once_per=[[kind.value]],
            )
            for index, kind in enumerate(SubjectKind)
            for payee in ("person", "organisation")
            if getattr(SIDES[kind], payee)
        ]
        admin = service.issuer.headers("admin", Role.POLICY_ADMIN, region="350700")
        answer = await service.client.post(
            "/v1/packs", json=counted_json(*made), headers=admin | fresh_key()
        )
        assert answer.status_code == 201, answer.text
        async with service.service.database.transaction() as session:
            session.add(Budget(pool="projects", region="350700", year=2025, limit_fen=10**9))
        yield service, {(each["per"], each["payee"]): each["id"] for each in made}


@pytest.mark.parametrize("kind", sorted(SubjectKind))
async def test_every_kind_is_matched_applied_for_and_granted(policy: Any, kind: str) -> None:
    service, measures = policy
    who, at = talent(), employer(agents=(f"agent-{kind}",))
    held = employment(who, at)
    await deliver(service, who, at, held)
    issue = service.issuer.headers
    for client, subject, facts in (
        ("registry-office", ("organisation", at.employer_id), {"employer.kind": "enterprise"}),
        ("school-office", ("person", who.talent_id), {"person.study_mode": "full_time"}),
    ):
        said = await observe(service, issue(client, Role.SERVICE), subject, facts)
        assert said.status_code == 201
    headers = {
        "person": issue(who.login, Role.TALENT),
        "organisation": issue(f"agent-{kind}", Role.EMPLOYER, employer=at.employer_id),
    }
    sides = SIDES[SubjectKind(kind)]
    ids = {"person": who.talent_id, "organisation": at.employer_id}
    known = ids | {"employment": held.employment_id}
    identifier = str(known[kind]) if kind in known else None
    if identifier is None:
        body = {"kind": kind} | {
            PARTY[side]: str(ids[side]) for side in ids if getattr(sides, side)
        }
        office = issue("talent-office", Role.SERVICE)
        made = await service.client.post("/v1/matters", json=body, headers=office | fresh_key())
        identifier = made.json()["id"]
    subject = {"kind": kind, "id": identifier}
    for side, who_calls in headers.items():
        listed = (await service.client.get("/v1/matches", headers=who_calls)).json()["items"]
        shown = {row["subject"]["id"]: row["measures"] for row in listed}
        assert (identifier in shown) == getattr(sides, side)
        if not getattr(sides, side):
            continue
        own = measures[kind, side]
        outcomes = {each["id"]: each["outcome"] for each in shown[identifier]}
        assert outcomes[own] == "eligible"
        if side == "organisation":
            assert outcomes.keys() == {own}
        await service.client.put("/v1/payees/me", json=ACCOUNT, headers=who_calls)
        application = {"measure": own, "subject": subject}
        for headers_of, status in ((headers, 201), (headers, 409)):
            answer = await service.client.post(
                "/v1/applications", json=application, headers=headers_of[side] | fresh_key()
            )
            assert answer.status_code == status, answer.text
        assert answer.json()["code"] == "policy.already-claimed"
