"""How far positions may go."""

import pytest
from talent_postdoc.plans.rules import Excess, Offer, excess


@pytest.mark.parametrize(
    ("number", "found"),
    [(1, None), (2, None), (3, Excess("0812", 3, 4))],
    ids=["below", "at", "above"],
)
def test_no_more_is_offered_than_planned(number, found):
    offers = [Offer("0812", 1), Offer("0812", number), Offer("0805", 1)]
    assert excess({"0812": 3, "0805": 1}, offers) == found


def test_what_is_not_planned_at_all_is_too_much():
    assert excess({"0812": 3}, [Offer("0805", 1)]) == Excess("0805", 0, 1)
