"""One trace from the request to the consumer, and nothing of anyone's in it."""

import dataclasses
import json

import pytest
from opentelemetry.sdk.trace import TracerProvider
from sqlalchemy import select
from talent_contracts import CodeIssued
from talent_kit import tables
from talent_kit.auth import Role
from talent_kit.telemetry import Telemetry
from talent_kit.testing.services import fresh_key

SECRETS = ["confidential-words", "talent-1", "zhangsan", "13800001234", "350702199001010017"]


@pytest.fixture
def fresh(spans):
    spans.clear()
    return spans


def everything(span):
    """All that an exporter could send of a span."""
    return json.dumps(
        [
            span.name,
            dict(span.attributes),
            [[event.name, dict(event.attributes or {})] for event in span.events],
            [dict(link.attributes or {}) for link in span.links],
            span.status.description,
            dict(span.resource.attributes),
        ],
        default=str,
    )


async def test_one_trace_leads_from_the_request_through_the_bus_to_the_consumer(
    sample, talent, fresh
):
    given = "0af7651916cd43dd8448eb211c80319c"
    headers = talent | fresh_key() | {"traceparent": f"00-{given}-b7ad6b7169203331-01"}
    await sample.client.post("/v1/notes", json={"text": SECRETS[0]}, headers=headers)
    await sample.settle()
    async with sample.service.bus.subscribe("sample", ["talent.identity"]) as subscription:
        await sample.worker.consumer.step(subscription)
    request, consumed = fresh.get_finished_spans()
    assert (request.name, consumed.name) == ("POST /v1/notes", f"consume {CodeIssued.TYPE}")
    assert f"{request.context.trace_id:032x}" == f"{consumed.context.trace_id:032x}" == given
    assert consumed.parent.span_id == request.context.span_id
    assert dict(request.attributes) == {
        "http.request.method": "POST",
        "http.route": "/v1/notes",
        "http.response.status_code": 201,
    }
    assert dict(consumed.attributes) == {
        "messaging.operation.type": "process",
        "cloudevents.type": CodeIssued.TYPE,
    }


async def test_what_its_caller_does_not_sample_is_not_traced_and_stays_of_one_trace(
    sample, talent, fresh
):
    given = "0af7651916cd43dd8448eb211c80319c"
    headers = talent | fresh_key() | {"traceparent": f"00-{given}-b7ad6b7169203331-00"}
    await sample.client.post("/v1/notes", json={"text": "a"}, headers=headers)
    async with sample.service.database.transaction() as session:
        values = list((await session.execute(select(tables.outbox.c.value))).scalars())
    told = [json.loads(value)["traceparent"] for value in values]
    assert told == [headers["traceparent"]]
    await sample.settle()
    async with sample.service.bus.subscribe("sample", ["talent.identity"]) as subscription:
        await sample.worker.consumer.step(subscription)
    assert fresh.get_finished_spans() == ()


@pytest.mark.parametrize("given", ["", "zhangsan", "00-zz-zz-01", "00-" + "0" * 32 + "-1-01"])
async def test_a_bent_traceparent_begins_a_trace_of_its_own(sample, talent, fresh, given):
    headers = talent | {"traceparent": given, "baggage": "who=zhangsan"}
    assert (await sample.client.get("/v1/notes", headers=headers)).status_code == 200
    (span,) = fresh.get_finished_spans()
    assert span.parent is None
    assert span.context.is_valid


async def test_no_span_holds_anything_that_a_caller_sent(sample, talent, fresh):
    reviewer = sample.issuer.headers("talent-1", Role.REVIEWER, region="350700")
    client = sample.client
    text, name, phone, number = SECRETS[0], SECRETS[2], SECRETS[3], SECRETS[4]
    await client.post("/v1/notes", json={"text": text}, headers=talent | fresh_key())
    await client.post("/v1/notes", json={"text": text, name: 1}, headers=talent | fresh_key())
    await client.get(f"/v1/notes/{number}", params={"q": name}, headers=talent)
    await client.get(f"/v1/{name}?phone={phone}", headers={"X-Request-Id": number})
    await client.request("ZHANGSAN", f"/v1/notes/{phone}")
    await client.get("/v1/notes", headers=talent | {"Talent-Consistency": name})
    for path in ("fails", "wrong"):
        await client.post(f"/v1/notes/{path}", json={"first_name1Title": name})
    await client.post("/v1/notes/owners", json={"first_name1Title": f"{name}\0"}, headers=reviewer)
    await sample.settle()
    found = fresh.get_finished_spans()
    assert len(found) == 9
    told = "\n".join(everything(span) for span in found).lower()
    assert [secret for secret in SECRETS if secret in told] == []


async def test_a_failing_handler_leaves_no_text_in_its_span(sample, talent, fresh):
    async def fail(session, event):
        raise LookupError("zhangsan")

    consumer = dataclasses.replace(sample.worker.consumer, subscriptions={CodeIssued: fail})
    await sample.client.post("/v1/notes", json={"text": "a"}, headers=talent | fresh_key())
    await sample.settle()
    async with sample.service.bus.subscribe("sample", ["talent.identity"]) as subscription:
        await consumer.step(subscription)
    spans = fresh.get_finished_spans()
    assert len(spans) == 4
    assert "zhangsan" not in "".join(map(everything, spans))


def test_sampling_nothing_exports_nothing(spans):
    spans.clear()
    telemetry = Telemetry("sample", endpoint="", sample=0.0, exporter=spans)
    with telemetry.tracer.start_as_current_span("x"):
        pass
    telemetry.close()
    assert spans.get_finished_spans() == ()


def test_two_services_in_one_process_have_providers_of_their_own():
    one, two = (Telemetry(name, endpoint="", sample=1.0) for name in ("one", "two"))
    assert isinstance(one._provider, TracerProvider)
    assert one._provider is not two._provider
    names = {t._provider.resource.attributes["service.name"] for t in (one, two)}
    assert names == {"one", "two"}


def test_closing_twice_is_quiet(caplog, spans):
    telemetry = Telemetry("sample", endpoint="", sample=1.0)
    telemetry.close()
    telemetry.close()
    assert caplog.records == []
