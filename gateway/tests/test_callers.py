"""The token check before the port."""

import asyncio
import time

import pytest
from talent_gateway import callers
from talent_gateway.callers import Callers
from talent_kit.problems import Unauthenticated
from talent_kit.testing.services import ISSUER
from talent_kit.tokens import TokenVerifier


async def test_a_good_token_and_none_at_all_pass(edge):
    assert (await edge.client.get("/v1/talents")).status_code == 200
    signed = edge.issuer.headers("someone")
    for _ in range(2):
        answer = await edge.client.get("/v1/talents", headers=signed)
        assert answer.status_code == 200
        assert dict(answer.json()["headers"])["authorization"] == signed["Authorization"]


@pytest.mark.parametrize(
    "value",
    ["", "Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Basic YTpi", "Token abc", "Bearer é"],
)
async def test_anything_else_is_refused_before_the_service(edge, value):
    answer = await edge.client.get(
        "/v1/talents", headers={"Authorization": value.encode("latin-1")}
    )
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert edge.identity.calls == 0


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.test"},
        {"aud": "other"},
        {"exp": int(time.time()) - 60},
        {"exp": 10**400},
    ],
    ids=["issuer", "audience", "over", "endless"],
)
async def test_a_token_for_another_place_or_time_is_refused(edge, claims):
    token = edge.issuer.token("someone", **claims)
    answer = await edge.client.get("/v1/talents", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert edge.identity.calls == 0


async def test_a_changed_signature_is_refused_although_the_token_is_known(edge):
    token = edge.issuer.token("someone")
    changed = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
    for sent, status in ((token, 200), (changed, 401), (token, 200)):
        answer = await edge.client.get("/v1/talents", headers={"Authorization": f"bearer {sent}"})
        assert answer.status_code == status


async def test_without_keys_the_answer_is_unavailable(make_edge, issuer):
    issuer.jwks_url = "file:///nowhere/jwks.json"
    async with make_edge() as edge:
        answer = await edge.client.get("/v1/talents", headers=edge.issuer.headers("someone"))
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"


class Counting(TokenVerifier):
    checks = 0

    async def verify(self, token):
        self.checks += 1
        return await super().verify(token)


class At:
    def __init__(self):
        self.now = time.time()

    def __call__(self):
        return self.now


@pytest.fixture
def counting(issuer):
    return Counting(issuer=ISSUER, audience="talent-cloud", jwks_url=issuer.jwks_url)


@pytest.mark.parametrize(("seconds", "checks"), [(59.9, 1), (60, 2), (60.1, 2)])
async def test_a_token_is_remembered_for_a_minute(issuer, counting, seconds, checks):
    at = At()
    known = Callers(counting, now=at)
    header = f"Bearer {issuer.token('someone')}".encode()
    assert await known.subject(header) == "someone"
    at.now += seconds
    assert await known.subject(header) == "someone"
    assert counting.checks == checks


@pytest.mark.parametrize(("seconds", "checks"), [(19, 1), (20, 2), (21, 2)])
async def test_a_token_is_never_remembered_past_its_end(issuer, counting, seconds, checks):
    at = At()
    at.now = float(int(at.now))
    known = Callers(counting, now=at)
    header = f"Bearer {issuer.token('someone', exp=int(at.now) + 20)}".encode()
    await known.subject(header)
    at.now += seconds
    await known.subject(header)
    assert counting.checks == checks


async def test_a_refused_token_is_checked_again(counting):
    known = Callers(counting)
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            await known.subject(b"Bearer a.b.c")
    assert counting.checks == 2


async def test_the_memory_of_tokens_is_bounded(issuer, counting, monkeypatch):
    monkeypatch.setattr(callers, "_MOST", 3)
    known = Callers(counting)
    headers = [f"Bearer {issuer.token(name)}".encode() for name in "abcd"]
    for header in headers[:3]:
        await known.subject(header)
    await known.subject(headers[0])
    assert counting.checks == 3
    await known.subject(headers[3])  # b, the longest unused, is forgotten
    await asyncio.gather(*(known.subject(headers[index]) for index in (0, 2, 3)))
    assert counting.checks == 4
    await known.subject(headers[1])
    assert counting.checks == 5
