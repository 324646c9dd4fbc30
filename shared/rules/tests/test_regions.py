"""Ancestry at a date, successors, and the rows that make no tree."""

from datetime import date

import pytest
from talent_rules import Region, RegionError, RegionTree

LONG_AGO = date(1980, 1, 1)


def region(code, parent=None, start=LONG_AGO, end=None, successor=None):
    return Region(code, "", "", parent, start, end, successor)


TREE = RegionTree(
    [
        region("province"),
        region("other"),
        region("city", "province"),
        region("county", "city", LONG_AGO, date(2014, 12, 31), "district"),
        region("district", "city", date(2015, 1, 1)),
        region("mover", "province", LONG_AGO, date(2010, 6, 30)),
        region("mover", "other", date(2010, 7, 1)),
        region("town", "mover"),
        region("gone", "city", LONG_AGO, date(2000, 12, 31)),
    ]
)


@pytest.mark.parametrize(
    ("code", "ancestor", "on", "expected"),
    [
        ("city", "city", date(2020, 1, 1), True),
        ("city", "province", date(2020, 1, 1), True),
        ("city", "other", date(2020, 1, 1), False),
        ("other", "city", date(2020, 1, 1), False),
        # what lies above is too coarse to tell, at any height and by the tree of the day
        ("province", "city", date(2020, 1, 1), None),
        ("city", "district", date(2020, 1, 1), None),
        ("city", "county", date(2014, 12, 31), None),
        ("city", "county", date(2015, 1, 1), None),
        ("province", "district", date(2020, 1, 1), None),
        ("province", "mover", date(2010, 6, 30), None),
        ("province", "mover", date(2010, 7, 1), False),
        # a county that becomes a district under another code
        ("county", "province", date(2014, 12, 31), True),
        ("county", "province", date(2015, 1, 1), True),
        ("county", "district", date(2014, 12, 31), None),
        ("county", "district", date(2015, 1, 1), True),
        ("district", "county", date(2015, 1, 1), True),
        ("district", "city", date(2014, 12, 31), None),
        ("district", "city", date(2015, 1, 1), True),
        # one that changes its parent, and what lies in it
        ("mover", "province", date(2010, 6, 30), True),
        ("mover", "province", date(2010, 7, 1), False),
        ("mover", "other", date(2010, 6, 30), False),
        ("mover", "other", date(2010, 7, 1), True),
        ("town", "province", date(2010, 6, 30), True),
        ("town", "other", date(2010, 7, 1), True),
        # nothing is guessed of what is not known at the date
        ("gone", "city", date(2000, 12, 31), True),
        ("gone", "city", date(2001, 1, 1), None),
        ("city", "gone", date(2001, 1, 1), None),
        ("city", "province", date(1979, 12, 31), None),
        ("nowhere", "city", date(2020, 1, 1), None),
        ("city", "nowhere", date(2020, 1, 1), None),
    ],
)
def test_within(code, ancestor, on, expected):
    assert TREE.within(code, ancestor, on) is expected


def test_codes_say_nothing_about_ancestry():
    tree = RegionTree([region("350000"), region("360000"), region("350700", "360000")])
    assert tree.within("350700", "350000", date(2020, 1, 1)) is False
    assert tree.within("350700", "360000", date(2020, 1, 1)) is True


def test_exists_on_the_days_of_its_rows():
    assert TREE.exists("county", LONG_AGO)
    assert TREE.exists("county", date(2014, 12, 31))
    assert not TREE.exists("county", date(2015, 1, 1))
    assert not TREE.exists("district", date(2014, 12, 31))
    assert TREE.exists("district", date(2015, 1, 1))
    assert TREE.exists("mover", date(2010, 7, 1))
    assert not TREE.exists("nowhere", date(2015, 1, 1))


def test_ancestors_nearest_first():
    assert TREE.ancestors("county", date(2000, 1, 1)) == ("city", "province")
    assert TREE.ancestors("province", date(2000, 1, 1)) == ()
    assert TREE.ancestors("town", date(2010, 7, 1)) == ("mover", "other")
    with pytest.raises(RegionError) as caught:
        TREE.ancestors("nowhere", date(2000, 1, 1))
    assert (caught.value.code, caught.value.region) == ("unknown-region", "nowhere")


