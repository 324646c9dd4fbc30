"""Who may give which roles, and when an appointment stands."""

from collections.abc import Collection, Mapping
from datetime import date

from ..accounts import StaffRole

_GIVES: Mapping[str, frozenset[str]] = {
    # Those who carry out what the office decides. Not its own kind, and nobody who watches it.
    "policy_admin": frozenset(
        {
            StaffRole.REVIEWER,
            StaffRole.FINANCE,
            StaffRole.STATION_ADMIN,
            StaffRole.ORGANISER,
            StaffRole.SCANNER,
        }
    ),
    "operator": frozenset(StaffRole),
}


def may_give(held: Collection[str], roles: Collection[str]) -> bool:
    """Tell whether somebody who holds these roles may give, and take, those."""
    given = frozenset[str]().union(*(_GIVES.get(role, frozenset()) for role in held))
    return given.issuperset(roles)


def stands(valid_from: date, valid_until: date | None, on: date) -> bool:
    """Tell whether a term covers a day; both its ends belong to it."""
    return valid_from <= on and (valid_until is None or on <= valid_until)
