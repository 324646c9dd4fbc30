"""What every endpoint refuses, from one table; a test fails when an endpoint is not in it."""

from datetime import timedelta

import pytest
from talent_kit.auth import Role
from talent_kit.identifiers import new_id
from talent_kit.testing.endpoints import EndpointChecks, refused, silent
from talent_kit.testing.services import fresh_key
from talent_kit.testing.stage import PUBLIC, Endpoint, Stage
from talent_policy.models import Offer

from .applications.story import ACCOUNT, begin, join
from .disbursements.scripted_bank import ScriptedBank
from .world import base_facts, pack_json

TALENT, EMPLOYER = frozenset({Role.TALENT}), frozenset({Role.EMPLOYER})
REVIEWER, ADMIN = frozenset({Role.REVIEWER}), frozenset({Role.POLICY_ADMIN})
FINANCE, AUDITOR = frozenset({Role.FINANCE}), frozenset({Role.AUDITOR})
SERVICE = frozenset({Role.SERVICE})
APPLICANT, READER = TALENT | EMPLOYER, TALENT | EMPLOYER | REVIEWER | FINANCE | AUDITOR
WITH_PAYMENT = "/v1/payments/{payment_id}"
WITH_BATCH = "/v1/batches/{batch_id}"
WITH_RECOVERY = "/v1/recoveries/{recovery_id}"
WITH_OFFER = "/v1/offers/{offer_id}"
WITH_APPLICATION = "/v1/applications/{application_id}"

PACK_MAPS = frozenset(
    {
        "settings",
        "settings.*.dated.*.value.*",
        "examples.*.base",
        "examples.*.cases.*.facts",
        "examples.*.cases.*.settings",
        "examples.*.cases.*.settings.*.*",
        "examples.*.cases.*.expect.states",
    }
)
QUESTION = {
    "as_of": "2023-10-01",
    "region": "350700",
    "subject": "employment",
    "facts": base_facts("2.2"),
}
OBSERVED = {
    "subject": {"kind": "employment", "id": "{employment_id}"},
    "facts": [{"name": "employment.pension_from", "value": "2021-07-01"}],
}
APPLIED = {"measure": "2.2", "subject": {"kind": "employment", "id": "{employment_id}"}}
OBJECTION = {
    "subject": {"kind": "person", "id": "{talent_id}"},
    "fact": "person.degree",
    "objection": "wrong-value",
}
DETERMINED = {"determinations": [{"requirement": "age", "satisfied": True, "reason": "seen"}]}
MANY, REASON = {"id": "{application_id}", "version": 1}, {"reason": "no"}
BUDGET = {"pool": "youth", "region": "350700", "year": 2026, "limit_fen": 1}

