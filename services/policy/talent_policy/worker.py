"""The composition root for consumers, the outbox relay and timed work."""

from collections.abc import Mapping

from talent_kit.timers import TimerHandler
from talent_kit.worker import Worker

from .applications.instalments import FallDue
from .disbursements import service as disbursements
from .disbursements.repository import RECONCILE
from .disbursements.worker import Sender
from .entitlements.worker import Matcher
from .facts import standings
from .imports.service import FactImports
from .main import PolicyService
from .rights.erasure import SETTLE, Settle
from .statements.worker import Reconcile
from .subscriptions import subscriptions


def timers(service: PolicyService) -> Mapping[str, TimerHandler]:
    """Return the handler of each kind of timer."""
    return {
        disbursements.SEND: Sender(service, service.bank),
        disbursements.FALL_DUE: FallDue(service, service.packs),
        RECONCILE: Reconcile(service, service.bank, service.settings.bank_region),
        SETTLE: Settle(service),
        standings.LOOK: standings.Look(service),
    }


def create_worker(service: PolicyService) -> Worker:
    """Return the worker of the service; it runs beside the HTTP application."""
    imports = FactImports(service, service.identity)
    loops = [Matcher(service, service.packs)]
    return Worker(service, subscriptions(service), timers(service), [imports.kind()], loops=loops)
