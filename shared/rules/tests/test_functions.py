"""Every counting convention at its edges."""

from datetime import date, timedelta

import pytest
from hypothesis import given as each
from hypothesis import strategies as st
from talent_rules import FUNCTIONS, FactType, RuleError, Unknown
from talent_rules.functions import (
    add_months,
    add_years,
    age,
    months,
    share,
    term_years,
    years,
)

from .worlds import ENVIRONMENT, given, rule

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("birth", "on", "expected"),
    [
        (date(1987, 7, 1), date(2023, 6, 30), 35),  # 35 years and 364 days is still 35
        (date(1987, 7, 1), date(2023, 7, 1), 36),
        (date(1987, 7, 1), date(2023, 7, 2), 36),
        (date(1988, 2, 29), date(2023, 2, 28), 34),
        (date(1988, 2, 29), date(2023, 3, 1), 35),
        (date(1988, 2, 29), date(2024, 2, 28), 35),
        (date(1988, 2, 29), date(2024, 2, 29), 36),
        (date(2023, 7, 1), date(2023, 7, 1), 0),
        (date(2023, 7, 2), date(2023, 7, 1), -1),
    ],
)
def test_age(birth, on, expected):
    assert age(birth, on) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2021, 7, 1), date(2023, 6, 30), 1),
        (date(2021, 7, 1), date(2023, 7, 1), 2),
        (date(2021, 7, 1), date(2023, 7, 2), 2),
        (date(2020, 2, 29), date(2021, 2, 28), 0),
        (date(2020, 2, 29), date(2021, 3, 1), 1),
        (date(2020, 2, 29), date(2024, 2, 28), 3),
        (date(2020, 2, 29), date(2024, 2, 29), 4),
        (date(2021, 7, 1), date(2020, 7, 1), -1),
        (date(2021, 7, 1), date(2020, 7, 2), -1),
        (date(2021, 7, 1), date(2020, 6, 30), -2),
    ],
)
def test_years(start, end, expected):
    assert years(start, end) == expected


@pytest.mark.parametrize(
    ("first_day", "last_day", "expected"),
    [
        (date(2021, 7, 1), date(2024, 6, 29), 2),
        (date(2021, 7, 1), date(2024, 6, 30), 3),
        (date(2021, 7, 1), date(2024, 7, 1), 3),
        (date(2021, 1, 1), date(2023, 12, 31), 3),
        (date(2020, 2, 29), date(2023, 2, 27), 2),
        (date(2020, 2, 29), date(2023, 2, 28), 3),
        (date(2021, 3, 1), date(2024, 2, 28), 2),  # 2024 has a 29 February
        (date(2021, 3, 1), date(2024, 2, 29), 3),
    ],
)
def test_term_years(first_day, last_day, expected):
    assert term_years(first_day, last_day) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2021, 1, 15), date(2021, 2, 14), 0),
        (date(2021, 1, 15), date(2021, 2, 15), 1),
        (date(2021, 1, 31), date(2021, 2, 28), 0),
        (date(2021, 1, 31), date(2021, 3, 1), 1),
        (date(2021, 1, 31), date(2021, 3, 30), 1),
        (date(2021, 1, 31), date(2021, 3, 31), 2),
        (date(2021, 12, 15), date(2022, 1, 15), 1),
        (date(2021, 2, 15), date(2021, 1, 15), -1),
    ],
)
def test_months(start, end, expected):
    assert months(start, end) == expected


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2021, 1, 30), 1, date(2021, 3, 1)),
        (date(2020, 1, 30), 1, date(2020, 3, 1)),
        (date(2020, 1, 29), 1, date(2020, 2, 29)),
        (date(2021, 12, 31), 2, date(2022, 3, 1)),
        (date(2021, 11, 30), 1, date(2021, 12, 30)),
        (date(2021, 1, 15), -1, date(2020, 12, 15)),
        (date(2021, 1, 15), 0, date(2021, 1, 15)),
    ],
)
def test_add_months(day, count, expected):
    assert add_months(day, count) == expected


def test_anniversary_of_29_february_is_1_march_in_common_years():
    assert add_years(date(2020, 2, 29), 1) == date(2021, 3, 1)
    assert add_years(date(2020, 2, 29), 4) == date(2024, 2, 29)


@each(DAYS, DAYS)
def test_elapsed_spans_are_the_counterpart_of_adding(start, end):
    full = years(start, end)
    assert add_years(start, full) <= end < add_years(start, full + 1)
    full = months(start, end)
    assert add_months(start, full) <= end < add_months(start, full + 1)


@each(DAYS, DAYS)
def test_a_term_is_the_years_to_the_day_after_its_last(first, last):
    assert term_years(first, last) == years(first, last + timedelta(days=1))


@pytest.mark.parametrize(
    ("amount", "numerator", "denominator", "expected"),
    [
        (100, 2, 100, 2),
        (149, 2, 100, 2),
        (150, 2, 100, 3),
        (49, 2, 100, 0),
        (7, 1, 1, 7),
        (7, 0, 3, 0),
    ],
)
def test_share_rounds_down_to_the_fen(amount, numerator, denominator, expected):
    assert share(amount, numerator, denominator) == expected


