"""The composition root: every service, its worker and the gateway in one process."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import talent_bank.main
import talent_identity.main
import talent_identity.worker
import talent_policy.main
import talent_policy.worker
import talent_postdoc.main
import talent_postdoc.worker
import talent_registration.main
import talent_registration.worker
import talent_wechat.main
from fastapi import FastAPI
from talent_bank.main import Bank
from talent_bank.settings import BankSettings
from talent_gateway import Gateway, GatewaySettings, InProcess
from talent_identity.code_keys import create_code_keys
from talent_identity.session_keys import create_session_keys, load_session_keys
from talent_identity.settings import IdentitySettings
from talent_keycloak.desired import authority_clients
from talent_kit.clock import SystemClock
from talent_kit.embedded_postgres import EmbeddedPostgres
from talent_kit.keyring import create_keyring
from talent_kit.migrations import migrate
from talent_kit.private_files import write_private
from talent_kit.worker import Worker
from talent_policy.main import PolicyService
from talent_policy.settings import PolicySettings
from talent_postdoc.settings import PostdocSettings
from talent_registration.settings import RegistrationSettings
from talent_wechat.settings import WeChatSettings

from . import issuer
from .data import DataFolder
from .packs import publish_packs
from .postgres import DATABASES
from .settings import StandaloneSettings

BANK_REGION = "350700"
"""Whose bank account pays here."""

ASSERTION_ISSUER = "https://identity.talent-cloud.invalid"
CODE_ISSUER = "TC-DEV"
CODE_KEY_DAYS = 3650


@dataclass(frozen=True)
class Platform:
    """The parts that run; nothing is connected yet."""

    gateway: Gateway
    bank: FastAPI
    policy: PolicyService
    workers: tuple[Worker, ...]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Open the services, publish what is new, run the workers, until the block ends."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.gateway.lifespan())
            await publish_packs(self.policy)
            for worker in self.workers:
                await stack.enter_async_context(worker.running())
            yield


async def prepare(postgres: EmbeddedPostgres, data: DataFolder) -> None:
    """Make what is missing: databases, their schemas, and keys."""
    for name in DATABASES:
        await postgres.ensure_database(name)
    folders = {
        "identity": talent_identity.main.MIGRATIONS,
        "policy": talent_policy.main.MIGRATIONS,
        "postdoc": talent_postdoc.main.MIGRATIONS,
        "registration": talent_registration.main.MIGRATIONS,
        "bank": talent_bank.main.MIGRATIONS,
    }
    for name, folder in folders.items():
        await migrate(postgres.url(name), folder)
    for name in ("identity", "policy", "postdoc", "registration"):
        create_keyring(data.key_file(f"{name}.json"))
    create_code_keys(
        data.key_file("codes.json"),
        issuer=CODE_ISSUER,
        at=SystemClock().now(),
        days=CODE_KEY_DAYS,
    )
    create_session_keys(data.key_file("sessions.json"), at=SystemClock().now())


def build(
    settings: StandaloneSettings,
    postgres: EmbeddedPostgres,
    data: DataFolder,
    *,
    own_url: str,
    bank_url: str,
) -> Platform:
    """Return the platform, wired on what `prepare` has made."""
    client_secret = data.secret("client-secret")
    session_keys = data.key_file("sessions.json")
    assertions = issuer.Assertions(ASSERTION_ISSUER, load_session_keys(session_keys).published())
    tokens = issuer.Issuer(
        data.issuer_key(), settings.environment, client_secret, assertions=assertions
    )
    jwks_file = data.key_file("jwks.json")
    write_private(jwks_file, json.dumps(tokens.published()))
    trusted: dict[str, Any] = {
        "issuer": issuer.ISSUER,
        "audience": issuer.AUDIENCE,
        "jwks_url": jwks_file.as_uri(),
        "otlp_endpoint": settings.otlp_endpoint,
        "trace_sample": settings.trace_sample if settings.otlp_endpoint else 0.0,
    }

    def common(name: str) -> dict[str, Any]:
        return trusted | {
            "environment": settings.environment,
            "database_url": postgres.url(name),
            "bus_url": postgres.url("bus"),
            "keys_file": data.key_file(f"{name}.json"),
            "blobs_url": (data.path / "blobs" / name).absolute().as_uri(),
            "clock_shift": settings.clock_shift,
            "log_level": settings.log_level,
            # Long enough for two calls to the bank, short enough to wait for after a crash.
            "timer_lease_seconds": 3 * settings.bank_timeout + 1,
            # As long as a list rests after a crash: many times what a step of it takes.
            "job_lease_seconds": 15,
        }

    secret, payments_secret = data.secret("bank-secret"), data.secret("payments-secret")
    wechat = WeChatSettings(
        environment=settings.environment, app_secret=data.secret("wechat-secret")
    )
    identity = talent_identity.main.create_service(
        IdentitySettings(
            **common("identity"),
            code_keys_file=data.key_file("codes.json"),
            session_keys_file=session_keys,
            assertion_issuer=ASSERTION_ISSUER,
            token_url=f"{own_url}/dev/client-token",
            grant_client_id=issuer.ASSERTION_CLIENT,
            grant_client_secret=client_secret,
            wechat_url=f"{own_url}/dev/wechat",
            wechat_app_id=wechat.app_id,
            wechat_secret=wechat.app_secret,
        )
    )
    policy = talent_policy.main.create_service(
        PolicySettings(
            **common("policy"),
            bank_url=bank_url,
            bank_secret=secret,
            bank_timeout=settings.bank_timeout,
            bank_region=BANK_REGION,
            identity_url=own_url,
            token_url=f"{own_url}/dev/client-token",
            client_id=issuer.POLICY_CLIENT,
            client_secret=client_secret,
            authority_clients=authority_clients(),
        )
    )
    postdoc = talent_postdoc.main.create_service(
        PostdocSettings(
            **common("postdoc"),
            identity_url=own_url,
            token_url=f"{own_url}/dev/client-token",
            client_id=issuer.POSTDOC_CLIENT,
            client_secret=client_secret,
            public_url=own_url,
        )
    )
    registration = talent_registration.main.create_service(
        RegistrationSettings(
            **common("registration"),
            code_issuer=CODE_ISSUER,
            code_keys_url=f"{own_url}/v1/code-keys",
            identity_url=own_url,
            public_url=own_url,
            payments_url=f"{bank_url}/payments",
            payments_page_url=f"{own_url}/dev/bank/payments",
            payments_secret=payments_secret,
            payments_timeout=settings.bank_timeout,
            payments_region=BANK_REGION,
        )
    )
    bank = Bank(
        BankSettings(
            environment=settings.environment,
            database_url=postgres.url("bank"),
            client_secret=secret,
            payments_secret=payments_secret,
            payments_notify_url=f"{own_url}/v1/payment-notices",
            clock_shift=settings.clock_shift,
        )
    )
    bank_app = talent_bank.main.create_app(bank)
    gateway = Gateway(
        GatewaySettings(**trusted, rate=settings.rate),
        {
            "identity": InProcess(talent_identity.main.create_app(identity)),
            "policy": InProcess(talent_policy.main.create_app(policy)),
            "postdoc": InProcess(talent_postdoc.main.create_app(postdoc)),
            "registration": InProcess(talent_registration.main.create_app(registration)),
        },
        mounts={
            "/dev": InProcess(issuer.create_app(tokens)),
            "/dev/bank": InProcess(bank_app),
            "/dev/wechat": InProcess(talent_wechat.main.create_app(wechat)),
        },
        readiness={"bank": bank.ready},
    )
    workers = (
        talent_identity.worker.create_worker(identity),
        talent_policy.worker.create_worker(policy),
        talent_postdoc.worker.create_worker(postdoc),
        talent_registration.worker.create_worker(registration),
    )
    return Platform(gateway, bank_app, policy, workers)
