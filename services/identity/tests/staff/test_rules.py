"""Who gives what, and when a term stands."""

from datetime import date, timedelta

import pytest
from talent_identity.accounts import StaffRole
from talent_identity.staff.rules import may_give, stands

DAY = date(2026, 11, 21)


def test_nobody_else_gives_any_role():
    for held in ("reviewer", "finance", "auditor", "scanner", "talent", "service"):
        assert not any(may_give([held], [role]) for role in StaffRole)
    assert may_give(["reviewer", "policy_admin"], ["finance"])
    assert may_give(["operator"], list(StaffRole))


@pytest.mark.parametrize(("days", "expected"), [(-1, False), (0, True), (2, True), (3, False)])
def test_both_ends_belong_to_a_term(days, expected):
    assert stands(DAY, DAY + timedelta(days=2), DAY + timedelta(days=days)) == expected


def test_a_term_without_an_end_stands():
    assert stands(DAY, None, DAY + timedelta(days=36500))