@pytest.mark.parametrize("fraction", ["2, 0", "2, -1", "-2, 100"])
def test_share_has_no_answer_for_senseless_fractions(fraction):
    answer = given(f"share(project.value, {fraction})", project__value=100)
    assert answer == Unknown(frozenset({"project.value"}))


def test_caps():
    text = "min(share(project.value, 2, 100), yuan(1000000))"
    assert given(text, project__value=4_999_999_950) == 99_999_999
    assert given(text, project__value=5_000_000_000) == 100_000_000
    assert given(text, project__value=5_000_000_050) == 100_000_000
    assert given("max(1, person.children, 3)", person__children=2) == 3
    assert given("max(person.birth_date, as_of)", person__birth_date=date(2023, 7, 2)) == date(
        2023, 7, 2
    )


def test_year_of_a_date():
    assert given("year(as_of)") == 2023


def test_dates_beyond_the_last_year_have_no_answer():
    far = {"person__birth_date": date(9999, 12, 31)}
    nowhere = Unknown(frozenset({"person.birth_date"}))
    assert given("add_years(person.birth_date, 1)", **far) == nowhere
    assert given("add_months(person.birth_date, 1)", **far) == nowhere
    assert given("term_years(as_of, person.birth_date)", **far) == nowhere
    assert given("add_years(as_of, person.children)", person__children=10**15) == Unknown(
        frozenset({"person.children"})
    )
    assert given("add_years(as_of, 100000)") == Unknown(frozenset({"as_of"}))


def test_constants_without_an_answer_do_not_compile():
    for text in ('date("2021-02-30")', 'date("20210409")', 'add_years(date("2021-04-09"), 99999)'):
        with pytest.raises(RuleError) as caught:
            rule(text)
        assert caught.value.code == "out-of-range"


def test_region_within_at_as_of():
    text = 'within(employer.region, "350700")'
    assert given(text, employer__region="350703") is True
    assert given(text, employer__region="350700") is True
    assert given(text, employer__region="350784") is True  # a code that has ended
    assert given(text, employer__region="330000") is False
    # the province of the city: too coarse to tell
    assert given(text, employer__region="350000") == Unknown(frozenset({"employer.region"}))
    assert given(text, employer__region="350799") == Unknown(frozenset({"employer.region"}))
    assert given("within(employer.region, setting.HOME)", employer__region="350703") is True
    assert given('within("350703", "350799")') == Unknown(frozenset({"regions"}))


def test_region_within_any_of_a_list():
    def found(region, *listed):
        text = "within_any(employer.region, person.skills)"
        return given(text, employer__region=region, person__skills=listed)

    unknown = Unknown(frozenset({"employer.region", "person.skills"}))
    assert found("350703", "330000", "350700") is True
    assert found("350784", "350700") is True  # a code that has ended
    assert found("350703", "330000") is False
    assert found("350703") is False
    assert found("350000", "350700") == unknown  # the province of a place that is listed
    assert found("350000", "350700", "350000") is True
    assert found("350703", "350799") == unknown


def test_working_days_of_a_rule():
    # National Day 2023: off 29 September to 6 October, at work on Saturday 7 and Sunday 8 October
    assert given('working_days(date("2023-09-28"), date("2023-10-08"))') == 2
    assert given('add_working_days(date("2023-09-28"), 1)') == date(2023, 10, 7)


def test_a_year_without_notice_is_named():
    assert given('working_days(as_of, date("2999-01-01"))') == Unknown(frozenset({"calendar.2999"}))
    after = f"calendar.{ENVIRONMENT.calendar.last_year + 1}"
    assert given("add_working_days(as_of, 1000000)") == Unknown(frozenset({after}))


def test_no_negative_number_of_working_days():
    text = "add_working_days(as_of, person.children)"
    assert given(text, person__children=0) == ENVIRONMENT.as_of
    assert given(text, person__children=-1) == Unknown(frozenset({"person.children"}))


OF_TYPE = {
    FactType.DATE: ("person.birth_date", st.dates()),
    FactType.INT: ("person.children", st.integers(-(2**53), 2**53)),
    FactType.MONEY: ("project.value", st.integers(-(2**53), 2**53)),
    FactType.STRING_LIST: ("person.skills", st.lists(st.text(max_size=6), max_size=3).map(tuple)),
    FactType.REGION: ("employer.region", st.sampled_from(["350703", "350784", "350799"])),
}


@each(st.data(), st.sampled_from(sorted(FUNCTIONS.keys() - {"date"})))
def test_no_function_raises_whatever_the_facts(data, name):
    kinds = [types[0] for types in FUNCTIONS[name].parameters.values()]
    expression = rule(f"{name}({', '.join(OF_TYPE[kind][0] for kind in kinds)})")
    facts = {OF_TYPE[kind][0]: data.draw(OF_TYPE[kind][1]) for kind in kinds}
    answer = expression.evaluate(facts, ENVIRONMENT)
    if isinstance(answer, Unknown):
        assert answer.names <= expression.facts or name in {"working_days", "add_working_days"}


def test_every_function_is_documented():
    for name, function in FUNCTIONS.items():
        assert function.name == name
        assert function.doc
        assert function.label_zh
        assert function.signature.startswith(f"{name}(")
