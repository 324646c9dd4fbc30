"""The composition root for HTTP."""

from datetime import timedelta
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from opentelemetry.sdk.trace.export import SpanExporter
from talent_kit.app import create_service_app
from talent_kit.clock import Clock
from talent_kit.service import Service

from .activities import endpoints as activities
from .attendance import endpoints as attendance
from .bookings import endpoints as bookings
from .calendars import endpoints as calendars
from .certificates import endpoints as certificates
from .certificates.paper import Paper
from .charges.till import Till
from .checkins import endpoints as checkins
from .checkins.service import CheckIn
from .curricula import endpoints as curricula
from .exports import endpoints as exports
from .files import endpoints as files
from .gates import endpoints as gates
from .gates.code_keys import CodeKeys
from .groups import endpoints as groups
from .guests import endpoints as guests
from .payments import endpoints as payments
from .payments.provider import HttpProvider, Provider
from .pictures import endpoints as pictures
from .ratings import endpoints as ratings
from .registrations import endpoints as registrations
from .registrations import seating
from .registrations.errors import TooManyAtOnce
from .registrations.schemas import RegistrationOut
from .registrations.seating import Wanted
from .rights import endpoints as rights
from .settings import RegistrationSettings
from .subscriptions import SUBSCRIBED_TYPES
from .together import Together
from .waiting_rooms import endpoints as waiting_rooms
from .waiting_rooms.boards import Boards

MIGRATIONS = str(Path(__file__).parents[1] / "migrations")


_GATHER = 0.03
"""Seconds between two transactions that decide claims, while several come."""


class RegistrationService(Service):
    """The kit's parts, the claims and scans that wait in this process, the keys of talent codes."""

    settings: RegistrationSettings

    def __init__(
        self,
        settings: RegistrationSettings,
        *,
        clock: Clock | None = None,
        exporter: SpanExporter | None = None,
        provider: Provider | None = None,
    ) -> None:
        super().__init__(
            "registration",
            settings,
            subscribed_types=SUBSCRIBED_TYPES,
            clock=clock,
            exporter=exporter,
        )
        self.till: Till | None = None
        self.provider: Provider | None = None
        if settings.payments_url:
            secret = settings.payments_secret.get_secret_value()
            hold = timedelta(minutes=settings.pay_minutes)
            page_url = settings.payments_page_url or settings.payments_url
            self.till = Till(page_url, secret.encode(), hold)
            self.provider = provider or HttpProvider(
                settings.payments_url, secret, settings.payments_timeout
            )
        self.claims: Together[Wanted, RegistrationOut] = Together(
            self,
            partial(seating.decide, self.vault, self.till),
            together=settings.claims_together,
            waiting=settings.claims_waiting,
            too_many=TooManyAtOnce,
            gather=_GATHER,
        )
        self.paper = Paper(
            settings.identity_url, settings.public_url, font=settings.certificate_font
        )
        self.code_keys = CodeKeys(self, issuer=settings.code_issuer, url=settings.code_keys_url)
        self.check_in = CheckIn(
            self, self.code_keys, together=settings.scans_together, waiting=settings.scans_waiting
        )
        self.boards = Boards(self.database, self.clock)

    async def close(self) -> None:
        if self.provider is not None:
            await self.provider.close()
        await super().close()


def create_service(
    settings: RegistrationSettings,
    *,
    clock: Clock | None = None,
    exporter: SpanExporter | None = None,
    provider: Provider | None = None,
) -> RegistrationService:
    """Return the parts of the service; nothing is connected yet."""
    return RegistrationService(settings, clock=clock, exporter=exporter, provider=provider)


def create_app(service: RegistrationService) -> FastAPI:
    """Return the service's HTTP application."""
    return create_service_app(
        service,
        title="Talent Cloud: registration",
        # First, since routes are tried in order and a flood asks for these.
        routers=[
            checkins.scans,
            registrations.claims,
            waiting_rooms.router,
            registrations.seats,
            activities.router,
            activities.managed,
            guests.holds,
            guests.invitations,
            registrations.decisions,
            exports.router,
            registrations.router,
            calendars.of_activity,
            calendars.of_caller,
            calendars.feeds,
            calendars.calendars,
            gates.router,
            attendance.router,
            checkins.batches,
            checkins.figures,
            rights.router,
            bookings.router,
            bookings.exhibits,
            certificates.router,
            certificates.papers,
            ratings.router,
            ratings.follow_ups,
            groups.router,
            files.router,
            pictures.router,
            pictures.managed,
            curricula.at_booth,
            curricula.own,
            payments.notices,
            payments.of_registration,
            payments.of_activity,
            payments.differences,
        ],
        uploads=[files.PATH],
        migrations=MIGRATIONS,
    )
