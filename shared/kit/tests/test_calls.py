"""Calling another service: its token, what is tried again, what is an answer."""

import httpx2
import pytest
from talent_kit.calls import CallFailed, CallRefused, ServiceCaller
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
