"""The composition root of the simulated bank and the payment provider beside it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from talent_kit.app import answer_with_problems
from talent_kit.clock import Clock, SystemClock
from talent_kit.database import Database
from talent_kit.health import health_router
from talent_kit.stopping import stop

from .endpoints import router
from .payments import endpoints as payments
from .payments.notices import Notices
from .settings import BankSettings

MIGRATIONS = str(Path(__file__).parents[1] / "migrations")


class Bank:
    """The parts of the bank. Nothing connects before it is used."""

    def __init__(self, settings: BankSettings, clock: Clock | None = None) -> None:
        if settings.environment != "development":
            raise ValueError("the simulated bank runs in development alone")
        self.settings = settings
        self.clock: Clock = clock or SystemClock(settings.clock_shift)
        self.database = Database(settings.database_url.get_secret_value(), settings.database_pool)
        self.key = settings.client_secret.get_secret_value().encode()
        self.payments_key = settings.payments_secret.get_secret_value().encode()
        self.notify_url = settings.payments_notify_url
        self.notices = Notices(self.database, self.clock, self.payments_key, self.notify_url)

    async def ready(self) -> bool:
        """Tell whether the books can be reached; raises where not even their server can."""
        await self.database.check()
        return True


def create_app(bank: Bank) -> FastAPI:
    """Return the bank's application."""

    @asynccontextmanager
    async def live(_: FastAPI) -> AsyncIterator[None]:
        telling = asyncio.create_task(bank.notices.run()) if bank.notify_url else None
        yield
        if telling is not None:
            await stop([telling])
        await bank.notices.close()
        await bank.database.close()

    app = FastAPI(
        title="Simulated bank",
        version="1",
        lifespan=live,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.service = bank
    app.state.migrations = MIGRATIONS
    app.include_router(router)
    app.include_router(payments.router)
    app.include_router(health_router())
    answer_with_problems(app)
    return app
