"""Where something differs from what it should be."""

import pytest
from talent_keycloak.differences import differences, merged


@pytest.mark.parametrize(
    ("wanted", "found", "places"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, []),
        ({"a": 1}, {"a": 2}, ["a"]),
        ({"a": 1}, {}, ["a"]),
        ({"a": False}, {}, ["a"]),
        ({"a": 0}, {"a": False}, []),
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}, []),
        ({"a": ["x"]}, {"a": ["x", "y"]}, ["a"]),
        ({"a": []}, {}, []),
        ({"a": {}}, {}, []),
        ({"a": []}, {"a": ["x"]}, ["a"]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3, "d": 4}}, ["a.c"]),
        ({"a": {"b": 1}}, {"a": None}, ["a"]),
    ],
)
def test_only_what_is_wanted_is_compared(wanted, found, places):
    assert differences(wanted, found) == places


def test_what_is_merged_no_longer_differs_and_keeps_the_rest():
    wanted = {"a": {"b": 1}, "c": ["x"], "d": None}
    found = {"a": {"b": 2, "e": 3}, "c": [], "f": 4}
    whole = merged(wanted, found)
    assert differences(wanted, whole) == []
    assert whole["a"]["e"] == 3
    assert whole["f"] == 4
    assert found["a"]["b"] == 2
