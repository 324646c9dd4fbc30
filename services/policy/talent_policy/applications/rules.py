"""Pure rules of an application's life: which step follows which, and what payments say of it."""

from collections.abc import Collection, Iterable
from datetime import date

from talent_rules import UnknownYear, WorkingCalendar

from ..models.applications import ApplicationStatus as Status
from ..models.applications import Step
from ..models.money import PaymentStatus
from ..models.settling import RecoveryStatus

_STEPS: dict[str, frozenset[Status]] = {
    "approve": frozenset({Status.PENDING}),
    "reject": frozenset({Status.PENDING}),
    "return": frozenset({Status.PENDING}),
    "resubmit": frozenset({Status.RETURNED}),
    "withdraw": frozenset({Status.PENDING, Status.RETURNED}),
}


def may(step: str, status: str) -> bool:
    """Tell whether a step can be taken from a status."""
    return status in _STEPS[step]


def undecided(status: str) -> bool:
    """Tell whether nothing was granted yet."""
    return status in {Status.PENDING, Status.RETURNED, Status.REJECTED, Status.WITHDRAWN}


def status_by_recoveries(recoveries: Iterable[str], payments: Iterable[str]) -> Status | None:
    """Return the status where money must come back, or came back and none is to follow."""
    states = set(recoveries)
    if RecoveryStatus.ORDERED in states:
        return Status.RECOVERING
    over = set(payments) <= {PaymentStatus.PAID, PaymentStatus.STOPPED}
    return Status.RECOVERED if over and RecoveryStatus.SETTLED in states else None


def status_by_payments(payments: Iterable[str]) -> Status:
    """Return the status of an approved application from those of its payments."""
    owed = [status for status in payments if status != PaymentStatus.STOPPED]
    if not owed:
        return Status.STOPPED
    if PaymentStatus.FAILED in owed:
        return Status.PAYMENT_FAILED
    if all(status == PaymentStatus.PAID for status in owed):
        return Status.PAID
    if {PaymentStatus.RELEASED, PaymentStatus.DISPUTED, PaymentStatus.PAID} & set(owed):
        return Status.PAYING
    return Status.APPROVED


def step_of(status: Status, payments: Collection[str]) -> Step | None:
    """Return what must be done next with an application, and None where nobody must."""
    if status is Status.PENDING:
        return Step.REVIEW
    if status is Status.RETURNED:
        return Step.CORRECTION
    if PaymentStatus.FAILED in payments or PaymentStatus.DISPUTED in payments:
        return Step.REPAIR
    return Step.RELEASE if PaymentStatus.ORDERED in payments else None


def waiting_days(since: date, today: date) -> int | None:
    """Return the working days after a day up to today; None beyond the known holiday notices."""
    try:
        return WorkingCalendar().count(since, today)
    except UnknownYear:
        return None
