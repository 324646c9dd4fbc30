"""The composition root for background work: relay, end of agents' time, forgetting, lists."""

from talent_kit.worker import Worker

from .employers.agents import LAPSE_TIMER, lapse_handler
from .filing_lists.steps import filing_kind
from .parts import IdentityService
from .rights.erasure import FORGET_TIMER, LEAVE_TIMER, forget_handler, leave_handler
from .sessions import service as sessions
from .staff.applying import apply_handler
from .staff.service import APPLY_TIMER
from .subscriptions import subscriptions


def create_worker(service: IdentityService) -> Worker:
    """Return the worker that runs beside the application."""
    timers = {
        LAPSE_TIMER: lapse_handler(service.database, service.clock),
        FORGET_TIMER: forget_handler(service.bus),
        LEAVE_TIMER: leave_handler(service),
        APPLY_TIMER: apply_handler(service),
        sessions.END_TIMER: sessions.end_handler(service.database, service.clock),
    }
    return Worker(service, subscriptions(), timers, jobs=[filing_kind(service)])
