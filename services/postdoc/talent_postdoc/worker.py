"""The composition root for consumers, the outbox relay and timed work."""

from talent_kit.service import Service
from talent_kit.worker import Worker

from .deadlines.worker import Sweep
from .positions.lifecycle import CLOSE_TIMER
from .positions.worker import close_handler
from .subscriptions import subscriptions


def create_worker(service: Service) -> Worker:
    """Return the worker of the service; it runs beside the HTTP application."""
    timers = {
        CLOSE_TIMER: close_handler(service.database, service.clock),
    }
    return Worker(service, subscriptions(service), timers, loops=[Sweep(service)])
