"""Our own processes: what each is started with, and the commands that prepare it.

A service is given its settings by the environment alone, as in any other deployment.
"""

import json
import sys
from dataclasses import dataclass

from pydantic_core import to_jsonable_python
from talent_keycloak.desired import authority_clients
from talent_kit.keyring import create_keyring

from .folder import StackFolder
from .kafka import Kafka
from .keycloak import Keycloak
from .postgres import HOST, Postgres
from .processes import Program
from .settings import StackSettings

DATABASES = ("bank", "identity", "keycloak", "policy", "postdoc", "registration")
"""Each with a role of its name."""
BUS_USERS = ("identity", "policy", "postdoc", "registration")
OURS = (
    "bank",
    "wechat",
    "identity",
    "identity-worker",
    "policy",
    "policy-worker",
    "postdoc",
    "postdoc-worker",
    "registration",
    "registration-worker",
    "gateway",
)
"""Our own processes in the order of their start."""
LOADED = {f"talent_{name}": f"talent_{name}.cli" for name in ("bank", *BUS_USERS)} | {
    "talent_wechat": "talent_wechat.main"
}
"""By package what our processes load, all but the gateway's: its own starts another by command."""
CITY = "350700"
"""Whose bank account pays here, and whose offices bring facts."""
POLICY_CLIENT = "policy-service"
POSTDOC_CLIENT = "postdoc-service"
WECHAT_APP = "wx0000000000000000"
CODE_ISSUER = "TC-DEV"
CODE_KEY_DAYS = 3650


@dataclass(frozen=True)
class Part:
    """One process of ours, and what must have been done before it starts."""

    name: str
    package: str
    command: tuple[str, ...]
    environment: dict[str, str]
    port: int
    ready: str = "/health/ready"

    @property
    def program(self) -> Program:
        return Program([sys.executable, "-m", self.package, *self.command], self.environment)

    @property
    def ready_url(self) -> str:
        return f"http://{HOST}:{self.port}{self.ready}"


