"""Personal data stay where they belong: not in answers, events, logs, traces, audit or clear rows.

One story visits every kind of request, good and bad; then everything it left behind is searched.
"""

import json
import logging
from dataclasses import replace
from datetime import date

import pytest_asyncio
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy.ext.asyncio import create_async_engine
from talent_identity.main import create_service
from talent_kit.auth import Role
from talent_kit.logs import JsonFormatter

from .factories import World, fixed_term, resident_number, talent_body

NAME, OTHER_NAME = "欧阳小溪流", "Zebulon Quackenbush"
PHONE, OTHER_PHONE = "13987651234", "+85251239876"
NUMBER = resident_number(date(1987, 11, 23), sequence=417, region="653101")
PASSPORT = "KX7401956"
BROKEN = NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")
SECRETS = (NAME, OTHER_NAME, PHONE, PHONE[3:], "51239876", NUMBER, PASSPORT, BROKEN)
LATER = "2099-01-01"


class Lines(logging.Handler):
    """Keeps each record as the platform would print it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.lines: list[str] = []

    def emit(self, record):
        # The test's own HTTP client tells its addresses; the platform's own code must not.
        if not record.name.startswith(("httpx2", "httpcore2")):
            self.lines.append(self.format(record))


@pytest_asyncio.fixture
async def story(identity):
    """Everything that was left behind: the world, answers, log lines and spans."""
    exporter, lines = InMemorySpanExporter(), Lines()
    root = logging.getLogger()
    before = root.level
    root.addHandler(lines)
    root.setLevel(logging.DEBUG)
    traced = replace(
        identity,
        create_service=lambda settings, clock: create_service(
            settings, clock=clock, exporter=exporter
        ),
    )
    try:
        async with traced.running() as running:
            world = World(running)
            answers = [answer async for answer in _told(world)]
            await running.settle()
            yield world, answers, lines.lines, exporter.get_finished_spans()
    finally:
        root.removeHandler(lines)
        root.setLevel(before)


async def _told(world):
    body = talent_body(name=NAME, phone=PHONE, document={"kind": "resident_id", "number": NUMBER})
    talent = world.caller(Role.TALENT)
    wrong = {"document": {"kind": "resident_id", "number": BROKEN}}
    yield await talent.post("/v1/talents", body | wrong)
    yield await talent.post("/v1/talents", body | {NAME: PHONE})
    yield await talent.post("/v1/talents", body | {"birth_date": LATER})
    yield await talent.post("/v1/talents", body | {"phone": NUMBER})
    yield await talent.post("/v1/talents", body, Idempotency_Key="the-same-key")
    yield await talent.post("/v1/talents", body, Idempotency_Key="the-same-key")
    yield await talent.post("/v1/talents", body)
    yield await world.caller(Role.TALENT).post("/v1/talents", body)
    changed = {"name": OTHER_NAME, "phone": OTHER_PHONE}
    yield await talent.patch("/v1/talents/me", changed)
    yield await talent.patch("/v1/talents/me", {"phone": PHONE}, version=1)
    passport = {"kind": "passport", "number": PASSPORT, "issued_by": "CHN"}
    yield await talent.post("/v1/talents/me/documents", passport)
    yield await talent.post("/v1/talents/me/documents", passport)
    yield await talent.get("/v1/talents/me")
    yield await talent.get(f"/v1/talents/{NUMBER}")
    yield await world.caller(Role.REVIEWER, region="350700").get("/v1/talents")
    lookup = {"document": {"kind": "resident_id", "number": NUMBER}, "purpose": "verify-records"}
    yield await world.caller(Role.SERVICE).post("/v1/talents/lookups", lookup)
    yield await world.caller(Role.SERVICE).post("/v1/talents/lookups", lookup | {NAME: 1})
    agent, employer = await world.employer()
    declared = await talent.post("/v1/employments", fixed_term(employer["id"]))
    yield declared
    yield await agent.get("/v1/employments")
    path = f"/v1/employments/{declared.json()['id']}"
    yield await agent.post(f"{path}/confirm", If_Match='"1"')
    yield await agent.post(f"{path}/reject", {"reason": NAME}, If_Match='"2"')
    yield await talent.post("/v1/codes", {})
    shown = await talent.get("/v1/codes/me")
    yield shown
    scanner = world.caller(Role.SCANNER)
    yield await scanner.post("/v1/code-verifications", {"payload": shown.json()["payload"]})
    yield await scanner.post("/v1/code-verifications", {"payload": NUMBER})
    yield await world.anonymous().get(f"/v1/talents/me?phone={PHONE}&name={NAME}")
    yield await agent.get(f"/v1/employers?credit_code={NUMBER}")
    yield await world.anonymous().get(f"/v1/{NUMBER}/{PHONE}")


def found(text: str) -> list[str]:
    """Return which secrets a text holds, as they are or escaped as JSON writes them."""
    escaped = json.dumps(NAME)[1:-1]
    return [secret for secret in (*SECRETS, escaped) if secret in text]


async def test_nothing_that_was_told_is_left_in_clear(story):
    _, answers, lines, spans = story
    statuses = {answer.status_code for answer in answers}
    assert {200, 201, 401, 404, 409, 412, 422} <= statuses
    for answer in answers:
        assert found(answer.text + str(answer.headers)) == [], answer.request.url.path

    assert len(lines) >= len(answers)
    assert [line for line in lines if found(line)] == []

    assert len(spans) >= len(answers)
    for span in spans:
        assert found(span.to_json()) == [], span.name


async def test_the_events_tell_a_pseudonym_and_facts_alone(story):
    world, *_ = story
    url = world.running.service.settings.bus_url.get_secret_value()
    published = await every_cell(url)
    assert any(b"talent.identity.code.issued.v1" in cell for cell in published)
    assert hits(published) == []


async def test_the_rows_of_the_database_hold_nothing_in_clear(story):
    world, *_ = story
    cells = await every_cell(world.running.service.settings.database_url.get_secret_value())
    assert len(cells) > 200
    assert hits(cells) == []
    assert not any(b"1987-11-23" in cell for cell in cells)


def hits(cells):
    clear = [secret.encode() for secret in SECRETS]
    clear += [json.dumps(NAME)[1:-1].encode(), NAME.encode("utf-16-le")]
    return [cell for cell in cells if any(secret in cell for secret in clear)]


async def every_cell(url):
    """Return every value of every table of a database, as bytes."""
    engine = create_async_engine(url)
    cells = []
    async with engine.connect() as connection:
        tables = await connection.exec_driver_sql(
            "SELECT schemaname, tablename FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        for schema, table in tables.all():
            for row in await connection.exec_driver_sql(f'SELECT * FROM {schema}."{table}"'):
                cells += [
                    bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
                    for cell in row
                ]
    await engine.dispose()
    return cells
