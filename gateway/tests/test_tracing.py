"""Which requests are traced, and what services are told of the others."""

import re

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

TRACED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
UNTRACED = TRACED[:-2] + "00"


async def _told(edge, parent=None):
    headers = {"traceparent": parent} if parent else {}
    answer = await edge.client.get("/v1/talents", headers=headers)
    (told,) = [value for name, value in answer.json()["headers"] if name == "traceparent"]
    return told


async def test_a_share_of_the_requests_is_traced(make_edge, monkeypatch):
    exporter = InMemorySpanExporter()
    async with make_edge(more={"exporter": exporter}, trace_sample=0.25) as edge:
        for drawn, traced in ((0.0, 1), (0.24, 2), (0.25, 2), (0.9, 2)):
            monkeypatch.setattr("talent_gateway.tracing.random.random", lambda drawn=drawn: drawn)
            told = await _told(edge)
            assert len(exporter.get_finished_spans()) == traced
            assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]", told)
            assert bool(int(told[-1], 16) & 1) == (drawn < 0.25)


async def test_a_client_that_does_not_trace_is_not_traced(make_edge):
    exporter = InMemorySpanExporter()
    async with make_edge(more={"exporter": exporter}) as edge:
        assert await _told(edge, UNTRACED) == UNTRACED
        assert exporter.get_finished_spans() == ()


async def test_a_client_that_traces_is_traced_whatever_the_share(make_edge):
    exporter = InMemorySpanExporter()
    async with make_edge(more={"exporter": exporter}, trace_sample=0) as edge:
        told = await _told(edge, TRACED)
    (span,) = exporter.get_finished_spans()
    assert told.split("-")[1:3] == [TRACED.split("-")[1], f"{span.context.span_id:016x}"]


@pytest.mark.parametrize("parent", ["ff" + TRACED[2:], TRACED.upper(), TRACED + "x", "00-0-0-01"])
async def test_a_parent_that_is_none_is_dropped(make_edge, parent):
    async with make_edge(trace_sample=0) as edge:
        told = await _told(edge, parent)
    assert told.endswith("-00")
    assert parent.split("-")[1] not in told.split("-")
