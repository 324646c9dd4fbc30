"""What every endpoint refuses, from one table; a test fails when an endpoint is not in it."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from talent_kit.auth import Role

from .factories import (
    Caller,
    World,
    credit_code,
    employer_body,
    fixed_term,
    resident_number,
    talent_body,
)

SOME = str(uuid4())
DOCUMENT = {"kind": "resident_id", "number": resident_number()}
SIGNED_IN = frozenset(Role)
TALENT, EMPLOYER = frozenset({Role.TALENT}), frozenset({Role.EMPLOYER})
STAFF = frozenset({Role.REVIEWER, Role.AUDITOR})
VERIFIER = frozenset({Role.SCANNER, Role.REVIEWER, Role.SERVICE})


@dataclass(frozen=True)
class Endpoint:
    method: str
    template: str
    admitted: frozenset[Role]
    body: Any = None
    query: str = ""

    @property
    def path(self) -> str:
        path = self.template.replace("{login}", "someone")
        for name in ("talent_id", "employer_id", "employment_id"):
            path = path.replace("{" + name + "}", SOME)
        return path + self.query

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


ENDPOINTS = [
    Endpoint("POST", "/v1/talents", TALENT, talent_body()),
    Endpoint("GET", "/v1/talents", frozenset({Role.REVIEWER})),
    Endpoint(
        "POST",
        "/v1/talents/lookups",
        frozenset({Role.SERVICE}),
        {"document": DOCUMENT, "purpose": "verify-records"},
    ),
    Endpoint("GET", "/v1/talents/me", TALENT),
    Endpoint("PATCH", "/v1/talents/me", TALENT, {"name": "林小溪"}),
    Endpoint("POST", "/v1/talents/me/documents", TALENT, DOCUMENT),
    Endpoint("GET", "/v1/talents/{talent_id}", TALENT | STAFF),
    Endpoint("POST", "/v1/employers", EMPLOYER, employer_body()),
    Endpoint("GET", "/v1/employers", SIGNED_IN, query=f"?credit_code={credit_code()}"),
    Endpoint("GET", "/v1/employers/me", EMPLOYER),
    Endpoint("GET", "/v1/employers/{employer_id}", EMPLOYER | STAFF),
    Endpoint("PATCH", "/v1/employers/{employer_id}", EMPLOYER, {"name": "示例"}),
    Endpoint("GET", "/v1/employers/{employer_id}/agents", EMPLOYER),
    Endpoint("POST", "/v1/employers/{employer_id}/agents", EMPLOYER, {"login": "someone"}),
    Endpoint("DELETE", "/v1/employers/{employer_id}/agents/{login}", EMPLOYER),
    Endpoint("POST", "/v1/employments", TALENT, fixed_term(SOME)),
    Endpoint("GET", "/v1/employments", TALENT | EMPLOYER),
    Endpoint("GET", "/v1/employments/{employment_id}", TALENT | EMPLOYER | STAFF),
    Endpoint("PATCH", "/v1/employments/{employment_id}", TALENT, {"arrangement": "direct"}),
    Endpoint("POST", "/v1/employments/{employment_id}/confirm", EMPLOYER),
    Endpoint("POST", "/v1/employments/{employment_id}/reject", EMPLOYER, {"reason": "dates-wrong"}),
    Endpoint("POST", "/v1/employments/{employment_id}/end", EMPLOYER, {"ended_on": "2024-08-01"}),
    Endpoint("POST", "/v1/codes", TALENT, {}),
    Endpoint("GET", "/v1/codes/me", TALENT),
    Endpoint("GET", "/v1/codes/me.svg", TALENT),
    Endpoint("GET", "/v1/codes/me.png", TALENT),
    Endpoint("POST", "/v1/code-verifications", VERIFIER, {"payload": "TC1:"}),
]
PUBLIC = {("GET", "/v1/code-keys")}
COMPUTES = {"/v1/talents/lookups", "/v1/code-verifications"}
WITH_BODY = [endpoint for endpoint in ENDPOINTS if endpoint.body is not None]
VERSIONED = [
    endpoint
    for endpoint in ENDPOINTS
    if endpoint.method == "PATCH" or endpoint.template.endswith(("/confirm", "/reject", "/end"))
]


async def contents(world: World) -> dict[str, list[str]]:
    tables = await world.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {
        table.tablename: [str(row) for row in await world.rows(f"SELECT * FROM {table.tablename}")]
        for table in tables
    }


async def send(
    world: World, endpoint: Endpoint, caller: Caller, *, path: str = "", **content: Any
) -> Any:
    headers = caller.headers | {"Idempotency-Key": uuid4().hex, "If-Match": '"1"'}
    if "content" in content:
        headers["Content-Type"] = "application/json"
    elif endpoint.body is not None:
        content.setdefault("json", endpoint.body)
    return await world.client.request(
        endpoint.method, path or endpoint.path, headers=headers, **content
    )


def admitted(world: World, endpoint: Endpoint) -> Caller:
    return world.caller(min(endpoint.admitted), region="350700")


def test_every_endpoint_is_in_the_table(world):
    document = world.running.app.openapi()
    served = {
        (method.upper(), path)
        for path, operations in document["paths"].items()
        for method in operations
        if path.startswith("/v1/") and not path.startswith("/v1/operations/")
    }
    assert served == {(one.method, one.template) for one in ENDPOINTS} | PUBLIC


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
async def test_anonymous_is_refused(world, endpoint):
    before = await contents(world)
    answer = await send(world, endpoint, world.anonymous())
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert await contents(world) == before


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
async def test_every_other_role_is_refused(world, endpoint):
    before = await contents(world)
    for role in SIGNED_IN - endpoint.admitted:
        answer = await send(world, endpoint, world.caller(role, region="350700"))
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), role
    assert await contents(world) == before


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=str)
async def test_an_unknown_field_is_refused_without_an_echo(world, endpoint):
    before = await contents(world)
    body = endpoint.body | {"林小溪的电话": "13812345678"}
    answer = await send(world, endpoint, admitted(world, endpoint), json=body)
    assert answer.status_code == 422
    assert "extra-forbidden" in {error["code"] for error in answer.json()["errors"]}
    assert "林小溪" not in answer.text
    assert "13812345678" not in answer.text
    assert await contents(world) == before


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=str)
async def test_broken_json_is_refused(world, endpoint):
    before = await contents(world)
    answer = await send(world, endpoint, admitted(world, endpoint), content=b'{"a": ')
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")
    assert await contents(world) == before


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=str)
@pytest.mark.parametrize("body", [None, [], "text", 7])
async def test_a_body_that_is_no_object_is_refused(world, endpoint, body):
    before = await contents(world)
    answer = await send(world, endpoint, admitted(world, endpoint), json=body)
    assert answer.status_code == 422
    assert await contents(world) == before


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=str)
async def test_a_body_beyond_the_limit_is_refused(world, endpoint):
    before = await contents(world)
    most = world.running.service.settings.max_body_bytes
    caller = admitted(world, endpoint)
    answer = await send(world, endpoint, caller, content=b"[" + b" " * most)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    answer = await send(world, endpoint, caller, content=b"[" + b" " * (most - 1))
    assert answer.status_code == 400
    assert await contents(world) == before


@pytest.mark.parametrize("endpoint", [one for one in ENDPOINTS if "_id}" in one.template], ids=str)
async def test_an_identifier_that_is_none_is_refused_without_an_echo(world, endpoint):
    path = endpoint.path.replace(SOME, "13812345678")
    answer = await send(world, endpoint, admitted(world, endpoint), path=path)
    assert answer.status_code == 422
    assert "13812345678" not in answer.text


@pytest.mark.parametrize("endpoint", VERSIONED, ids=str)
@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        (None, 428, "version-required"),
        ("three", 400, "version-invalid"),
        ('W/"1"', 400, "version-invalid"),
        ('""', 400, "version-invalid"),
    ],
)
async def test_an_update_names_the_version_that_was_read(world, endpoint, given, status, code):
    caller = admitted(world, endpoint)
    headers = caller.headers | {"Idempotency-Key": uuid4().hex}
    if given is not None:
        headers["If-Match"] = given
    answer = await world.client.request(
        endpoint.method, endpoint.path, headers=headers, json=endpoint.body
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    "endpoint",
    [one for one in ENDPOINTS if one.method == "POST" and one.template not in COMPUTES],
    ids=str,
)
async def test_a_post_that_changes_something_wants_an_idempotency_key(world, endpoint):
    before = await contents(world)
    caller = admitted(world, endpoint)
    for key in ({}, {"Idempotency-Key": "short"}, {"Idempotency-Key": "k" * 129}):
        answer = await world.client.post(
            endpoint.path, json=endpoint.body, headers=caller.headers | {"If-Match": '"1"'} | key
        )
        assert answer.status_code == 422, key
        assert answer.json()["field"].lower() == "header.idempotency-key"
    assert await contents(world) == before


def test_every_operation_says_what_can_go_wrong(world):
    document = world.running.app.openapi()
    for endpoint in ENDPOINTS:
        operation = document["paths"][endpoint.template][endpoint.method.lower()]
        assert operation["description"], endpoint
        expected = {"401"}
        if endpoint.admitted != SIGNED_IN:
            expected.add("403")
        if endpoint in VERSIONED:
            expected |= {"412", "428"}
        if "_id}" in endpoint.template:
            expected.add("404")
        assert expected <= set(operation["responses"]), endpoint
