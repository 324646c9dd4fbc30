"""The composition root for consumers, the outbox relay and timed work."""

from datetime import timedelta
from typing import cast

from talent_kit.service import Service
from talent_kit.timers import TimerHandler
from talent_kit.worker import Worker

from .activities.timers import ANSWERS_TIMER, BOOKINGS_TIMER, SERVE_TIMER
from .bookings.worker import close_handler
from .certificates.service import TELL_TIMER
from .certificates.worker import tell_handler
from .charges.service import LOOK_TIMER, REFUND_TIMER
from .curricula.service import KEPT_TIMER
from .curricula.worker import kept_handler
from .files.service import UNUSED_TIMER
from .files.worker import unused_handler
from .guests.service import HOLD_TIMER
from .guests.worker import end_handler
from .main import RegistrationService
from .payments.repository import COMPARE_TIMER
from .payments.worker import Asker, Compare, Look, Refunds
from .registrations.seating import LAPSE_TIMER
from .registrations.worker import answers_handler, lapse_handler, serve_handler
from .settings import RegistrationSettings
from .subscriptions import subscriptions


def create_worker(service: Service) -> Worker:
    """Return the worker of the service; it runs beside the HTTP application."""
    settings = cast("RegistrationSettings", service.settings)
    kept = timedelta(days=settings.answers_kept_days)
    timers: dict[str, TimerHandler] = {
        TELL_TIMER: tell_handler(service.database, service.clock),
        UNUSED_TIMER: unused_handler(service.database, service.blobs),
        KEPT_TIMER: kept_handler(service.database, service.blobs, service.clock),
        ANSWERS_TIMER: answers_handler(service.database, service.clock, kept),
        BOOKINGS_TIMER: close_handler(service.database, service.clock),
        SERVE_TIMER: serve_handler(service.database, service.clock),
        HOLD_TIMER: end_handler(service.database, service.clock),
        LAPSE_TIMER: lapse_handler(service.database, service.clock),
    }
    provider = cast("RegistrationService", service).provider
    if provider is not None:
        ask = Asker(provider, service.clock)
        timers |= {
            LOOK_TIMER: Look(service, ask),
            REFUND_TIMER: Refunds(service, ask),
            COMPARE_TIMER: Compare(service, provider, settings.payments_region),
        }
    return Worker(service, subscriptions(service), timers)
