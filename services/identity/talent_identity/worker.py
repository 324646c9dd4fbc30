"""The composition root for background work: the relay, and the end of agents' time.

This service subscribes to nothing: what it knows, people tell it themselves.
"""

from talent_kit.worker import Worker

from .employers.agents import LAPSE_TIMER, lapse_handler
from .parts import IdentityService


def create_worker(service: IdentityService) -> Worker:
    """Return the worker that runs beside the application."""
    timers = {LAPSE_TIMER: lapse_handler(service.database, service.clock)}
    return Worker(service, subscriptions={}, timers=timers)
