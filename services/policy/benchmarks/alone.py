"""The policy service alone, without a socket and with a prompt bank, for what is measured of it."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from talent_kit.testing.postgres import Databases, durable_postgres, throw_away_postgres
from talent_kit.testing.services import ServiceFactory
from talent_policy.disbursements.bank import Answers, BankAnswer, BankTransfer
from talent_policy.main import MIGRATIONS, create_app, create_service
from talent_policy.settings import PolicySettings
from talent_policy.worker import create_worker

_NOWHERE = "http://127.0.0.1:9"


@contextmanager
def policy(*, durable: bool = True) -> Iterator[ServiceFactory]:
    """Yield what runs the service, each time on a database of its own."""
    postgres_for = durable_postgres if durable else throw_away_postgres
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with postgres_for(folder / "postgres") as postgres:
            yield ServiceFactory(
                name="policy",
                migrations=MIGRATIONS,
                settings=PolicySettings,
                create_service=create_service,
                create_app=create_app,  # type: ignore[arg-type]
                create_worker=create_worker,  # type: ignore[arg-type]
                databases=Databases(postgres),
                folder=folder,
                extra_settings={
                    "authority_clients": {"school-office": "education"},
                    "bank_url": _NOWHERE,
                    "bank_secret": "not-a-real-secret",
                    "identity_url": _NOWHERE,
                    "token_url": _NOWHERE,
                    "client_secret": "not-a-real-secret",
                },
            )


@dataclass(frozen=True)
class PromptBank:
    """Books whatever comes, at one instant; it has no statement."""

    at: datetime

    async def send(self, transfers: Sequence[BankTransfer]) -> Answers:
        return {
            one.order_id: BankAnswer("booked", one.amount_fen, booked_at=self.at)
            for one in transfers
        }

    async def ask(self, _: Sequence[UUID]) -> Answers:
        return {}

    async def close(self) -> None:
        return
