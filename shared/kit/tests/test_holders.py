"""Identity names whose paper it is."""

import httpx2
import pytest
from talent_kit import holders
from talent_kit.holders import HolderUnknown, holder_name

IDENTITY = "http://identity.test"


@pytest.fixture
def identity(monkeypatch):
    """Answer in identity's place; return what was asked."""
    asked = []

    def answered(status, body):
        def handle(request):
            asked.append((str(request.url), request.headers["Authorization"]))
            return httpx2.Response(status, json=body)

        original = httpx2.AsyncClient
        monkeypatch.setattr(
            holders.httpx2,
            "AsyncClient",
            lambda **_: original(transport=httpx2.MockTransport(handle)),
        )
        return asked

    return answered


async def test_identity_names_whoever_asks_by_their_own_token(identity):
    asked = identity(200, {"name": "林**", "phone": "138****0000"})
    assert await holder_name(IDENTITY, "Bearer t") == "林**"
    assert asked == [("http://identity.test/v1/talents/me", "Bearer t")]


async def test_who_is_not_registered_there_has_no_name(identity):
    identity(404, {"code": "talent-not-registered"})
    assert await holder_name(IDENTITY, "Bearer t") is None


@pytest.mark.parametrize("status", [401, 429, 500, 503])
async def test_without_identity_s_answer_nobody_is_named(identity, status):
    identity(status, {})
    with pytest.raises(HolderUnknown):
        await holder_name(IDENTITY, "Bearer t")


async def test_where_identity_is_not_known_nobody_is_named():
    assert await holder_name("", "Bearer t") is None
