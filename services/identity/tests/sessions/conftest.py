"""The service with a simulated WeChat, an issuer that takes its assertions, and a directory."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import parse_qs

import httpx2
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import KeySet
from talent_identity.accounts import Accounts
from talent_identity.accounts.directory import DirectoryUnavailable
from talent_identity.accounts.tokens import AssertionGrant
from talent_identity.accounts.wechat import HttpWeChat
from talent_identity.main import create_service
from talent_identity.session_keys import create_session_keys, load_session_keys
from talent_kit.auth import Role
from talent_wechat.main import create_app
from talent_wechat.settings import WeChatSettings

from ..factories import Caller, World
from ..holding import Holding

APP, SECRET = "wx0000000000000000", "a secret of sixteen or more"
AUDIENCE = "https://issuer.test"
ASSERTION_ISSUER = "https://identity.test"


@dataclass
class TokenEndpoint:
    """Takes assertions as Keycloak does: signed, fresh, never seen before, of a linked account."""

    keys: KeySet
    sign: object = None
    linked: dict[str, str] = field(default_factory=dict)
    """Handles and their logins."""
    seen: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    down: bool = False
    key_unknown: bool = False
    asked: int = 0
    holding: Holding | None = None

    def __call__(self, request):
        self.asked += 1
        assert self.holding.nothing(), "asked inside a transaction"
        if self.down:
            return httpx2.Response(503)
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        assert (form["client_id"], form["client_secret"]) == ("talent-miniprogram", "its secret")
        claims = jwt.decode(form["assertion"], self.keys, algorithms=["ES256"]).claims
        assert claims["iss"] == ASSERTION_ISSUER
        assert claims["aud"] == AUDIENCE
        assert 0 < claims["exp"] - claims["iat"] <= 60
        assert claims["jti"] not in self.seen
        self.seen.add(claims["jti"])
        login = self.linked.get(claims["sub"])
        if login is None:
            return refused("User not found")
        if login in self.blocked:
            return refused("User is not enabled")
        if self.key_unknown:
            return refused("Invalid signature")
        token = self.sign(login, Role.TALENT)
        return httpx2.Response(200, json={"access_token": token, "expires_in": 300})


def refused(said):
    return httpx2.Response(400, json={"error": "invalid_grant", "error_description": said})


@dataclass
class Accounted:
    """A directory of accounts that the token endpoint knows."""

    endpoint: TokenEndpoint
    away: bool = False
    removed: list[str] = field(default_factory=list)

    async def add_talent(self, handle):
        assert self.endpoint.holding.nothing(), "asked inside a transaction"
        if self.away:
            raise DirectoryUnavailable
        self.endpoint.linked.setdefault(handle, f"account-{len(self.endpoint.linked) + 1}")

    async def remove_talent(self, login):
        self.removed.append(login)
        self.endpoint.linked = {k: v for k, v in self.endpoint.linked.items() if v != login}

    async def close(self):
        pass


class SigningIn(World):
    """The world, with phones to sign in from."""

    def __init__(self, running, phones, endpoint, directory):
        super().__init__(running)
        self.phones = phones
        self.endpoint = endpoint
        self.directory = directory

    async def code(self, user="somebody"):
        return (await self.phones.post("/codes", json={"user": user})).json()["code"]

    async def behave(self, **behaviour):
        assert (await self.phones.put("/behaviour", json=behaviour)).status_code == 200

    async def sign_in(self, user="somebody", code=None):
        body = {"provider": "wechat", "code": code or await self.code(user)}
        return await self.client.post("/v1/sessions", json=body)

    async def signed_in(self, user="somebody"):
        answer = await self.sign_in(user)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def refresh(self, token):
        return await self.client.post("/v1/session-tokens", json={"refresh_token": token})

    def holder(self, tokens):
        return Caller(self, "", {"Authorization": f"Bearer {tokens['access_token']}"})


@pytest_asyncio.fixture(scope="session")
async def signing(identity):
    """One service for all of these tests."""
    file = identity.folder / "session-keys.json"
    create_session_keys(file, at=datetime.now(UTC))
    keys = load_session_keys(file)
    endpoint = TokenEndpoint(KeySet.import_key_set({"keys": keys.published()}))
    directory = Accounted(endpoint)
    wechat = create_app(WeChatSettings(environment="development", app_secret=SECRET))
    transport = httpx2.ASGITransport(app=wechat)
    accounts = Accounts(
        keys,
        HttpWeChat("http://wechat.test", app_id=APP, secret=SECRET, timeout=1, transport=transport),
        AssertionGrant(
            "https://issuer.test/token",
            keys=keys,
            issuer=ASSERTION_ISSUER,
            audience=AUDIENCE,
            client_id="talent-miniprogram",
            client_secret="its secret",
            timeout=1,
            transport=httpx2.MockTransport(endpoint),
        ),
        directory,
    )
    factory = replace(
        identity,
        create_service=lambda settings, clock: create_service(
            settings, clock=clock, accounts=accounts
        ),
    )
    async with (
        httpx2.AsyncClient(transport=transport, base_url="http://wechat.test") as phones,
        factory.running() as running,
    ):
        endpoint.sign = running.issuer.token
        endpoint.holding = Holding(running.service.database.engine)
        yield SigningIn(running, phones, endpoint, directory)


@pytest_asyncio.fixture
async def phones(signing, empty):
    """Everything new: no session, no account, nothing that fails."""
    await empty(signing.running)
    signing.endpoint.linked.clear()
    signing.endpoint.blocked.clear()
    signing.endpoint.key_unknown = signing.endpoint.down = signing.directory.away = False
    signing.directory.removed.clear()
    await signing.behave()
    return signing