ENDPOINTS = (
    Endpoint("GET", "/v1/facts", PUBLIC),
    Endpoint(
        "POST", "/v1/observations", APPLICANT | REVIEWER | frozenset({Role.SERVICE}), OBSERVED
    ),
    Endpoint(
        "POST",
        "/v1/matters",
        APPLICANT | REVIEWER | frozenset({Role.SERVICE}),
        {"kind": "trip", "talent_id": "{talent_id}"},
    ),
    Endpoint("GET", "/v1/fact-imports/template", SERVICE),
    Endpoint("POST", "/v1/fact-imports", SERVICE),
    Endpoint("GET", "/v1/fact-imports", SERVICE),
    Endpoint("GET", "/v1/fact-imports/{job_id}", SERVICE),
    Endpoint("GET", "/v1/fact-imports/{job_id}/report", SERVICE),
    Endpoint("POST", "/v1/fact-imports/{job_id}/cancellation", SERVICE),
    Endpoint("GET", "/v1/matters", APPLICANT | REVIEWER),
    Endpoint("GET", "/v1/matters/{matter_id}", APPLICANT | REVIEWER),
    Endpoint("GET", "/v1/observations", APPLICANT | REVIEWER, query="?kind=person&id={talent_id}"),
    Endpoint(
        "POST",
        "/v1/packs",
        ADMIN,
        pack_json(name="another", valid_until="2024-01-01"),
        maps=PACK_MAPS,
    ),
    Endpoint("GET", "/v1/packs", PUBLIC),
    Endpoint("GET", "/v1/packs/{pack_id}", PUBLIC),
    Endpoint("GET", "/v1/measures", PUBLIC, query="?region=350700"),
    Endpoint("POST", "/v1/evaluations", PUBLIC, QUESTION, computes=True, maps=frozenset({"facts"})),
    Endpoint("GET", "/v1/matches", APPLICANT),
    Endpoint("GET", "/v1/entitlements", REVIEWER | ADMIN | AUDITOR),
    Endpoint("GET", "/v1/entitlements/figures", REVIEWER | ADMIN | AUDITOR),
    Endpoint("GET", "/v1/entitlements/runs", REVIEWER | ADMIN | AUDITOR),
    Endpoint("GET", "/v1/offers", APPLICANT),
    Endpoint("GET", WITH_OFFER, APPLICANT),
    Endpoint("POST", f"{WITH_OFFER}/confirmation", APPLICANT, versioned=True),
    Endpoint("POST", f"{WITH_OFFER}/refusal", APPLICANT, versioned=True),
    Endpoint("GET", "/v1/payees/me", APPLICANT),
    Endpoint("PUT", "/v1/payees/me", APPLICANT, ACCOUNT),
    Endpoint("GET", "/v1/personal-data/policy", TALENT),
    Endpoint("GET", "/v1/personal-data/policy/export", TALENT),
    Endpoint("POST", "/v1/corrections", TALENT, OBJECTION),
    Endpoint("GET", "/v1/corrections", TALENT | REVIEWER),
    Endpoint(
        "POST",
        "/v1/corrections/{correction_id}/close",
        REVIEWER,
        {"outcome": "unfounded"},
        versioned=True,
    ),
    Endpoint("POST", "/v1/applications", APPLICANT, APPLIED),
    Endpoint("GET", "/v1/applications", READER),
    Endpoint("GET", WITH_APPLICATION, READER),
    Endpoint("GET", f"{WITH_APPLICATION}/assessment", READER),
    Endpoint("GET", f"{WITH_APPLICATION}/dossier", REVIEWER | AUDITOR, query="?purpose=review"),
    Endpoint("POST", "/v1/applications/approvals", REVIEWER, {"items": [MANY | DETERMINED]}),
    Endpoint("POST", "/v1/applications/rejections", REVIEWER, {"items": [MANY | REASON]}),
    Endpoint("POST", "/v1/applications/returns", REVIEWER, {"items": [MANY | REASON]}),
    Endpoint("GET", f"{WITH_APPLICATION}/decision", READER),
    Endpoint("POST", f"{WITH_APPLICATION}/approve", REVIEWER, DETERMINED, versioned=True),
    Endpoint("POST", f"{WITH_APPLICATION}/reject", REVIEWER, {"reason": "no"}, versioned=True),
    Endpoint("POST", f"{WITH_APPLICATION}/return", REVIEWER, {"reason": "no"}, versioned=True),
    Endpoint("POST", f"{WITH_APPLICATION}/resubmit", APPLICANT, versioned=True),
    Endpoint("POST", f"{WITH_APPLICATION}/withdraw", APPLICANT, versioned=True),
    Endpoint("GET", "/v1/work-items", REVIEWER | FINANCE | AUDITOR, query="?step=review"),
    Endpoint("GET", "/v1/figures", REVIEWER | FINANCE | ADMIN | AUDITOR),
    Endpoint("GET", "/v1/figures/totals", PUBLIC),
    Endpoint("POST", "/v1/budgets", ADMIN, BUDGET),
    Endpoint("GET", "/v1/budgets", ADMIN | FINANCE | AUDITOR),
    Endpoint("PUT", "/v1/budgets/{budget_id}", ADMIN, {"limit_fen": 10**10}, versioned=True),
    Endpoint("GET", "/v1/payments", FINANCE | AUDITOR),
    Endpoint("GET", WITH_PAYMENT, FINANCE | AUDITOR),
    Endpoint(
        "POST",
        f"{WITH_PAYMENT}/release",
        FINANCE,
        {"account_changed_at": None},
        versioned=True,
    ),
    Endpoint(
        "POST",
        f"{WITH_PAYMENT}/resolve",
        FINANCE,
        {"outcome": "paid", "note": "asked the bank"},
        versioned=True,
    ),
    Endpoint("POST", f"{WITH_PAYMENT}/cancel", FINANCE, versioned=True),
    Endpoint("GET", "/v1/ledger", FINANCE | AUDITOR),
    Endpoint("POST", "/v1/batches", FINANCE, {"region": "350700", "limit": 1}),
    Endpoint("GET", "/v1/batches", FINANCE | AUDITOR),
    Endpoint("GET", WITH_BATCH, FINANCE | AUDITOR),
    Endpoint("GET", f"{WITH_BATCH}/export", FINANCE | AUDITOR),
    Endpoint(
        "POST",
        f"{WITH_BATCH}/release",
        FINANCE,
        {"account_changes": {"{payment_id}": "2026-06-01T04:00:00Z"}},
        maps=frozenset({"account_changes"}),
        versioned=True,
    ),
    Endpoint("POST", f"{WITH_BATCH}/cancel", FINANCE, {"reason": "no"}, versioned=True),
    Endpoint("POST", "/v1/statements", FINANCE, {"day": "2025-09-01"}),
    Endpoint("GET", "/v1/statements", FINANCE | AUDITOR),
    Endpoint("GET", "/v1/differences", FINANCE | AUDITOR),
    Endpoint(
        "POST",
        "/v1/differences/{difference_id}/explain",
        FINANCE,
        {"note": "a fee"},
        versioned=True,
    ),
    Endpoint(
        "POST",
        "/v1/recoveries",
        REVIEWER | FINANCE,
        {"application_id": "{paid_application_id}", "amount_fen": 1, "reason": "false"},
    ),
    Endpoint("GET", "/v1/recoveries", REVIEWER | FINANCE | AUDITOR),
    Endpoint("GET", WITH_RECOVERY, REVIEWER | FINANCE | AUDITOR),
    Endpoint("POST", f"{WITH_RECOVERY}/confirm", REVIEWER | FINANCE, versioned=True),
    Endpoint("POST", f"{WITH_RECOVERY}/withdraw", REVIEWER | FINANCE, versioned=True),
    Endpoint(
        "POST",
        f"{WITH_RECOVERY}/write-off",
        REVIEWER | FINANCE,
        {"amount_fen": 1},
        versioned=True,
    ),
    Endpoint(
        "GET",
        "/v1/operations/policy/events",
        frozenset({Role.OPERATOR, Role.AUDITOR}),
        anywhere=True,
    ),
)


