"""The composition root for consumers, the outbox relay and timed work."""

from datetime import timedelta
from typing import cast

from talent_kit.service import Service
from talent_kit.worker import Worker

from .activities.timers import ANSWERS_TIMER, BOOKINGS_TIMER, SERVE_TIMER
from .bookings.worker import close_handler
from .curricula.service import KEPT_TIMER
from .curricula.worker import kept_handler
from .files.service import UNUSED_TIMER
from .files.worker import unused_handler
from .guests.service import HOLD_TIMER
from .guests.worker import end_handler
from .registrations.seating import LAPSE_TIMER
from .registrations.worker import answers_handler, lapse_handler, serve_handler
from .settings import RegistrationSettings
from .subscriptions import subscriptions


def create_worker(service: Service) -> Worker:
    """Return the worker of the service; it runs beside the HTTP application."""
    settings = cast("RegistrationSettings", service.settings)
    kept = timedelta(days=settings.answers_kept_days)
    timers = {
        UNUSED_TIMER: unused_handler(service.database, service.blobs),
        KEPT_TIMER: kept_handler(service.database, service.blobs, service.clock),
        ANSWERS_TIMER: answers_handler(service.database, service.clock, kept),
        BOOKINGS_TIMER: close_handler(service.database, service.clock),
        SERVE_TIMER: serve_handler(service.database, service.clock),
        HOLD_TIMER: end_handler(service.database, service.clock),
        LAPSE_TIMER: lapse_handler(service.database, service.clock),
    }
    return Worker(service, subscriptions(service), timers)
