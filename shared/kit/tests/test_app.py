"""Everything that goes wrong over HTTP answers as a problem, and repeats nothing of the input."""

import asyncio
import json
from threading import Event

import pytest
from sqlalchemy import text
from talent_kit.auth import Role
from talent_kit.database import Database
from talent_kit.testing.services import fresh_key

SECRET = "zhangsan"
NUMBER = "13800001234"


@pytest.fixture
def sample(standing):
    return standing


def is_problem(answer, status, code):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert answer.json()["status"] == status
    assert answer.headers["x-request-id"]
    assert SECRET not in answer.text
    assert NUMBER not in answer.text
    return answer.json()


async def test_an_unknown_path_is_a_problem(sample):
    is_problem(await sample.client.get(f"/v1/{SECRET}"), 404, "not-found")
    is_problem(await sample.client.get("/v1/notes/"), 404, "not-found")


async def test_a_wrong_method_is_a_problem_that_names_the_right_ones(sample):
    for path, right in (("/v1/notes/search", "GET, PATCH, POST"), ("/v1/notes/7", "GET, PATCH")):
        answer = await sample.client.delete(path)
        is_problem(answer, 405, "method-not-allowed")
        assert answer.headers["allow"] == right, path


async def test_a_problem_speaks_the_caller_s_language(sample):
    chinese = await sample.client.get("/v1/none")
    english = await sample.client.get("/v1/none", headers={"Accept-Language": "en"})
    assert (chinese.json()["title"], chinese.headers["content-language"]) == ("没有找到", "zh")
    assert (english.json()["title"], english.headers["content-language"]) == ("Not found", "en")


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({NUMBER: 1}, [("body.*", "extra-forbidden")]),
        ({SECRET: 1}, [("body.*", "extra-forbidden")]),
        ({"facts": {SECRET: "x"}}, [("body.facts.*", "int-parsing")]),
        ({"facts": {NUMBER: "x"}}, [("body.facts.*", "int-parsing")]),
        ({"document": {"kind": SECRET}}, [("body.document", "union-tag-invalid")]),
        ({"document": {}}, [("body.document", "union-tag-not-found")]),
        (
            {"document": {"kind": "passport", "number": NUMBER}},
            [("body.document.passport.number", "string-pattern-mismatch")],
        ),
        (
            {"document": {"kind": "card", SECRET: 1, "digits": -1}},
            [
                ("body.document.card.digits", "greater-than-equal"),
                ("body.document.card.*", "extra-forbidden"),
            ],
        ),
        (
            {"either": SECRET},
            [("body.either.*", "int-parsing"), ("body.either.*", "list-type")],
        ),
        ({"first_name1Title": 5}, [("body.first_name1Title", "string-type")]),
        ([SECRET], [("body", "model-attributes-type")]),
        (SECRET, [("body", "model-attributes-type")]),
        (None, [("body", "missing")]),
    ],
)
async def test_an_invalid_body_names_places_and_never_repeats_the_input(sample, body, errors):
    answer = await sample.client.post("/v1/notes/search", json=body)
    document = is_problem(answer, 422, "invalid")
    assert [(one["field"], one["code"]) for one in document["errors"]] == errors
    assert document["field"] == errors[0][0]


@pytest.mark.parametrize(
    "body",
    [f'{{"{SECRET}": ', f'"{SECRET}', "{" + "[" * 100_000, b"\xff\xfe" + SECRET.encode()],
    ids=["cut", "open", "deep", "bytes"],
)
async def test_what_is_no_json_is_a_bad_request(sample, body):
    answer = await sample.client.post(
        "/v1/notes/search", content=body, headers={"content-type": "application/json"}
    )
    is_problem(answer, 400, "bad-request")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data", None])
async def test_another_content_type_is_unsupported(sample, kind):
    headers = {} if kind is None else {"content-type": kind}
    answer = await sample.client.post("/v1/notes/search", content=b"{}", headers=headers)
    is_problem(answer, 415, "unsupported-media-type")


async def test_json_of_a_kind_is_json(sample):
    answer = await sample.client.post(
        "/v1/notes/search", content=b"{}", headers={"content-type": "application/merge+json"}
    )
    assert answer.status_code == 200


