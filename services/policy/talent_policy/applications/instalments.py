"""Timed work: instalments of an approved application that fall due."""

from uuid import UUID

from talent_kit.service import Service
from talent_rules import Outcome

from ..disbursements import service as disbursements
from ..library.cache import PackCache
from ..models import Employment
from . import deciding, repository
from . import service as applications


class FallDue:
    """Timer handler of `disbursements.fall-due`.

    The rules are asked again, for the day of the application with the facts now on file, and an
    employment must not have ended: else the instalment is stopped and its budget is free again.
    """

    def __init__(self, service: Service, packs: PackCache) -> None:
        self._service = service
        self._parts = deciding.Parts(clock=service.clock, vault=service.vault, packs=packs)

    async def __call__(self, key: str) -> None:
        """Owe or stop one instalment; raises BudgetMissing, and is tried again then."""
        clock = self._service.clock
        async with self._service.database.transaction() as session:
            payment = await disbursements.planned(session, UUID(key))
            if payment is None:
                return
            application = await repository.application(session, payment.application_id, lock=True)
            if application is None:
                raise LookupError("a payment without its application")
            settled = await deciding.settled_by_person(session, self._parts, application)
            _, decision = await deciding.reassess(session, self._parts, application, settled)
            employment = await session.get(Employment, application.subject_id)
            ended = employment is not None and employment.status == "ended"
            if decision.result.outcome is not Outcome.ELIGIBLE or ended:
                await disbursements.stop(session, clock, payment)
                return
            by_rules = payment.approved_by == applications.RULES
            released_by = applications.STANDING_ORDER if by_rules else None
            await disbursements.fall_due(session, clock, payment, released_by)
