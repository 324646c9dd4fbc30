"""Lifespans, traces, the access line, and what is no HTTP."""

import asyncio
import json
import logging
from contextlib import asynccontextmanager

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.applications import Starlette
from talent_gateway import InProcess
from talent_kit.logs import JsonFormatter

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_the_lifespans_of_services_and_mounts_are_entered_and_left(make_edge):
    phases = []

    @asynccontextmanager
    async def lifespan(_):
        phases.append("up")
        yield
        phases.append("down")

    mounted = InProcess(Starlette(lifespan=lifespan))
    async with make_edge(more={"mounts": {"/dev": mounted}}) as edge:
        assert not edge.identity.running
        said = await _live(edge.gateway, lambda: (edge.identity.running, edge.policy.running))
    assert said == ["lifespan.startup.complete", (True, True), "lifespan.shutdown.complete"]
    assert not edge.identity.running
    assert phases == ["up", "down"]


async def test_a_service_that_cannot_start_is_told_without_its_secrets(make_edge, caplog):
    @asynccontextmanager
    async def lifespan(_):
        raise ValueError("postgresql://user:password@host")
        yield

    caplog.handler.setFormatter(JsonFormatter())
    failing = InProcess(Starlette(lifespan=lifespan))
    async with make_edge(more={"mounts": {"/dev": failing}}) as edge:
        said = await _live(edge.gateway, lambda: None)
    assert said == [("lifespan.startup.failed", "ValueError")]
    assert "password" not in caplog.text
    assert not edge.identity.running


async def _live(gateway, observe):
    """Run a whole life and return what the gateway said, with an observation in the middle."""
    said = []
    to_gateway = asyncio.Queue()
    to_gateway.put_nowait({"type": "lifespan.startup"})

    async def send(message):
        kind = message["type"]
        said.append((kind, message["message"]) if "message" in message else kind)
        if kind == "lifespan.startup.complete":
            said.append(observe())
            to_gateway.put_nowait({"type": "lifespan.shutdown"})

    await gateway({"type": "lifespan"}, to_gateway.get, send)
    return said


async def test_a_websocket_is_refused(edge):
    sent = []

    async def send(message):
        sent.append(message["type"])

    await edge.gateway({"type": "websocket", "path": "/v1/talents"}, None, send)
    assert sent == ["websocket.close"]


@pytest.mark.parametrize("given", [TRACE, None, "broken", "名"])
async def test_one_trace_reaches_from_the_client_to_the_service(make_edge, given):
    exporter = InMemorySpanExporter()
    async with make_edge(more={"exporter": exporter}) as edge:
        headers = {"traceparent": given.encode()} if given else {}
        answer = await edge.client.get("/v1/talents/350702199001010017?name=x", headers=headers)
    (span,) = exporter.get_finished_spans()
    trace, parent = f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}"
    seen = dict(answer.json()["headers"])["traceparent"]
    assert seen.split("-")[1:3] == [trace, parent]
    assert span.name == "gateway GET /v1/talents"
    assert dict(span.attributes) == {
        "http.request.method": "GET",
        "http.route": "/v1/talents",
        "http.response.status_code": 200,
    }
    if given == TRACE:
        assert trace == TRACE.split("-")[1]
        assert f"{span.parent.span_id:016x}" == TRACE.split("-")[2]
    else:
        assert span.parent is None


@pytest.mark.parametrize(
    ("method", "path", "line"),
    [
        ("GET", "/v1/talents/350702199001010017?name=Zhang", ("GET", "/v1/talents", 200)),
        ("GET", "/v1/talents/x/y", ("GET", "/v1/talents", 200)),
        ("GET", "/350702199001010017", ("GET", "unmatched", 404)),
        ("POST", "/v1//350702199001010017", ("POST", "unmatched", 400)),
        ("ZHANGSAN", "/v1/talents", ("_OTHER", "unmatched", 405)),
        ("GET", "/health/live", ("GET", "/health/live", 200)),
    ],
)
async def test_the_access_line_names_the_route_and_no_person(edge, caplog, method, path, line):
    caplog.handler.setFormatter(JsonFormatter())
    headers = edge.issuer.headers("subject-7") | {
        "X-Request-Id": "00000000000000000000000000000001"
    }
    with caplog.at_level(logging.INFO, logger="talent_gateway"):
        await edge.client.request(method, path, headers=headers)
    (found,) = [json.loads(text) for text in caplog.text.splitlines()]
    assert (found["method"], found["route"], found["status"]) == line
    assert (found["service"], found["request_id"]) == (
        "gateway",
        "00000000000000000000000000000001",
    )
    assert found["ms"] >= 0
    for personal in ("350702", "Zhang", "ZHANG", "subject-7", "192.0.2.1"):
        assert personal not in caplog.text