def test_a_successor_of_a_successor():
    tree = RegionTree(
        [
            region("a", None, LONG_AGO, date(1989, 12, 31), "b"),
            region("b", None, date(1985, 1, 1), date(1999, 12, 31), "c"),
            region("c", None, date(1995, 1, 1)),
        ]
    )
    assert tree.within("a", "b", date(1990, 1, 1)) is True
    assert tree.within("a", "c", date(1999, 12, 31)) is False
    assert tree.within("a", "c", date(2000, 1, 1)) is True


def test_a_successor_counts_only_after_the_end():
    tree = RegionTree(
        [region("a", None, date(1990, 1, 1), date(1999, 12, 31), "b"), region("b", None)]
    )
    assert tree.within("a", "b", date(1989, 12, 31)) is None
    assert tree.within("a", "b", date(1999, 12, 31)) is False
    assert tree.within("a", "b", date(2000, 1, 1)) is True


def test_a_region_that_was_merged_and_restored():
    tree = RegionTree(
        [
            region("a", None, LONG_AGO, date(1999, 12, 31), "b"),
            region("b", None, date(2000, 1, 1), date(2009, 12, 31), "a"),
            region("a", None, date(2010, 1, 1)),
        ]
    )
    assert tree.within("a", "b", date(1999, 12, 31)) is None
    assert tree.within("a", "b", date(2000, 1, 1)) is True
    assert tree.ancestors("b", date(2010, 1, 1)) == ()
    assert tree.within("b", "a", date(2010, 1, 1)) is True
    assert tree.exists("b", date(2010, 1, 1)) is False


@pytest.mark.parametrize(
    ("code", "rows"),
    [
        ("ends-before-start", [region("a", None, date(2000, 1, 2), date(2000, 1, 1))]),
        (
            "overlap",
            [
                region("a", None, LONG_AGO, date(2000, 1, 1)),
                region("a", None, date(2000, 1, 1)),
            ],
        ),
        ("overlap", [region("a"), region("a")]),
        ("unknown-parent", [region("a", "b")]),
        ("unknown-parent", [region("a", "b"), region("b", None, date(1990, 1, 1))]),
        ("unknown-parent", [region("a", "b"), region("b", None, LONG_AGO, date(1990, 1, 1))]),
        (
            "unknown-parent",  # one day between the parent's rows
            [
                region("a", "b"),
                region("b", None, LONG_AGO, date(1990, 1, 1)),
                region("b", None, date(1990, 1, 3)),
            ],
        ),
        ("cycle", [region("a", "a")]),
        ("cycle", [region("a", "b"), region("b", "c"), region("c", "a")]),
        ("unknown-successor", [region("a", None, LONG_AGO, date(2000, 1, 1), "b")]),
        (
            "cycle",
            [
                region("a", None, LONG_AGO, date(2000, 1, 1), "b"),
                region("b", None, LONG_AGO, date(2000, 1, 1), "a"),
            ],
        ),
    ],
)
def test_rows_that_make_no_tree(code, rows):
    with pytest.raises(RegionError) as caught:
        RegionTree(rows)
    assert caught.value.code == code


def test_adjoining_rows_are_no_overlap_and_no_gap():
    tree = RegionTree(
        [
            region("a", "b"),
            region("b", None, LONG_AGO, date(1990, 1, 1)),
            region("b", None, date(1990, 1, 2)),
        ]
    )
    assert tree.within("a", "b", date(1990, 1, 1)) is True
    assert tree.within("a", "b", date(1990, 1, 2)) is True


def test_parents_that_change_places_are_no_cycle():
    tree = RegionTree(
        [
            region("a", "b", LONG_AGO, date(1999, 12, 31)),
            region("b", None, LONG_AGO, date(1999, 12, 31)),
            region("a", None, date(2000, 1, 1)),
            region("b", "a", date(2000, 1, 1)),
        ]
    )
    assert tree.within("a", "b", date(1999, 12, 31)) is True
    assert tree.within("b", "a", date(2000, 1, 1)) is True
    assert tree.within("a", "b", date(2000, 1, 1)) is None
