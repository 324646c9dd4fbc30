"""What every endpoint refuses, from one table; a test fails when an endpoint is not in it."""

from uuid import uuid4

import pytest_asyncio
from talent_kit.auth import Role
from talent_kit.testing.endpoints import EndpointChecks
from talent_kit.testing.stage import PUBLIC, SIGNED_IN, Endpoint, Stage

from .factories import (
    World,
    credit_code,
    employer_body,
    filing_list,
    filing_row,
    fixed_term,
    resident_number,
    talent_body,
)

DOCUMENT = {"kind": "resident_id", "number": resident_number()}
TALENT, EMPLOYER = frozenset({Role.TALENT}), frozenset({Role.EMPLOYER})
SIDES = TALENT | EMPLOYER
STAFF = frozenset({Role.REVIEWER, Role.AUDITOR})
FILERS = frozenset({Role.REVIEWER, Role.EMPLOYER})
APPOINTERS = frozenset({Role.POLICY_ADMIN, Role.OPERATOR})
VERIFIER = frozenset({Role.SCANNER, Role.REVIEWER, Role.SERVICE})

ENDPOINTS = (
    Endpoint("POST", "/v1/talents", TALENT, talent_body()),
    Endpoint("GET", "/v1/talents", frozenset({Role.REVIEWER})),
    Endpoint(
        "POST",
        "/v1/talents/lookups",
        frozenset({Role.SERVICE}),
        {"document": DOCUMENT, "purpose": "verify-records"},
        computes=True,
    ),
    Endpoint(
        "POST",
        "/v1/resolutions",
        frozenset({Role.SERVICE}),
        {"items": [{"number": DOCUMENT["number"]}], "purpose": "verify-records"},
        computes=True,
    ),
    Endpoint("GET", "/v1/talents/me", TALENT),
    Endpoint("PATCH", "/v1/talents/me", TALENT, {"name": "林小溪"}, versioned=True),
    Endpoint("POST", "/v1/talents/me/documents", TALENT, DOCUMENT),
    Endpoint("GET", "/v1/talents/{talent_id}", TALENT | STAFF),
    Endpoint("POST", "/v1/employers", EMPLOYER, employer_body()),
    Endpoint(
        "GET", "/v1/employers", SIGNED_IN, query=f"?credit_code={credit_code()}", anywhere=True
    ),
    Endpoint("GET", "/v1/employers/me", EMPLOYER),
    Endpoint("GET", "/v1/employers/{employer_id}", EMPLOYER | STAFF),
    Endpoint("PATCH", "/v1/employers/{employer_id}", EMPLOYER, {"name": "示例"}, versioned=True),
    Endpoint("GET", "/v1/employers/{employer_id}/agents", EMPLOYER),
    Endpoint("POST", "/v1/employers/{employer_id}/agents", EMPLOYER, {"login": "someone"}),
    Endpoint("DELETE", "/v1/employers/{employer_id}/agents/{login}", EMPLOYER),
    Endpoint("POST", "/v1/employments", TALENT, fixed_term("{employer_id}")),
    Endpoint("GET", "/v1/employments", TALENT | EMPLOYER),
    Endpoint("GET", "/v1/employments/{employment_id}", TALENT | EMPLOYER | STAFF),
    Endpoint(
        "PATCH",
        "/v1/employments/{employment_id}",
        TALENT,
        {"arrangement": "direct"},
        versioned=True,
    ),
    Endpoint("POST", "/v1/employments/{employment_id}/confirm", SIDES, versioned=True),
    Endpoint(
        "POST",
        "/v1/employments/{employment_id}/reject",
        SIDES,
        {"reason": "dates-wrong"},
        versioned=True,
    ),
    Endpoint(
        "POST",
        "/v1/employments/{employment_id}/end",
        EMPLOYER,
        {"ended_on": "2024-08-01"},
        versioned=True,
    ),
    Endpoint("POST", "/v1/codes", TALENT, {}),
    Endpoint("GET", "/v1/codes/me", TALENT),
    Endpoint("GET", "/v1/codes/me.svg", TALENT),
    Endpoint("GET", "/v1/codes/me.png", TALENT),
    Endpoint(
        "POST",
        "/v1/code-verifications",
        VERIFIER,
        {"payload": "TC1:"},
        computes=True,
        anywhere=True,
    ),
    Endpoint("GET", "/v1/code-keys", PUBLIC),
    Endpoint(
        "POST", "/v1/sessions", PUBLIC, {"provider": "wechat", "code": "c" * 32}, computes=True
    ),
    Endpoint("GET", "/v1/sessions", TALENT),
    Endpoint("DELETE", "/v1/sessions/{session_id}", TALENT),
    Endpoint("POST", "/v1/session-tokens", PUBLIC, {"refresh_token": "A" * 64}, computes=True),
    Endpoint("GET", "/v1/session-keys", PUBLIC),
    Endpoint(
        "POST",
        "/v1/staff",
        APPOINTERS,
        {"username": "np-0017", "region": "350702", "roles": ["reviewer"]},
    ),
    Endpoint("GET", "/v1/staff", APPOINTERS | {Role.AUDITOR}),
    Endpoint("GET", "/v1/staff/{appointment_id}", APPOINTERS | {Role.AUDITOR}),
    Endpoint(
        "PATCH", "/v1/staff/{appointment_id}", APPOINTERS, {"roles": ["finance"]}, versioned=True
    ),
    Endpoint("POST", "/v1/staff/{appointment_id}/dismissal", APPOINTERS, versioned=True),
    Endpoint("GET", "/v1/personal-data/identity", TALENT),
    Endpoint("GET", "/v1/personal-data/identity/export", TALENT),
    Endpoint("POST", "/v1/talents/me/erasure", TALENT, {"confirmation": "erase-my-data"}),
    Endpoint("GET", "/v1/filing-lists/template", FILERS),
    Endpoint("POST", "/v1/filing-lists", FILERS),
    Endpoint("GET", "/v1/filing-lists", FILERS),
    Endpoint("GET", "/v1/filing-lists/{job_id}", FILERS),
    Endpoint("GET", "/v1/filing-lists/{job_id}/report", FILERS),
    Endpoint("POST", "/v1/filing-lists/{job_id}/cancellation", FILERS),
    Endpoint(
        "GET",
        "/v1/operations/identity/events",
        frozenset({Role.OPERATOR, Role.AUDITOR}),
        anywhere=True,
    ),
)


@pytest_asyncio.fixture(scope="module")
async def stage(identity):
    """A talent whose employment waits for the employer's word."""
    async with identity.running() as running:
        world = World(running)
        talent, registered = await world.talent()
        agent, employer = await world.employer()
        declared = await talent.post("/v1/employments", fixed_term(employer["id"]))
        assert declared.status_code == 201, declared.text
        sent = await agent.send_list(filing_list(filing_row()))
        assert sent.status_code == 202, sent.text
        operator = world.caller(Role.OPERATOR, region="350700")
        staff = {"username": "np-0001", "region": "350702", "roles": ["reviewer"]}
        appointed = await operator.post("/v1/staff", staff)
        assert appointed.status_code == 201, appointed.text
        ids = {
            "appointment_id": appointed.json()["id"],
            "job_id": sent.json()["id"],
            "talent_id": registered["id"],
            "employer_id": employer["id"],
            "employment_id": declared.json()["id"],
            "login": "someone",
            "session_id": str(uuid4()),
        }
        logins = {Role.TALENT: talent.login, Role.EMPLOYER: agent.login}
        yield Stage(running, ids, logins)


class TestEveryEndpoint(EndpointChecks):
    ENDPOINTS = ENDPOINTS
