"""The laws of seats, whatever is claimed in whatever order."""

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st
from talent_registration.registrations.rules import Queue, give_back, left, served, take

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
    queues = [
        Queue(needed, [(place, place) for place, kind in enumerate(line) if kind == number])
        for number, needed in enumerate(kinds)
    ]
    copy = {n: SimpleNamespace(capacity=q.capacity, taken=q.taken) for n, q in quotas.items()}
    expected = [place for place, kind in enumerate(line) if take(copy, kinds[kind])]
    assert served(quotas, queues) == expected
    assert {n: q.taken for n, q in quotas.items()} == {n: q.taken for n, q in copy.items()}


@given(halls, needs)
def test_what_is_given_back_can_be_taken_again(quotas, needed):
    while take(quotas, needed):
        pass
    if all(quotas[name].taken for name in needed):
        give_back(quotas, needed)
        assert left(quotas, needed) == 1
