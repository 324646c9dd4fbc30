"""Binding of what was published, by the clock."""

from talent_kit.service import Service

from ..warnings.worker import Watch
from .rounds import bind_due


class Binding(Watch):
    """Binds rounds whose publication is over."""

    name = "evaluations"

    def __init__(self, service: Service) -> None:
        super().__init__(service, (bind_due,))
