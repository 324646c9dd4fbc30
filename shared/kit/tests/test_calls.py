"""Calling others: a service's token, a bank's pages, what is tried again, what is an answer."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from talent_kit.calls import CallFailed, CallRefused, SecretCaller, ServiceCaller
from talent_kit.database import is_transient

TOKEN_URL = "http://issuer.test/token"


class Other:
    """An issuer and a service that answer as told."""

    def __init__(self):
        self.tokens = []
        self.calls = []
        self.answers = []
        self.expires_in = 300

    def __call__(self, request):
        if str(request.url) == TOKEN_URL:
            self.tokens.append(request.content)
            body = {"access_token": f"t{len(self.tokens)}", "expires_in": self.expires_in}
            return httpx2.Response(200, json=body)
        self.calls.append(request.headers["Authorization"])
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def other():
    return Other()


@pytest.fixture
async def caller(other):
    made = ServiceCaller(
        "http://service.test", token_url=TOKEN_URL, client_id="me", client_secret="s", timeout=1
    )
    await made._http.aclose()
    transport = httpx2.MockTransport(other)
    made._http = httpx2.AsyncClient(base_url="http://service.test", transport=transport)
    yield made
    await made.close()


def ok():
    return httpx2.Response(200, json={"fine": True})


async def test_a_token_is_got_once_by_client_credentials(caller, other):
    other.answers = [ok(), ok()]
    assert await caller.post("/x", {}) == {"fine": True}
    await caller.post("/x", {})
    given = b"grant_type=client_credentials&client_id=me&client_secret=s"
    assert other.tokens == [given]
    assert other.calls == ["Bearer t1", "Bearer t1"]


@pytest.mark.parametrize(("seconds", "tokens"), [(59, 2), (61, 1)])
async def test_a_token_about_to_end_is_not_used(caller, other, seconds, tokens):
    other.expires_in = seconds
    other.answers = [ok(), ok()]
    await caller.post("/x", {})
    await caller.post("/x", {})
    assert len(other.tokens) == tokens


async def test_a_token_that_is_not_accepted_any_more_is_replaced_once(caller, other):
    other.answers = [ok(), httpx2.Response(401), ok()]
    await caller.post("/x", {})
    await caller.post("/x", {})
    assert other.calls == ["Bearer t1", "Bearer t1", "Bearer t2"]
    other.answers = [httpx2.Response(401), httpx2.Response(401)]
    with pytest.raises(CallFailed):
        await caller.post("/x", {})


@pytest.mark.parametrize(
    "answer",
    [httpx2.Response(500), httpx2.Response(503), httpx2.Response(429), httpx2.ConnectError("")],
    ids=str,
)
async def test_what_may_pass_is_transient(caller, other, answer):
    other.answers = [answer]
    with pytest.raises(CallFailed) as failed:
        await caller.post("/x", {})
    assert is_transient(failed.value)


async def test_a_refusal_is_an_answer_with_its_code(caller, other):
    other.answers = [httpx2.Response(422, json={"code": "invalid"}), httpx2.Response(403)]
    with pytest.raises(CallRefused) as refused:
        await caller.post("/x", {})
    assert (refused.value.status, refused.value.code) == (422, "invalid")
    with pytest.raises(CallRefused) as refused:
        await caller.post("/x", {})
    assert (refused.value.status, refused.value.code) == (403, "?")
    assert not is_transient(refused.value)


async def test_an_answer_that_is_no_json_is_none(caller, other):
    other.answers = [httpx2.Response(200, text="<html>")]
    with pytest.raises(CallFailed):
        await caller.post("/x", {})


@pytest.fixture
async def bank(monkeypatch):
    made = SecretCaller("http://bank.test", header="X-Client", secret="s", timeout=1)
    made.asked, made.answers = [], []

    async def request(_, method, path, **content):
        made.asked.append((method, path, content))
        answer = made.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(httpx2.AsyncClient, "request", request)
    yield made
    await made.close()


async def test_a_party_outside_knows_us_by_a_header(bank):
    bank.answers = [httpx2.Response(200, json={"fen": "7"})]
    assert await bank.call("POST", "/x", lambda found: int(found["fen"]), json={"a": 1}) == 7
    assert bank.asked == [("POST", "/x", {"json": {"a": 1}})]
    assert bank._http.headers["X-Client"] == "s"


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.ReadTimeout(""),
        httpx2.Response(500),
        httpx2.Response(429),
        httpx2.Response(201, json={"fen": 7}),
        httpx2.Response(200, text="<html>"),
        *(
            httpx2.Response(200, json=body)
            for body in ({}, [], None, 5, "x", {"fen": None}, {"fen": "seven"}, {"fen": {}})
        ),
    ],
    ids=lambda answer: getattr(answer, "text", "timeout") or str(answer),
)
async def test_what_cannot_be_read_may_have_happened(bank, answer):
    bank.answers = [answer]
    with pytest.raises(CallFailed):
        await bank.call("GET", "/x", lambda found: int(found["fen"].strip()))


@pytest.mark.parametrize("status", [400, 401, 409, 499])
async def test_a_party_outside_refuses_with_a_code(bank, status):
    bank.answers = [httpx2.Response(status, json={"code": "closed"})]
    with pytest.raises(CallRefused) as refused:
        await bank.call("POST", "/x", str)
    assert (refused.value.status, refused.value.code) == (status, "closed")


async def test_a_statement_is_read_to_its_last_page(bank):
    since = datetime(2026, 6, 1, tzinfo=UTC)
    bank.answers = [
        httpx2.Response(200, json={"lines": ["1", "2"], "next_cursor": 2}),
        httpx2.Response(200, json={"lines": [], "next_cursor": None}),
    ]
    pages = bank.statement(since, since + timedelta(days=1), int)
    assert [page async for page in pages] == [[1, 2], []]
    assert [content["params"]["cursor"] for *_, content in bank.asked] == [0, 2]
    assert bank.asked[0][2]["params"] | {"cursor": 0} == {
        "from": "2026-06-01T00:00:00+00:00",
        "to": "2026-06-02T00:00:00+00:00",
        "limit": 1000,
        "cursor": 0,
    }


@pytest.mark.parametrize(
    "page", [{"lines": ["one"], "next_cursor": None}, {"lines": ["1"]}, {"next_cursor": None}]
)
async def test_a_page_with_a_line_that_cannot_be_read_is_none(bank, page):
    bank.answers = [httpx2.Response(200, json=page)]
    with pytest.raises(CallFailed):
        await anext(bank.statement(datetime.now(UTC), datetime.now(UTC), int))
