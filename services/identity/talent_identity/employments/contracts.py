"""Which labour contracts (劳动合同) hold together."""

from datetime import date
from enum import StrEnum


class Arrangement(StrEnum):
    """Who signs: the employer itself, or a dispatch company (劳务派遣)."""

    DIRECT = "direct"
    DISPATCH = "dispatch"


class ContractKind(StrEnum):
    """Labour Contract Law art. 12; `chained` is a run of fixed terms with the same employer."""

    FIXED_TERM = "fixed_term"
    OPEN_ENDED = "open_ended"
    TASK = "task"
    CHAINED = "chained"


class ContractError(ValueError):
    """The dates do not fit; carries a stable code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_term(kind: ContractKind, first: date, last: date | None) -> None:
    """Raise ContractError unless the term fits its kind; the last day is inclusive.

    Codes: contract-until-required, contract-until-forbidden, contract-until-before-from.
    """
    if kind is ContractKind.FIXED_TERM and last is None:
        raise ContractError("contract-until-required")
    if kind is ContractKind.OPEN_ENDED and last is not None:
        raise ContractError("contract-until-forbidden")
    if last is not None and last < first:
        raise ContractError("contract-until-before-from")


def can_end_on(day: date, first: date, last: date | None, today: date) -> bool:
    """Tell whether an employment can have had its last day then: within its term, not to come."""
    return first <= day <= min(today, last or today)
