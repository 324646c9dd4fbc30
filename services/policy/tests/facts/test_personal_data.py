"""Personal facts stand in clear nowhere but in the answer to whom they belong."""

import json
import logging

from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import text
from talent_kit import logs
from talent_policy.main import create_service

from ..world import base_facts, deliver, employer, employment, observe, publish, talent

MARK = "1993-11-27"


async def _everything_stored(policy):
    """Every row of every table of the service's database, as text."""
    async with policy.service.database.transaction() as session:
        names = (
            await session.execute(
                text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            )
        ).scalars()
        rows = [
            (await session.execute(text(f"SELECT row_to_json(t)::text FROM {name} t"))).scalars()
            for name in names
        ]
        return "\n".join(line for found in rows for line in found)


async def test_personal_facts_are_nowhere_in_clear(policy_factory, caplog):
    exporter = InMemorySpanExporter()
    caplog.set_level(logging.DEBUG)
    policy_factory.create_service = lambda settings, clock: create_service(
        settings, clock=clock, exporter=exporter
    )
    try:
        async with policy_factory.running() as policy:
            who, at = talent(birth_date=MARK), employer()
            held = employment(who, at)
            await deliver(policy, who, at, held)
            await publish(policy)
            headers = policy.issuer.headers(who.login, "talent")
            person = ("person", who.talent_id)
            said = {"person.graduated_on": MARK, "person.degree": "doctor"}
            assert (await observe(policy, headers, person, said)).status_code == 201
            refused = await observe(policy, headers, person, {"person.degree": MARK})
            assert MARK not in refused.text
            asked = {
                "as_of": "2023-10-01",
                "region": "350700",
                "subject": "employment",
                "facts": base_facts("2.2") | {"person.birth_date": MARK},
            }
            answered = await policy.client.post("/v1/evaluations", json=asked)
            assert answered.status_code == 200
            assert MARK not in answered.text
            matched = await policy.client.get("/v1/matches", headers=headers)
            assert matched.json()["items"]
            assert MARK not in matched.text
            stored = await _everything_stored(policy)
    finally:
        policy_factory.create_service = create_service
    spans = json.dumps([json.loads(span.to_json()) for span in exporter.get_finished_spans()])
    lines = "\n".join(logs.JsonFormatter().format(record) for record in caplog.records)
    assert str(who.talent_id) in stored
    assert "/v1/evaluations" in spans
    assert '"request"' in lines
    for place in (stored, spans, lines):
        assert MARK not in place
        assert MARK.replace("-", "") not in place
        assert MARK.encode().hex() not in place
