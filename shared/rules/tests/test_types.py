from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from operator import or_

from hypothesis import given
from hypothesis import strategies as st
from talent_rules import Unknown

NAMES = st.frozensets(st.sampled_from([f"person.fact{n}" for n in range(80)]), min_size=1)


@given(st.lists(NAMES, min_size=1, max_size=6))
def test_what_parts_wait_for_together_is_the_union_of_their_names(sets):
    united = reduce(or_, map(Unknown, sets))
    everything = frozenset[str]().union(*sets)
    assert united == Unknown(everything)
    assert hash(united) == hash(Unknown(everything))
    assert united.names == everything
    assert united.ordered == tuple(sorted(everything))


def test_names_met_by_many_threads_at_once_are_not_confused():
    def unite(number):
        pair = [Unknown(frozenset({f"thread.fact{number + step}"})) for step in (0, 1)]
        return (pair[0] | pair[1]).names

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(unite, range(500)))
    assert found == [
        frozenset({f"thread.fact{number}", f"thread.fact{number + 1}"}) for number in range(500)
    ]
