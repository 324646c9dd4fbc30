"""A Keycloak with the realm applied, and an identity service that trusts it and keeps accounts."""

import asyncio
import secrets
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import httpx2
import pytest
import pytest_asyncio
from keycloak import KeycloakAdmin
from talent_identity.code_keys import create_code_keys
from talent_identity.main import MIGRATIONS, create_app, create_service
from talent_identity.session_keys import create_session_keys
from talent_identity.settings import IdentitySettings
from talent_identity.worker import create_worker
from talent_keycloak.apply import apply, connect
from talent_keycloak.desired import confidential, load
from talent_keycloak.settings import KeycloakSettings
from talent_kit.server import Server, listen
from talent_kit.testing.services import ServiceFactory
from talent_stack.keycloak import ADMIN, Keycloak, built
from talent_stack.postgres import Postgres
from talent_stack.processes import Processes
from talent_wechat.main import create_app as create_wechat
from talent_wechat.settings import WeChatSettings

from ..conftest import CACHE, free_port

PATIENCE = 240
CALLBACK = "http://127.0.0.1:9/signed-in"
WECHAT_SECRET = "a secret of sixteen or more"


class RealKeycloak:
    """One server, its realm's settings, and an administrator of it."""

    def __init__(self, server, settings):
        self.server = server
        self.settings = settings

    def apply(self, *, write=True):
        return apply(load(self.settings), self.settings, self.admin(), write=write)

    def admin(self) -> KeycloakAdmin:
        return connect(self.settings)

    def secret(self, client_id):
        return (self.settings.secrets_dir / client_id).read_text()

    async def token(self, client_id, **form):
        """Ask for a token as a confidential client; return the answer."""
        given = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": self.secret(client_id),
        }
        async with httpx2.AsyncClient() as http:
            return await http.post(self.server.token_url, data=given | form)


@pytest.fixture(scope="session")
def identity_port():
    return free_port()


@pytest_asyncio.fixture(scope="session")
async def keycloak(tmp_path_factory, identity_port):
    """The server on PostgreSQL, both as the stack starts them."""
    folder = tmp_path_factory.mktemp("keycloak")
    postgres = Postgres(folder / "postgres", free_port(), secrets.token_urlsafe(12))
    processes = Processes(folder)
    password = secrets.token_urlsafe(12)
    server = Keycloak(
        built(CACHE),
        free_port(),
        free_port(),
        postgres.port,
        password,
        secrets.token_urlsafe(12),
    )
    (folder / "clients").mkdir()
    settings = KeycloakSettings(
        url=server.url,
        admin_username=ADMIN,
        admin_password=server.admin_password,
        secrets_dir=folder / "clients",
        app_urls=[CALLBACK],
        session_keys_url=f"http://127.0.0.1:{identity_port}/v1/session-keys",
    )
    for client in confidential(load(settings)):
        (folder / "clients" / client).write_text(secrets.token_urlsafe(32))
    try:
        postgres.prepare()
        processes.start("postgres", postgres.program())
        await _until(postgres.answers)
        await postgres.provision({"keycloak": password})
        processes.start("keycloak", server.program())
        await _until(lambda: _answers(server.ready_url))
        made = RealKeycloak(server, settings)
        assert "realm created" in made.apply()
        yield made
    finally:
        processes.stop("keycloak", 15)
        processes.stop("postgres", 15)


@pytest_asyncio.fixture(scope="session")
async def platform(keycloak, databases, tmp_path_factory, identity_port):
    """The identity service on a port of its own, with a simulated WeChat on another."""
    folder = tmp_path_factory.mktemp("identity")
    create_code_keys(folder / "code-keys.json", issuer="350700", at=datetime.now(UTC))
    create_session_keys(folder / "session-keys.json", at=datetime.now(UTC))
    factory = ServiceFactory(
        name="identity",
        migrations=MIGRATIONS,
        settings=IdentitySettings,
        create_service=create_service,
        create_app=create_app,
        create_worker=create_worker,
        databases=databases,
        folder=folder,
        extra_settings={"code_keys_file": folder / "code-keys.json"},
    )
    wechat = WeChatSettings(environment="development", app_secret=WECHAT_SECRET)
    async with AsyncExitStack() as stack:
        listeners = [stack.enter_context(listen("127.0.0.1", port)) for port in (identity_port, 0)]
        wechat_url = f"http://127.0.0.1:{listeners[1].getsockname()[1]}"
        await stack.enter_async_context(
            Server(create_wechat(wechat), listeners[1], grace=1).running()
        )
        running = await stack.enter_async_context(
            factory.running(
                issuer=keycloak.server.issuer,
                jwks_url=keycloak.server.keys_url,
                session_keys_file=folder / "session-keys.json",
                token_url=keycloak.server.token_url,
                grant_client_secret=keycloak.secret("talent-miniprogram"),
                wechat_url=wechat_url,
                wechat_app_id=wechat.app_id,
                wechat_secret=WECHAT_SECRET,
                directory_url=keycloak.server.url,
                directory_client_secret=keycloak.secret("identity-service"),
                call_timeout=30,
            )
        )
        running.wechat_url = wechat_url
        await stack.enter_async_context(Server(running.app, listeners[0], grace=1).running())
        yield running


async def _until(check):
    end = time.monotonic() + PATIENCE
    while not await check():
        assert time.monotonic() < end
        await asyncio.sleep(0.2)


async def _answers(url):
    try:
        async with httpx2.AsyncClient(timeout=5) as http:
            return (await http.get(url)).status_code == 200
    except httpx2.HTTPError:
        return False
