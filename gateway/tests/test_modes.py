"""A service answers alike through the gateway, in its process or over HTTP."""

import asyncio
import socket

import pytest
from scripted import resets, upstream
from talent_gateway import HttpUpstream
from talent_gateway.circuits import FAILURES

OWN = {"date", "x-request-id"}
CHANGING = {"traceparent", "x-request-id"}


def _seen(answer):
    """Return an answer without what differs between any two requests."""
    body = answer.content
    if b'"headers"' in body:
        told = answer.json()
        told["headers"] = sorted(pair for pair in told["headers"] if pair[0] not in CHANGING)
        body = told
    headers = sorted(pair for pair in answer.headers.multi_items() if pair[0] not in OWN)
    if body != answer.content:  # the echo's length varies with what was left out
        headers = [pair for pair in headers if pair[0] != "content-length"]
    return answer.status_code, headers, body


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("GET", "/v1/talents/1", {}),
        ("GET", "/v1/talents/a%20b?x=1&y=%E4%BA%BA&z", {"headers": {"Accept-Language": "en"}}),
        ("HEAD", "/v1/talents/1", {}),
        ("OPTIONS", "/v1/talents", {}),
        ("POST", "/v1/talents", {"content": b"x" * 1000}),
        ("POST", "/v1/talents", {"content": b"", "headers": {"Idempotency-Key": "k" * 8}}),
        ("PUT", "/v1/facts/1", {"content": bytes(range(256)), "headers": {"If-Match": '"1"'}}),
        ("DELETE", "/v1/facts/1", {}),
        ("POST", "/v1/filing-lists", {"content": b"row\n" * 1_000_000}),
        ("GET", "/v1/talents/headers", {}),
        ("GET", "/v1/talents/silent", {}),
        ("GET", "/v1/talents/stream", {}),
        ("GET", "/v1/operations/policy/x", {}),
        ("GET", "/nowhere", {}),
        ("POST", "/v1/talents", {"content": b"x" * (2**20 + 1)}),
    ],
)
async def test_both_modes_answer_alike(make_edge, method, path, options):
    async with make_edge() as here, make_edge(over_http=True) as there:
        answers = [
            await edge.client.request(
                method,
                path,
                **options | {"headers": options.get("headers", {}) | {"Cookie": "a=1"}},
            )
            for edge in (here, there)
        ]
    first, second = map(_seen, answers)
    if path.endswith("silent"):  # a server says 500 of what answers nothing
        assert (first[0], second[0]) == (503, 500)
    else:
        assert first == second


async def test_a_service_that_is_down_is_said_at_once_after_some_tries(make_edge):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        gone = HttpUpstream(f"http://127.0.0.1:{unused.getsockname()[1]}")
        async with make_edge(more={"upstreams": {"policy": gone}}) as edge:
            for _ in range(FAILURES + 1):
                started = asyncio.get_running_loop().time()
                answer = await edge.client.post("/v1/facts", content=b"x")
                took = asyncio.get_running_loop().time() - started
                assert answer.status_code == 503
                assert answer.json()["code"] == "upstream-unavailable"
                assert answer.headers["retry-after"].isdigit()
            assert took < 0.05  # no connection is tried, nor waited for
            assert answer.headers["retry-after"] == "5"
            assert (await edge.client.get("/v1/talents")).status_code == 200
            ready = await edge.client.get("/health/ready")
            assert (ready.status_code, ready.json()["waiting_for"]) == (503, ["policy"])


@pytest.mark.parametrize(("headers", "sent"), [({}, 1), ({"Idempotency-Key": "k" * 8}, 3)])
async def test_a_service_that_dies_over_a_request_leaves_the_outcome_open(make_edge, headers, sent):
    async with (
        upstream(resets) as (dying, service),
        make_edge(more={"upstreams": {"policy": dying}}) as edge,
    ):
        answer = await edge.client.post(
            "/v1/facts", content=b"x", headers=headers | {"Accept-Language": "en"}
        )
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["code"] == "outcome-unknown"
    assert "not known whether this was done" in answer.json()["title"]
    assert "same Idempotency-Key" in answer.json()["title"]
    assert len(service.requests) == sent
