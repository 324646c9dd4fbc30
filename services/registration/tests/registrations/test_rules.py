"""The laws of seats, whatever is claimed in whatever order."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st
from talent_registration.registrations.rules import (
    Queue,
    barred_until,
    exchange,
    give_back,
    left,
    rank,
    served,
    take,
    window,
)

QUOTAS = "abc"
needs = st.sets(st.sampled_from(QUOTAS), min_size=1).map(sorted)
halls = st.fixed_dictionaries({name: st.integers(0, 6) for name in QUOTAS}).map(
    lambda seats: {name: SimpleNamespace(capacity=n, taken=0) for name, n in seats.items()}
)


@given(halls, st.lists(needs, max_size=30))
def test_a_claim_takes_of_all_its_quotas_or_of_none_and_never_too_many(quotas, claims):
    for needed in claims:
        before = {name: quota.taken for name, quota in quotas.items()}
        room = left(quotas, needed)
        took = take(quotas, needed)
        assert took == (room > 0)
        for name, quota in quotas.items():
            assert quota.taken == before[name] + (took and name in needed)
            assert 0 <= quota.taken <= quota.capacity


@given(halls, st.lists(needs, max_size=5), st.data())
def test_queues_are_served_as_one_line_in_which_the_blocked_hold_up_nobody(quotas, kinds, data):
    line = data.draw(st.lists(st.integers(0, len(kinds) - 1), max_size=20)) if kinds else []
    ranks = [data.draw(st.integers(0, 2)) for _ in line]
    queues = [
        Queue(needed, sorted(((ranks[n], n), n) for n, kind in enumerate(line) if kind == number))
        for number, needed in enumerate(kinds)
    ]
    copy = {n: SimpleNamespace(capacity=q.capacity, taken=q.taken) for n, q in quotas.items()}
    order = sorted(range(len(line)), key=lambda place: (ranks[place], place))
    expected = [place for place in order if take(copy, kinds[line[place]])]
    assert served(quotas, queues) == expected
    assert {n: q.taken for n, q in quotas.items()} == {n: q.taken for n, q in copy.items()}


@given(halls, needs)
def test_what_is_given_back_can_be_taken_again(quotas, needed):
    while take(quotas, needed):
        pass
    if all(quotas[name].taken for name in needed):
        give_back(quotas, needed)
        assert left(quotas, needed) == 1


@given(halls, needs, needs, st.integers(0, 6))
def test_a_seat_is_exchanged_for_another_or_kept(quotas, held, wanted, others):
    for _ in range(others):
        take(quotas, wanted)
    if not take(quotas, held):
        return
    before = {name: quota.taken for name, quota in quotas.items()}
    got = exchange(quotas, held, wanted)
    for name, quota in quotas.items():
        assert quota.taken == before[name] + got * ((name in wanted) - (name in held))
        assert 0 <= quota.taken <= quota.capacity
    # Only for want of a seat that is not one's own.
    short = [name for name in set(wanted) - set(held) if before[name] == quotas[name].capacity]
    assert got == (not short)


@given(st.lists(st.sampled_from(QUOTAS)), st.sampled_from(QUOTAS))
def test_a_rank_is_the_first_of_the_regions_that_somebody_lies_in(priority, region):
    found = rank(region, priority, lambda one, other: one == other)
    assert found == (priority.index(region) if region in priority else len(priority))


def at(day):
    return None if day is None else datetime(2026, 9, day, tzinfo=UTC)


days = st.none() | st.integers(1, 28)


@given(st.integers(1, 28), st.integers(1, 28), days, days)
def test_a_ticket_is_open_while_both_it_and_its_activity_are(opens, closes, from_, until):
    activity = SimpleNamespace(opens_at=at(opens), closes_at=at(closes))
    ticket = SimpleNamespace(opens_at=at(from_), closes_at=at(until))
    start, end = window(activity, ticket)
    for day in range(1, 29):
        both = all(
            (each.opens_at is None or each.opens_at <= at(day))
            and (each.closes_at is None or at(day) < each.closes_at)
            for each in (activity, ticket)
        )
        assert (start <= at(day) < end) == both


@given(st.lists(days.filter(bool)), st.integers(1, 5), st.integers(1, 28), st.integers(1, 28))
def test_who_missed_so_many_is_barred_until_they_are_so_many_no_more(missed, most, length, today):
    missed = [at(day) for day in missed if day <= today]
    span = timedelta(days=length)
    until = barred_until(missed, most, span, at(today))

    def within(instant):
        return sum(instant - span < each for each in missed)

    assert (until is not None) == (within(at(today)) >= most)
    if until is not None:
        assert until > at(today)
        assert within(until) < most <= within(until - timedelta(microseconds=1))
