"""Nothing is lost or made up in a split."""

import pytest
from hypothesis import given as each
from hypothesis import strategies as st
from talent_rules import split_amount


@pytest.mark.parametrize(
    ("total", "shares", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (101, [1, 1, 1], [34, 34, 33]),
        (102, [1, 1, 1], [34, 34, 34]),
        (10, [5, 3, 2], [5, 3, 2]),
        (11, [5, 3, 2], [6, 3, 2]),
        (1, [1, 2], [0, 1]),
        (1, [1, 0, 1], [1, 0, 0]),
        (0, [1, 2], [0, 0]),
        (7, [3], [7]),
        (20_000_000, [4, 3, 3], [8_000_000, 6_000_000, 6_000_000]),
    ],
)
def test_split(total, shares, parts):
    assert split_amount(total, shares) == parts


@pytest.mark.parametrize(("total", "shares"), [(-1, [1]), (1, []), (1, [0]), (1, [2, -1])])
def test_senseless_splits(total, shares):
    with pytest.raises(ValueError, match="split"):
        split_amount(total, shares)


@each(
    st.integers(0, 10**15),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any),
)
def test_parts_add_up_and_are_within_a_fen_of_their_share(total, shares):
    parts = split_amount(total, shares)
    weight = sum(shares)
    assert sum(parts) == total
    for part, share in zip(parts, shares, strict=True):
        assert part >= 0
        assert abs(part * weight - total * share) < weight
    for part, share in zip(parts, shares, strict=True):
        assert part == 0 or share > 0
