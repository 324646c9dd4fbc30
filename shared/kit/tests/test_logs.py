"""Logs are lines of JSON without anyone's data: of an error, its kind and the places it passed."""

import asyncio
import io
import json
import logging
import subprocess
import sys
from contextlib import contextmanager

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import NonRecordingSpan, SpanContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from talent_kit import logs
from talent_kit.auth import Role
from talent_kit.logs import JsonFormatter, Lines, configure_logging, kinds, request_answered
from talent_kit.testing.services import fresh_key

SECRETS = ["confidential-words", "zhangsan", "13800001234", "350702199001010017"]


@pytest.fixture
def lines():
    """What every logger of the process writes, as the service would."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def only(lines, message):
    (found,) = [line for line in lines() if line["message"] == message]
    return found


async def test_a_request_is_one_line_with_template_status_and_time(sample, talent, lines):
    note = await sample.client.post("/v1/notes", json={"text": "a"}, headers=talent | fresh_key())
    first = only(lines, "request")
    assert first["request_id"] == note.headers["x-request-id"]
    assert (first["service"], first["level"]) == ("sample", "INFO")
    assert (first["method"], first["route"], first["status"]) == ("POST", "/v1/notes", 201)
    assert first["ms"] >= 0
    await sample.client.get(f"/v1/notes/{note.json()['id']}", headers=talent)
    await sample.client.get("/v1/none")
    told = [(line["route"], line["status"]) for line in lines() if line["message"] == "request"]
    assert told[1:] == [("/v1/notes/{note_id}", 200), ("unmatched", 404)]


async def test_no_line_holds_anything_that_a_caller_sent(sample, talent, lines):
    logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    reviewer = sample.issuer.headers("staff", Role.REVIEWER, region="350700")
    words, name, phone, number = SECRETS
    client = sample.client
    await client.post("/v1/notes", json={"text": words}, headers=talent | fresh_key())
    await client.post("/v1/notes", json={"text": words, name: 1}, headers=talent | fresh_key())
    await client.get(f"/v1/{name}?phone={phone}", headers={"X-Request-Id": number})
    await client.request("ZHANGSAN", f"/v1/notes/{phone}")
    for path in ("fails", "wrong"):
        await client.post(f"/v1/notes/{path}", json={"first_name1Title": name})
    await client.post("/v1/notes/owners", json={"first_name1Title": f"{name}\0"}, headers=reviewer)
    logging.getLogger("sqlalchemy.engine").setLevel(logging.NOTSET)
    told = json.dumps(lines(), ensure_ascii=False).lower()
    assert "insert into note" in told
    assert [secret for secret in SECRETS if secret in told] == []
    failed = [line for line in lines() if line["message"] == "unhandled error"]
    assert [line["error"] for line in failed] == ["RuntimeError", "ResponseValidationError"]
    assert any("notes.py" in place and place.endswith(" fails") for place in failed[0]["places"])


async def test_a_database_error_shows_no_value(sample, lines):
    insert = text("INSERT INTO idempotency VALUES (:who, 'k', '', 1, '', '{}', now())")
    try:
        async with sample.service.database.transaction() as session:
            for _ in range(2):
                await session.execute(insert, {"who": "zhangsan"})
    except IntegrityError:
        logging.getLogger("test").exception("failed")
    line = only(lines, "failed")
    assert line["error"] == "IntegrityError"
    assert line["places"]
    assert "zhangsan" not in json.dumps(lines())


async def test_a_task_whose_error_nobody_took_shows_no_text(lines):
    async def fail():
        raise LookupError("zhangsan")

    asyncio.get_running_loop().call_exception_handler(
        {
            "message": "Task exception was never retrieved",
            "future": asyncio.ensure_future(asyncio.sleep(0)),
            "exception": LookupError("zhangsan"),
        }
    )
    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    asyncio.get_running_loop().call_exception_handler(
        {"message": "Task exception was never retrieved", "future": task}
    )
    task.exception()
    assert len(lines()) >= 2
    assert "zhangsan" not in json.dumps(lines())


def record(**changes):
    made = logging.makeLogRecord({"name": "x", "levelname": "INFO", "msg": "m"} | changes)
    return json.loads(JsonFormatter().format(made))


def test_a_line_has_time_level_logger_and_what_was_added():
    line = record(created=0.0, count=5, when=asyncio)
    assert line["at"] == "1970-01-01T00:00:00.000+00:00"
    assert (line["level"], line["logger"], line["message"], line["count"]) == ("INFO", "x", "m", 5)
    assert "request_id" not in line
    assert isinstance(line["when"], str)


def test_a_line_stays_one_line_and_keeps_its_script():
    formatted = JsonFormatter().format(logging.makeLogRecord({"msg": "一\n二"}))
    assert "\n" not in formatted
    assert "一" in formatted


def test_a_line_within_a_trace_names_it():
    tracer = TracerProvider(shutdown_on_exit=False).get_tracer("x")
    with tracer.start_as_current_span("x") as span:
        assert record()["trace_id"] == f"{span.get_span_context().trace_id:032x}"
    assert "trace_id" not in record()


def test_only_the_innermost_places_are_told():
    def deep(n):
        if n == 0:
            raise LookupError("zhangsan")
        deep(n - 1)

    try:
        deep(40)
    except LookupError as error:
        told = logs.places(error.__traceback__)
    assert len(told) == 12
    assert told[-1].endswith(" deep")


def test_the_process_logs_json_and_no_access_lines(capsys):
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        configure_logging("INFO")
        logging.getLogger("uvicorn.access").info("GET /v1/notes?name=zhangsan")
        logging.getLogger("uvicorn.error").info("started")
        logging.getLogger("x").debug("quiet")
        (line,) = capsys.readouterr().err.splitlines()
        assert json.loads(line)["message"] == "started"
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        logging.getLogger("uvicorn.access").propagate = True


def test_an_error_and_its_causes_are_named_without_their_texts():
    error = ConnectionError("secret")
    error.__cause__ = KeyError("secret")
    assert kinds(error) == "ConnectionError from KeyError"


def test_a_request_is_a_line_like_any_other_and_silent_where_others_are(caplog):
    log = logging.getLogger("test.requests")
    with caplog.at_level(logging.INFO):
        request_answered(log, "GET", '/v1/"quoted"', 200, 0.01234, None)
    with caplog.at_level(logging.WARNING):
        request_answered(log, "GET", "/", 200, 0.0, None)
    (made,) = caplog.records
    line = json.loads(JsonFormatter().format(made))
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "INFO",
        "logger": "test.requests",
        "message": "request",
        "method": "GET",
        "route": '/v1/"quoted"',
        "status": 200,
        "ms": 12.3,
    }


@contextmanager
def alone_at_the_root():
    """Yield what the handler of a process writes, as it would without a test around it."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    handler = Lines(stream)
    handler.setFormatter(JsonFormatter())
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    try:
        yield stream
    finally:
        root.handlers[:] = before
        root.setLevel(level)