async def pieces(size):
    yield b'{"facts": {"'
    for _ in range(size // 1000):
        yield b"a" * 1000
    yield b'": 1}}'


@pytest.mark.parametrize(("length", "status"), [(4095, 422), (4096, 422), (4097, 413)])
async def test_the_size_limit_holds_for_an_announced_length(factory, length, status):
    async with factory.running(max_body_bytes=4096) as sample:
        content = json.dumps("a" * (length - 2)).encode()
        assert len(content) == length
        headers = {"content-type": "application/json"}
        answer = await sample.client.post("/v1/notes/search", content=content, headers=headers)
        assert answer.status_code == status
        if status == 413:
            is_problem(answer, 413, "too-large")


async def test_the_size_limit_holds_for_a_body_that_comes_in_pieces(factory):
    async with factory.running(max_body_bytes=4096) as sample:
        headers = {"content-type": "application/json"}
        url = "/v1/notes/search"
        small = await sample.client.post(url, content=pieces(3000), headers=headers)
        assert small.status_code == 200
        large = await sample.client.post(url, content=pieces(5000), headers=headers)
        is_problem(large, 413, "too-large")


async def test_an_answer_that_breaks_its_model_is_an_error_without_content(sample, caplog):
    answer = await sample.client.post("/v1/notes/wrong", json={"first_name1Title": SECRET})
    is_problem(answer, 500, "internal")
    async with sample.service.database.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM note")) == 0


async def test_an_unexpected_error_is_a_problem_without_its_text(sample):
    answer = await sample.client.post("/v1/notes/fails", json={"first_name1Title": SECRET})
    assert is_problem(answer, 500, "internal").keys() == {"type", "title", "status", "code"}


async def test_a_text_that_the_database_cannot_hold_is_the_caller_s_fault(sample):
    reviewer = sample.issuer.headers("staff-1", Role.REVIEWER, region="350700")
    answer = await sample.client.post(
        "/v1/notes/owners", json={"first_name1Title": "a\0b"}, headers=reviewer
    )
    is_problem(answer, 422, "invalid")


async def test_a_database_that_is_gone_is_unavailable(factory):
    async with factory.running() as sample:
        headers = sample.issuer.headers("talent-1", Role.TALENT)
        assert (await sample.client.get("/v1/notes", headers=headers)).status_code == 200
        await sample.service.database.close()
        sample.service.database = Database("postgresql+asyncpg://me@/none?host=/nonexistent", 1)
        answer = await sample.client.get("/v1/notes", headers=headers)
        is_problem(answer, 503, "unavailable")
        assert answer.headers["retry-after"] == "1"
        ready = await sample.client.get("/health/ready")
        is_problem(ready, 503, "not-ready")
        assert (await sample.client.get("/health/live")).status_code == 200


async def test_each_answer_carries_an_id_and_is_not_kept_by_others(sample):
    given = "0193a3c0000070008000000000000001"
    kept = await sample.client.get("/health/live", headers={"X-Request-Id": given})
    assert kept.headers["x-request-id"] == given
    assert kept.headers["cache-control"] == "no-store"
    assert kept.headers["x-content-type-options"] == "nosniff"
    for foreign in (NUMBER, "35070219900101001X", "a" * 65, "x y", ""):
        answer = await sample.client.get("/health/live", headers={"X-Request-Id": foreign})
        assert answer.headers["x-request-id"] != foreign


async def test_the_openapi_document_lists_problems_in_our_form(sample):
    document = (await sample.client.get("/openapi.json")).json()
    schemas = document["components"]["schemas"]
    assert "Problem" in schemas
    assert "HTTPValidationError" not in schemas
    answers = document["paths"]["/v1/notes"]["post"]["responses"]
    assert list(answers["422"]["content"]) == ["application/problem+json"]
    assert answers["409"]["content"]["application/problem+json"]["examples"]["notes.refused"]


@pytest.mark.parametrize(
    ("method", "path", "status"), [("POST", "/v1/notes/search", 422), ("GET", "/openapi.json", 200)]
)
async def test_nobody_waits_while_the_openapi_document_is_made(
    sample, monkeypatch, method, path, status
):
    """It takes a large service a second, and the first invalid request asks for it too."""
    make, begun, answered, waited = sample.app.openapi, Event(), Event(), []

    def slowly():
        begun.set()
        waited.append(answered.wait(2))
        return make()

    monkeypatch.setattr(sample.app, "openapi", slowly)
    monkeypatch.setattr(sample.app.state, "declared_names", None, raising=False)
    first = asyncio.create_task(sample.client.request(method, path, json={"x": 1}))
    await asyncio.to_thread(begun.wait, 5)
    assert (await sample.client.get("/health/live")).status_code == 200
    answered.set()
    assert (await first).status_code == status
    assert waited == [True]


async def test_a_committed_error_never_answers_first(factory):
    """The answer waits for the commit: a commit that fails is an error that the caller sees."""
    async with factory.running() as sample:
        talent = sample.issuer.headers("talent-1", Role.TALENT)
        async with sample.service.database.transaction() as session:
            await session.execute(
                text(
                    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                    "$$ BEGIN RAISE EXCEPTION 'no'; END $$"
                )
            )
            await session.execute(
                text(
                    "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON note "
                    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()"
                )
            )
        answer = await sample.client.post(
            "/v1/notes", json={"text": SECRET}, headers=talent | fresh_key()
        )
        is_problem(answer, 500, "internal")
        async with sample.service.database.transaction() as session:
            for table in ("note", "outbox", "idempotency", "audit"):
                assert await session.scalar(text(f"SELECT count(*) FROM {table}")) == 0