async def recovered(policy, bank, story) -> dict[str, str]:
    """Pay at once, propose to recover a fen, batch what is owed, and compare with the bank."""
    bank._now = policy.clock.now
    made = (await story.apply()).json()
    bank.line("out", 5, reference="fee")
    await policy.settle()
    policy.clock.move(timedelta(minutes=1))
    headers = story.staff(Role.FINANCE)
    asked = (
        ("/v1/batches", {"region": "350700"}),
        ("/v1/statements", {"day": "2025-09-01"}),
        ("/v1/recoveries", {"application_id": made["id"], "amount_fen": 1, "reason": "false"}),
    )
    answers = [
        (await policy.client.post(path, json=body, headers=headers | fresh_key())).json()
        for path, body in asked
    ]
    await policy.settle()
    found = (await policy.client.get("/v1/differences", headers=headers)).json()["items"]
    return {
        "batch_id": answers[0]["id"],
        "recovery_id": answers[2]["id"],
        "difference_id": found[0]["id"],
        "paid_application_id": made["id"],
    }


async def an_offer(story):
    """An open offer to the employer."""
    offer = Offer(
        pack_name="nanping-2021-2",
        measure="2.1",
        pack_id=new_id(),
        region="350702",
        subject_kind="employment",
        subject_id=story.employment_id,
        talent_id=story.talent_id,
        employer_id=story.employer_id,
        payee_kind="organisation",
        amount_fen=1,
        made_at=story.policy.clock.now(),
        expires_on=None,
    )
    async with story.policy.service.database.transaction() as session:
        session.add(offer)
    return str(offer.id)


