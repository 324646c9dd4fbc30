"""What one service's process holds, for HTTP and worker alike; made from settings alone."""

from collections.abc import Collection, Mapping
from functools import cached_property

from opentelemetry.sdk.trace.export import SpanExporter

from .blobs import Blobs
from .blobs.location import store_of
from .bus import EventBus, Partition, open_bus
from .clock import Clock, SystemClock
from .database import Database
from .keyring import Keyring, load_keyring
from .personal import Vault
from .settings import ServiceSettings
from .telemetry import Telemetry
from .tokens import TokenVerifier


class Service:
    """The parts of one service. Nothing connects before it is used."""

    def __init__(
        self,
        name: str,
        settings: ServiceSettings,
        *,
        subscribed_types: Collection[str] = (),
        clock: Clock | None = None,
        exporter: SpanExporter | None = None,
    ) -> None:
        if settings.environment == "production" and settings.clock_shift:
            raise ValueError("the clock may be shifted in development alone")
        self.name = name
        self.settings = settings
        self.subscribed_types = frozenset(subscribed_types)
        self.clock: Clock = clock or SystemClock(settings.clock_shift)
        self.database = Database(settings.database_url.get_secret_value(), settings.database_pool)
        self.bus: EventBus = open_bus(settings.bus_url.get_secret_value())
        self.keyring: Keyring = load_keyring(settings.keys_file)
        self.vault = Vault(self.keyring, self.clock)
        self.tokens = TokenVerifier(
            issuer=settings.issuer, audience=settings.audience, jwks_url=settings.jwks_url
        )
        self.telemetry = Telemetry(
            name,
            endpoint=settings.otlp_endpoint,
            sample=settings.trace_sample,
            exporter=exporter,
        )

    @cached_property
    def blobs(self) -> Blobs:
        """The files of the service; raises ValueError where the settings name no place."""
        return Blobs(store_of(self.settings), self.database, self.keyring, self.clock)

    async def lag(self) -> Mapping[Partition, int]:
        """Return by partition how many messages wait on the bus for this service."""
        topics = {".".join(kind.split(".")[:2]) for kind in self.subscribed_types}
        return await self.bus.lag(self.name, topics)

    async def close(self) -> None:
        await self.bus.close()
        await self.database.close()
        self.telemetry.close()
