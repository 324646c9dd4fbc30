"""Who is let in: by ticket, time, and what came before."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from talent_gate.admission import Gate, Meeting, Reason, meeting_for, outcomes

START = datetime(2026, 9, 15, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST = Meeting(uuid4(), "first", START, START + 3 * HOUR)
SECOND = Meeting(uuid4(), "second", START + 4 * HOUR, START + 8 * HOUR)
TICKET, OTHER = uuid4(), uuid4()
BOTH = frozenset({FIRST.id, SECOND.id})


def gate(**changes):
    given = {"once": True, "exits": False, "early": HOUR, "meetings": BOTH}
    return Gate(**{**given, "tickets": frozenset({TICKET})} | changes)


@pytest.mark.parametrize(
    ("hours", "found"),
    [
        (-1.01, Reason.OUT_OF_TIME),
        (-1, FIRST.id),
        (2.99, FIRST.id),
        (3, SECOND.id),
        (7.99, SECOND.id),
        (8, Reason.OUT_OF_TIME),
    ],
)
def test_a_gate_is_open_from_early_to_the_end(hours, found):
    at = START + hours * HOUR
    assert meeting_for(gate(), (SECOND, FIRST), TICKET, BOTH, at) == found


def test_where_two_are_open_the_first_to_start_is_meant():
    at = SECOND.starts_at - 1.5 * HOUR
    assert meeting_for(gate(early=2 * HOUR), (SECOND, FIRST), TICKET, BOTH, at) == FIRST.id
    assert meeting_for(gate(early=2 * HOUR), (SECOND, FIRST), TICKET, {SECOND.id}, at) == SECOND.id


def test_another_ticket_and_one_for_other_sessions():
    assert meeting_for(gate(), (FIRST, SECOND), OTHER, BOTH, START) == Reason.OTHER_TICKET
    here = gate(meetings=frozenset({FIRST.id}))
    assert meeting_for(here, (FIRST, SECOND), TICKET, {SECOND.id}, START) == Reason.OTHER_TICKET


def told(rules, *ways):
    """What ways come to, given as session to enter, or None for out."""
    door = uuid4()
    passages = [
        SimpleNamespace(gate_id=door, out=meeting is None, meeting_id=meeting) for meeting in ways
    ]
    return [outcome.reason for _, outcome in outcomes({door: rules}, passages)]


A, B = FIRST.id, SECOND.id


@pytest.mark.parametrize(
    ("changes", "ways", "reasons"),
    [
        ({}, [A, A, B], [None, Reason.ALREADY_IN, None]),
        ({"once": False}, [A, A], [None, None]),
        ({"once": False, "exits": True}, [A, A], [None, Reason.ALREADY_IN]),
        ({"once": False, "exits": True}, [A, None, A], [None, None, None]),
        ({"exits": True}, [A, None, A], [None, None, Reason.ALREADY_IN]),
        ({"exits": True}, [None, A, None, None], [Reason.NOT_IN, None, None, Reason.NOT_IN]),
        ({}, [A, None], [None, Reason.ENTRANCE_ONLY]),
        ({"once": False, "exits": True}, [A, B, A], [None, None, None]),
    ],
)
def test_ways_in_and_out(changes, ways, reasons):
    assert told(gate(**changes), *ways) == reasons
