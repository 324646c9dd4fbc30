"""The composition root for HTTP."""

from pathlib import Path

from fastapi import APIRouter, FastAPI
from opentelemetry.sdk.trace.export import SpanExporter
from talent_kit.app import create_service_app
from talent_kit.calls import ServiceCaller
from talent_kit.clock import Clock
from talent_kit.resolving import HttpIdentity, Identity
from talent_kit.service import Service

from .applications import endpoints as applications
from .batches import endpoints as batches
from .disbursements import endpoints as disbursements
from .disbursements.bank import Bank, HttpBank
from .entitlements import endpoints as entitlements
from .facts import endpoints as facts
from .figures import endpoints as figures
from .imports import endpoints as imports
from .library import endpoints as library
from .library.cache import PackCache
from .matching import endpoints as matching
from .matters import endpoints as matters
from .offers import endpoints as offers
from .payees import endpoints as payees
from .recoveries import endpoints as recoveries
from .rights import endpoints as rights
from .settings import PolicySettings
from .statements import endpoints as statements
from .subscriptions import SUBSCRIBED_TYPES

MIGRATIONS = str(Path(__file__).parents[1] / "migrations")

ROUTERS: tuple[APIRouter, ...] = (
    facts.vocabulary_router,
    facts.router,
    imports.templates,
    imports.router,
    matters.router,
    library.packs,
    library.measures,
    matching.evaluations,
    matching.matches,
    entitlements.router,
    offers.router,
    applications.confirmations,
    payees.router,
    rights.personal_data,
    rights.corrections,
    applications.router,
    applications.work_items,
    figures.router,
    disbursements.budgets,
    disbursements.payments,
    disbursements.ledger,
    batches.router,
    statements.statements,
    statements.differences,
    recoveries.router,
)


class PolicyService(Service):
    """The parts of the policy service."""

    settings: PolicySettings

    def __init__(
        self,
        settings: PolicySettings,
        *,
        clock: Clock | None = None,
        exporter: SpanExporter | None = None,
        bank: Bank | None = None,
        identity: Identity | None = None,
    ) -> None:
        super().__init__(
            "policy", settings, subscribed_types=SUBSCRIBED_TYPES, clock=clock, exporter=exporter
        )
        self.packs = PackCache(settings.packs_cached)
        self.bank: Bank = bank or HttpBank(
            settings.bank_url, settings.bank_secret.get_secret_value(), settings.bank_timeout
        )

        self.identity: Identity = identity or HttpIdentity(
            ServiceCaller(
                settings.identity_url,
                token_url=settings.token_url,
                client_id=settings.client_id,
                client_secret=settings.client_secret.get_secret_value(),
                timeout=settings.call_timeout,
            )
        )

    async def close(self) -> None:
        await self.bank.close()
        await self.identity.close()
        await super().close()


def create_service(
    settings: PolicySettings,
    *,
    clock: Clock | None = None,
    exporter: SpanExporter | None = None,
    bank: Bank | None = None,
    identity: Identity | None = None,
) -> PolicyService:
    """Return the parts of the service; nothing is connected yet."""
    return PolicyService(settings, clock=clock, exporter=exporter, bank=bank, identity=identity)


def create_app(service: PolicyService) -> FastAPI:
    """Return the HTTP application."""
    return create_service_app(
        service,
        title="Policy",
        routers=ROUTERS,
        migrations=MIGRATIONS,
        uploads=[imports.PATH],
    )
