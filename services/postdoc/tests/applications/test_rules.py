"""Conditions of setting up a station at their edges, without a database."""

from datetime import date

import pytest
from talent_postdoc.applications.rules import conditions, files_at_once, judge, submittable
from talent_postdoc.stations.states import Kind
from talent_postdoc.terms.rules import holding
from talent_rules import State

DAY = date(2026, 9, 1)
TERMS = holding(("350702", "350700", "350000", "000000"), DAY, [])
JIANGSU = holding(("320500", "320000", "000000"), DAY, [])
ALL = {
    "unit.kind": "enterprise",
    "unit.rd_unit": True,
    "advisors.full_time": 3,
    "plan.people": 1,
    "pay.yearly": 8_000_000,
    "joint.on_file": 1,
    "joint.elsewhere": 0,
    "discipline.graduates": 1,
    "parent.recruiting": True,
}


def states(kind=Kind.WORKSTATION, **changes):
    facts = {name.replace("__", "."): value for name, value in changes.items()}
    given = {name: value for name, value in (ALL | facts).items() if value is not None}
    return {each.requirement.id: each.state for each in judge(kind, given, TERMS, DAY)}


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_can_be_met(kind):
    assert set(states(kind).values()) == {State.TRUE}
    assert conditions()[kind].documents


@pytest.mark.parametrize(
    ("kind", "condition", "fact", "below", "at", "above"),
    [
        (Kind.WORKSTATION, "advisors", "advisors__full_time", 2, 3, 4),
        (Kind.WORKSTATION, "plan", "plan__people", 0, 1, 2),
        (Kind.WORKSTATION, "pay", "pay__yearly", 7_999_999, 8_000_000, 8_000_001),
        (Kind.WORKSTATION, "joint", "joint__on_file", 0, 1, 2),
        (Kind.MOBILE, "doctoral", "discipline__graduates", 0, 1, 2),
    ],
)
def test_figures_below_at_and_above(kind, condition, fact, below, at, above):
    found = [states(kind, **{fact: value})[condition] for value in (below, at, above)]
    assert found == [State.FALSE, State.TRUE, State.TRUE]


@pytest.mark.parametrize(
    ("kind", "condition", "fact", "value", "state"),
    [
        (Kind.WORKSTATION, "rd_unit", "unit__rd_unit", False, State.FALSE),
        (Kind.WORKSTATION, "rd_unit", "unit__rd_unit", None, State.UNKNOWN),
        (Kind.WORKSTATION, "pay", "pay__yearly", None, State.UNKNOWN),
        (
            Kind.MOBILE,
            "legal_person",
            "unit__kind",
            "branch_of_outside_enterprise",
            State.FALSE,
        ),
        (Kind.MOBILE, "legal_person", "unit__kind", "other", State.REFERRED),
        (Kind.BRANCH, "parent", "parent__recruiting", False, State.FALSE),
    ],
)
def test_what_is_not_met_not_said_or_for_a_person(kind, condition, fact, value, state):
    assert states(kind, **{fact: value})[condition] is state


def test_a_partner_that_is_not_on_file_is_looked_at_by_a_person():
    found = states(joint__on_file=0, joint__elsewhere=1)
    assert found["joint"] is State.REFERRED


def judged(**changes):
    facts = {name.replace("__", "."): value for name, value in changes.items()}
    given = {name: value for name, value in (ALL | facts).items() if value is not None}
    return judge(Kind.WORKSTATION, given, JIANGSU, DAY)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (judged(), True),
        (judged(joint__on_file=0, joint__elsewhere=1), True),
        (judged(unit__rd_unit=None), False),
        (judged(unit__rd_unit=False), False),
    ],
)
def test_what_is_unmet_or_unsaid_is_not_submitted(given, expected):
    assert submittable(given) is expected


@pytest.mark.parametrize(
    ("kind", "enterprise", "given", "terms", "expected"),
    [
        (Kind.WORKSTATION, True, judged(), JIANGSU, True),
        (Kind.BRANCH, True, judged(), JIANGSU, True),
        (Kind.WORKSTATION, True, judged(), TERMS, False),
        (Kind.WORKSTATION, False, judged(), JIANGSU, False),
        (Kind.MOBILE, True, judged(), JIANGSU, False),
        (Kind.PRACTICE_BASE, True, judged(), JIANGSU, False),
        (Kind.WORKSTATION, True, judged(joint__on_file=0, joint__elsewhere=1), JIANGSU, False),
    ],
)
def test_enterprises_file_at_once_where_the_region_has_it(kind, enterprise, given, terms, expected):
    assert files_at_once(kind, enterprise=enterprise, judged=given, terms=terms) is expected