async def test_lines_of_requests_are_written_together_and_in_their_place():
    log = logging.getLogger("test.requests")
    parent = SpanContext(0xABC, 0xDEF, is_remote=True)
    with alone_at_the_root() as written:
        request_answered(log, "GET", '/v1/"quoted"', 200, 0.01234, NonRecordingSpan(parent))
        request_answered(log, "GET", "/", 404, 0.0, None)
        assert written.getvalue() == ""
        log.warning("another")
        request_answered(log, "GET", "/last", 200, 0.0, None)
        first, second, third = map(json.loads, written.getvalue().splitlines())
        await asyncio.sleep(0.15)
        assert json.loads(written.getvalue().splitlines()[-1])["route"] == "/last"
    assert first.pop("at").endswith("+00:00")
    assert first == {
        "level": "INFO",
        "logger": "test.requests",
        "message": "request",
        "trace_id": f"{0xABC:032x}",
        "method": "GET",
        "route": '/v1/"quoted"',
        "status": 200,
        "ms": 12.3,
    }
    assert (second["status"], third["message"]) == (404, "another")


def test_without_a_loop_a_line_of_a_request_is_written_at_once():
    with alone_at_the_root() as written:
        request_answered(logging.getLogger("x"), "GET", "/", 200, 0.0, None)
        assert json.loads(written.getvalue())["route"] == "/"


def test_a_process_that_ends_leaves_no_line_behind():
    program = """
import asyncio, logging
from talent_kit.logs import configure_logging, request_answered
configure_logging("INFO")
async def main():
    request_answered(logging.getLogger("x"), "GET", "/last", 200, 0.0, None)
asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, timeout=30
    )
    assert json.loads(done.stderr)["route"] == "/last"
