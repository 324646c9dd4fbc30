"""The bank on a fresh database."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx2
import pytest
from talent_bank.main import MIGRATIONS, Bank, create_app
from talent_bank.settings import BankSettings
from talent_kit.migrations import migrate
from talent_kit.testing.postgres import Databases
from talent_kit.testing.services import MovableClock

SECRET = "a secret of sixteen or more"
MERCHANT = "another secret of sixteen or more"


class BankUnderTest:
    """The bank's HTTP interface, as its client and as whoever tests."""

    def __init__(self, http: httpx2.AsyncClient, clock: MovableClock, parts: Bank) -> None:
        self.http = http
        self.clock = clock
        self.parts = parts
        self.url = parts.settings.database_url.get_secret_value()

    async def send(self, **changes):
        order = {
            "order_id": str(uuid4()),
            "account_number": "6222000000000011",
            "holder": "测试甲",
            "bank_code": "",
            "amount_fen": 2_000_000,
            "currency": "CNY",
        }
        return await self.resend(order | changes)

    async def resend(self, order):
        return await self.http.post("/transfers", json=order, headers={"X-Bank-Client": SECRET})

    async def state(self, order_id):
        return await self.http.get(f"/transfers/{order_id}", headers={"X-Bank-Client": SECRET})

    async def behave(self, **behaviour):
        answer = await self.http.put("/behaviour", json=behaviour)
        assert answer.status_code == 200

    async def lines(self, **query):
        answer = await self.http.get("/statement", params=query)
        assert answer.status_code == 200
        return answer.json()["lines"]


@pytest.fixture
async def bank(databases: Databases) -> AsyncIterator[BankUnderTest]:
    template = await databases.template("bank", lambda url: migrate(url, MIGRATIONS))
    url = await databases.create(template)
    clock = MovableClock()
    settings = BankSettings(
        environment="development",
        database_url=url,
        client_secret=SECRET,
        payments_secret=MERCHANT,
        payments_notify_url="http://127.0.0.1:9/notices",
    )
    parts = Bank(settings, clock)
    app = create_app(parts)
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://bank") as http,
    ):
        yield BankUnderTest(http, clock, parts)
    await databases.drop(url)
