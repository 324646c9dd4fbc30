"""Timed work: instalments of an approved application that fall due."""

from uuid import UUID

from talent_kit.service import Service
from talent_rules import Outcome

from ..disbursements import service as disbursements
from ..library.cache import PackCache
from ..library.parts import Parts
from ..packs.records import MeasureDecision
from . import deciding, repository


class FallDue:
    """Timer handler of `disbursements.fall-due`.

    The rules are asked again, for the day of the application with the facts now on file; where they
    no longer give the same amount on facts as good, it is stopped and its budget is free again.
    """

    def __init__(self, service: Service, packs: PackCache) -> None:
        self._service = service
        self._parts = Parts(clock=service.clock, vault=service.vault, packs=packs)

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
            if holds(decision, application.amount_fen, by_rules=payment.approved_by is None):
                await disbursements.fall_due(session, clock, payment)
            else:
                await disbursements.stop(session, clock, payment)


def holds(decision: MeasureDecision, granted_fen: int | None, *, by_rules: bool) -> bool:
    """Tell whether what was granted would be granted again, on facts that are as good."""
    proven = decision.by_registers if by_rules else decision.on_verified_facts
    same = decision.result.amount_fen == granted_fen
    return decision.result.outcome is Outcome.ELIGIBLE and same and proven
