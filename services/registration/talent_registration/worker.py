"""The composition root for consumers, the outbox relay and timed work."""

from talent_kit.service import Service
from talent_kit.worker import Worker

from .activities.service import SERVE_TIMER
from .guests.service import HOLD_TIMER
from .guests.worker import end_handler
from .registrations.seating import LAPSE_TIMER
from .registrations.worker import lapse_handler, serve_handler
from .subscriptions import subscriptions


def create_worker(service: Service) -> Worker:
    """Return the worker of the service; it runs beside the HTTP application."""
    timers = {
        SERVE_TIMER: serve_handler(service.database, service.clock),
        HOLD_TIMER: end_handler(service.database, service.clock),
        LAPSE_TIMER: lapse_handler(service.database, service.clock),
    }
    return Worker(service, subscriptions(service), timers)