class Services:
    """The environments of all our processes, made from one folder's ports and secrets."""

    def __init__(
        self,
        settings: StackSettings,
        folder: StackFolder,
        postgres: Postgres,
        kafka: Kafka,
        keycloak: Keycloak,
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._postgres = postgres
        self._kafka = kafka
        self._keycloak = keycloak

    def make_keys(self) -> None:
        """Make the key rings that are missing."""
        for name in BUS_USERS:
            create_keyring(self._folder.key_file(f"{name}.json"))

    def parts(self) -> list[Part]:
        """Return our processes in the order of their start; the gateway comes last."""
        bank, wechat = self._folder.port("bank"), self._folder.port("wechat")
        made = [
            Part("bank", "talent_bank", ("serve",), self.bank(), bank),
            # It has no parts to be ready, and no page that says so.
            Part("wechat", "talent_wechat", ("serve",), self.wechat(), wechat, "/behaviour"),
        ]
        for name, environment in (
            ("identity", self.identity()),
            ("policy", self.policy()),
            ("postdoc", self.postdoc()),
            ("registration", self.registration()),
        ):
            for process, command in ((name, "serve"), (f"{name}-worker", "work")):
                port = self._folder.port(process)
                own = environment | {f"{name.upper()}_PORT": str(port)}
                made.append(Part(process, f"talent_{name}", (command,), own, port))
        gateway = self._folder.port("gateway")
        return [*made, Part("gateway", "talent_gateway", ("serve",), self.gateway(), gateway)]

    def bank(self) -> dict[str, str]:
        return _named(
            "BANK",
            environment="development",
            host=HOST,
            port=str(self._folder.port("bank")),
            log_level=self._settings.log_level,
            database_url=self._postgres.url("bank", self._folder.secret("postgres-bank")),
            client_secret=self._folder.secret("bank"),
            payments_secret=self._folder.secret("payments"),
            payments_notify_url=f"http://{HOST}:{self._folder.port('gateway')}/v1/payment-notices",
            **self._clock(),
        )

    def wechat(self) -> dict[str, str]:
        return _named(
            "WECHAT",
            environment="development",
            host=HOST,
            port=str(self._folder.port("wechat")),
            log_level=self._settings.log_level,
            app_id=WECHAT_APP,
            app_secret=self._folder.secret("wechat"),
        )

    def identity(self) -> dict[str, str]:
        return self._common("identity") | _named(
            "IDENTITY",
            code_keys_file=str(self._folder.key_file("codes.json")),
            session_keys_file=str(self._folder.key_file("sessions.json")),
            token_url=self._keycloak.token_url,
            grant_client_secret=self._folder.client_secret("talent-miniprogram"),
            wechat_url=f"http://{HOST}:{self._folder.port('wechat')}",
            wechat_app_id=WECHAT_APP,
            wechat_secret=self._folder.secret("wechat"),
            directory_url=self._keycloak.url,
            directory_client_secret=self._folder.client_secret("identity-service"),
        )

    def policy(self) -> dict[str, str]:
        return self._common("policy") | _named(
            "POLICY",
            bank_url=f"http://{HOST}:{self._folder.port('bank')}",
            bank_secret=self._folder.secret("bank"),
            bank_timeout="3",
            bank_region=CITY,
            identity_url=f"http://{HOST}:{self._folder.port('identity')}",
            token_url=self._keycloak.token_url,
            client_id=POLICY_CLIENT,
            client_secret=self._folder.client_secret(POLICY_CLIENT),
            authority_clients=json.dumps(authority_clients()),
            # Long enough for two calls to the bank, short enough to wait for after a crash.
            timer_lease_seconds="10",
        )

    def postdoc(self) -> dict[str, str]:
        return self._common("postdoc") | _named(
            "POSTDOC",
            identity_url=f"http://{HOST}:{self._folder.port('identity')}",
            token_url=self._keycloak.token_url,
            client_id=POSTDOC_CLIENT,
            client_secret=self._folder.client_secret(POSTDOC_CLIENT),
            public_url=f"http://{HOST}:{self._folder.port('gateway')}",
        )

    def registration(self) -> dict[str, str]:
        return self._common("registration") | _named(
            "REGISTRATION",
            code_issuer=CODE_ISSUER,
            code_keys_url=f"http://{HOST}:{self._folder.port('identity')}/v1/code-keys",
            identity_url=f"http://{HOST}:{self._folder.port('identity')}",
            public_url=f"http://{HOST}:{self._folder.port('gateway')}",
            payments_url=f"http://{HOST}:{self._folder.port('bank')}/payments",
            payments_page_url=f"http://{HOST}:{self._folder.port('bank')}/payments",
            payments_secret=self._folder.secret("payments"),
            payments_timeout="3",
            payments_region=CITY,
            # Long enough to call the payment provider, short enough to wait for after a crash.
            timer_lease_seconds="10",
        )

    def gateway(self) -> dict[str, str]:
        upstreams = {name: f"http://{HOST}:{self._folder.port(name)}" for name in BUS_USERS}
        return _named(
            "GATEWAY",
            host=HOST,
            port=str(self._folder.port("gateway")),
            log_level=self._settings.log_level,
            issuer=self._keycloak.issuer,
            jwks_url=self._keycloak.keys_url,
            upstreams=json.dumps(upstreams),
            **self._traces(),
        )

    def _common(self, name: str) -> dict[str, str]:
        blobs = self._folder.path / "blobs" / name
        return _named(
            name.upper(),
            environment="development",
            host=HOST,
            log_level=self._settings.log_level,
            database_url=self._postgres.url(name, self._folder.secret(f"postgres-{name}")),
            bus_url=self._kafka.url(name, self._folder.secret(f"kafka-{name}")),
            keys_file=str(self._folder.key_file(f"{name}.json")),
            blobs_url=blobs.as_uri(),
            issuer=self._keycloak.issuer,
            jwks_url=self._keycloak.keys_url,
            **self._clock(),
            **self._traces(),
        )

    def _clock(self) -> dict[str, str]:
        """By how much the clock is moved; nothing where it is the machine's."""
        shift = self._settings.clock_shift
        return {"clock_shift": to_jsonable_python(shift)} if shift else {}

    def _traces(self) -> dict[str, str]:
        """Where traces go; none are made where nobody takes them."""
        endpoint = self._settings.otlp_endpoint
        if not endpoint:
            return {"trace_sample": "0"}
        return {"trace_sample": "1", "otlp_endpoint": endpoint}


def _named(prefix: str, **settings: str) -> dict[str, str]:
    return {f"{prefix}_{name.upper()}": value for name, value in settings.items()}
