"""The composition root for consumers, the outbox relay and timed work."""

from talent_kit.reviews import review_timer
from talent_kit.reviews.service import TIMER as REVIEW_TIMER
from talent_kit.worker import Worker

from .applications import keeping as applications
from .applications import worker as forgetting
from .candidacies.keeping import KEPT_TIMER
from .candidacies.worker import kept_handler
from .deadlines.worker import Sweep
from .evaluations.worker import Binding
from .fellows.recording import NOTICE_TIMER
from .fellows.worker import notice_handler
from .imports.fellows import fellow_kind
from .imports.service import Meant
from .imports.stations import station_kind
from .main import PostdocService
from .positions.lifecycle import CLOSE_TIMER
from .positions.worker import close_handler
from .subscriptions import subscriptions
from .warnings.worker import Watch


def create_worker(service: PostdocService) -> Worker:
    """Return the worker of the service; it runs beside the HTTP application."""
    timers = {
        NOTICE_TIMER: notice_handler(service),
        REVIEW_TIMER: review_timer(service.database, service.reviews),
        KEPT_TIMER: kept_handler(service),
        applications.KEPT_TIMER: forgetting.kept_handler(service),
        CLOSE_TIMER: close_handler(service.database, service.clock),
    }
    meant = Meant(service.identity)
    return Worker(
        service,
        subscriptions(service),
        timers,
        jobs=[station_kind(service, meant), fellow_kind(service, meant)],
        loops=[Sweep(service), Watch(service), Binding(service)],
    )
