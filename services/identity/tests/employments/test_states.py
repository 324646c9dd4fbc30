"""The state machine and the terms of contracts, without a database."""

from datetime import date

import pytest
from talent_identity.employments.contracts import (
    ContractError,
    ContractKind,
    can_end_on,
    check_term,
)
from talent_identity.employments.service import _EVENTS
from talent_identity.employments.states import TRANSITIONS, Act, Status, after

POSSIBLE = {
    ("declared", "edit", "declared"),
    ("rejected", "edit", "declared"),
    ("declared", "confirm", "confirmed"),
    ("declared", "reject", "rejected"),
    ("confirmed", "end", "ended"),
}


def test_every_pair_of_state_and_act_is_decided():
    found = {
        (status.value, act.value, reached.value)
        for status in Status
        for act in Act
        if (reached := after(status, act)) is not None
    }
    assert found == POSSIBLE


def test_every_transition_has_its_event():
    assert set(_EVENTS) == set(TRANSITIONS)


FIRST, NEXT = date(2024, 7, 1), date(2024, 7, 2)


@pytest.mark.parametrize(
    ("kind", "last", "code"),
    [
        ("fixed_term", None, "contract-until-required"),
        ("fixed_term", date(2024, 6, 30), "contract-until-before-from"),
        ("fixed_term", FIRST, None),
        ("fixed_term", NEXT, None),
        ("open_ended", None, None),
        ("open_ended", NEXT, "contract-until-forbidden"),
        ("task", None, None),
        ("task", NEXT, None),
        ("chained", None, None),
        ("chained", date(2024, 6, 30), "contract-until-before-from"),
    ],
)
def test_the_term_fits_its_kind(kind, last, code):
    if code is None:
        check_term(ContractKind(kind), FIRST, last)
        return
    with pytest.raises(ContractError) as caught:
        check_term(ContractKind(kind), FIRST, last)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("day", "last", "possible"),
    [
        (date(2024, 6, 30), None, False),
        (date(2024, 7, 1), None, True),
        (date(2024, 9, 1), None, True),
        (date(2024, 9, 2), None, False),
        (date(2024, 8, 1), date(2024, 8, 1), True),
        (date(2024, 8, 2), date(2024, 8, 1), False),
        (date(2024, 9, 2), date(2024, 12, 31), False),
    ],
)
def test_an_end_lies_in_the_term_and_not_in_the_future(day, last, possible):
    assert can_end_on(day, FIRST, last, date(2024, 9, 1)) is possible