@pytest.fixture(scope="module")
async def stage(policy_factory):
    """One application that waits for a reviewer, one whose payment waits for finance in a batch.

    And one that was paid and of which some is to be recovered, and a fee on the bank's statement.
    """
    bank = ScriptedBank()
    async with policy_factory.running(parts={"bank": bank}) as policy:
        approved = await begin(policy)
        made = (await approved.apply("2.1")).json()
        owed = (await approved.step(made, "approve", {})).json()
        story = await join(policy)
        pending = await story.apply("2.1")
        assert (pending.status_code, pending.json()["status"]) == (201, "pending")
        packs = (await policy.client.get("/v1/packs")).json()["items"]
        finance = story.staff(Role.FINANCE)
        settled = await recovered(policy, bank, await join(policy))
        budgets = (await policy.client.get("/v1/budgets", headers=finance)).json()["items"]
        trip = {"kind": "trip", "talent_id": str(story.talent_id)}
        matter = await policy.client.post(
            "/v1/matters", json=trip, headers=story.talent | fresh_key()
        )
        office = policy.issuer.headers("pension-office", Role.SERVICE, region="350700")
        sent = office | fresh_key() | {"Content-Type": "text/csv"}
        job = await policy.client.post("/v1/fact-imports", content=b"credit_code", headers=sent)
        objection = OBJECTION | {"subject": {"kind": "person", "id": str(story.talent_id)}}
        asked = await policy.client.post(
            "/v1/corrections", json=objection, headers=story.talent | fresh_key()
        )
        assert asked.status_code == 201, asked.text
        ids = {
            "correction_id": asked.json()["id"],
            "job_id": job.json()["id"],
            "offer_id": await an_offer(story),
            "matter_id": matter.json()["id"],
            "talent_id": str(story.talent_id),
            "employment_id": str(story.employment_id),
            "pack_id": packs[0]["id"],
            "application_id": pending.json()["id"],
            "payment_id": owed["payments"][0]["id"],
            "budget_id": budgets[0]["id"],
            **settled,
        }
        logins = {Role.TALENT: story.login, Role.EMPLOYER: "agent-login"}
        yield Stage(policy, ids, logins, {"region": "350700", "employer": story.employer_id})


class TestEveryEndpoint(EndpointChecks):
    ENDPOINTS = ENDPOINTS

    @pytest.mark.parametrize("name", ["林小溪13812345678", "person.birth_date"])
    async def test_a_fact_is_refused_without_naming_or_repeating_it(self, stage, name):
        said = {"name": name, "value": "13812345678"}
        bodies = {
            "/v1/observations": OBSERVED | {"facts": [said]},
            "/v1/evaluations": QUESTION | {"facts": {name: "13812345678"}},
        }
        async with stage.unchanged():
            for row in ENDPOINTS:
                if row.method == "POST" and row.template in bodies:
                    answer = await stage.send(row, stage.admitted(row), json=bodies[row.template])
                    refused(answer, 422)
                    silent(answer, "林小溪", "13812345678")
