"""Which of several figures holds."""

from datetime import date

import pytest
from talent_postdoc.terms.rules import SetValue, holding, shipped

LINE = ("350702", "350700", "350000", "000000")
DAY = date(2026, 9, 1)


def given(region: str, value: int, valid_from: date = DAY, name: str = "ENTRY_AGE") -> SetValue:
    return SetValue(region, name, valid_from, value)


def test_what_comes_with_the_service_holds_where_nobody_set_anything():
    values = holding(LINE, DAY, [])
    assert values == {name: term.value for name, term in shipped().items()}
    assert values["ENTRY_AGE"] == 35


@pytest.mark.parametrize(("days", "expected"), [(-1, 35), (0, 36), (1, 36)])
def test_a_value_holds_from_its_day_on(days, expected):
    on = date.fromordinal(DAY.toordinal() + days)
    assert holding(LINE, on, [given("350700", 36)])["ENTRY_AGE"] == expected


def test_the_nearest_region_counts_whatever_was_set_later_above():
    values = [given("350700", 36, date(2020, 1, 1)), given("350000", 40), given("330000", 50)]
    assert holding(LINE, DAY, values)["ENTRY_AGE"] == 36
    assert holding(LINE[2:], DAY, values)["ENTRY_AGE"] == 40


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (("320500", "320000", "000000"), 1),
        (("350702", "350700", "350000", "000000"), 0),
        (("000000",), 0),
    ],
)
def test_what_a_document_gives_for_a_region_holds_below_it(line, expected):
    assert holding(line, DAY, [])["FILING_AT_ONCE"] == expected
    whole = given("000000", 0, name="FILING_AT_ONCE")
    assert holding(line, DAY, [whole])["FILING_AT_ONCE"] == expected


def test_what_an_authority_sets_goes_before_what_a_document_gives_for_its_region():
    line = ("320500", "320000", "000000")
    for region in line[:2]:
        values = holding(line, DAY, [given(region, 0, name="FILING_AT_ONCE")])
        assert values["FILING_AT_ONCE"] == 0


def test_in_one_region_the_latest_day_counts_and_of_one_day_what_was_set_last():
    values = [given("350700", 38), given("350700", 37, date(2025, 1, 1)), given("350700", 39)]
    assert holding(LINE, DAY, values)["ENTRY_AGE"] == 39
    assert holding(LINE, date(2026, 8, 31), values)["ENTRY_AGE"] == 37
