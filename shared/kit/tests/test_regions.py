"""The deployment's regions load into one tree, and change over time."""

from datetime import date

import pytest
from talent_kit.regions import regions


def test_the_tree_is_loaded_once():
    assert regions() is regions()


@pytest.mark.parametrize("code", ["350700", "330800", "341000", "361100", "3507W1", "320000"])
def test_the_regions_of_the_four_provinces_corner_exist(code):
    assert regions().exists(code, date(2024, 1, 1))


@pytest.mark.parametrize(
    ("day", "county_city", "district"),
    [
        (date(2014, 5, 1), True, False),
        (date(2014, 5, 2), False, True),
    ],
)
def test_a_county_city_became_a_district_on_its_day(day, county_city, district):
    assert regions().exists("350784", day) is county_city
    assert regions().exists("350703", day) is district
    assert regions().within("350784", "350700", day)
