"""The composition root for consumers, the outbox relay and timed work."""

from talent_kit.service import Service
from talent_kit.worker import Worker

from .deadlines.worker import Sweep
from .subscriptions import subscriptions


def create_worker(service: Service) -> Worker:
    """Return the worker of the service; it runs beside the HTTP application."""
    return Worker(service, subscriptions(service), {}, loops=[Sweep(service)])
