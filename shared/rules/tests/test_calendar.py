"""Working days across holidays and make-up weekends, and the edge of what is known."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given as each
from hypothesis import strategies as st
from talent_rules import UnknownYear, WorkingCalendar

CALENDAR = WorkingCalendar()
FIRST, LAST = date(CALENDAR.first_year, 1, 1), date(CALENDAR.last_year, 12, 31)
KNOWN_DAYS = st.dates(FIRST, LAST)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2023, 9, 28), True),  # Thursday before Mid-Autumn and National Day
        (date(2023, 9, 29), False),
        (date(2023, 10, 6), False),
        (date(2023, 10, 7), True),  # make-up Saturday
        (date(2023, 10, 8), True),  # make-up Sunday
        (date(2023, 10, 14), False),  # an ordinary Saturday
        (date(2020, 1, 31), False),  # the spring festival prolonged in the epidemic
        (FIRST, False),
        (LAST, chinese_calendar.is_workday(LAST)),
    ],
)
def test_is_working_day(day, works):
    assert CALENDAR.is_working_day(day) is works


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2023, 9, 28), date(2023, 9, 28), 0),  # the first day does not count
        (date(2023, 9, 27), date(2023, 9, 28), 1),  # the last one does
        (date(2023, 9, 28), date(2023, 10, 6), 0),
        (date(2023, 9, 28), date(2023, 10, 7), 1),
        (date(2023, 9, 28), date(2023, 10, 8), 2),
        (date(2023, 9, 28), date(2023, 10, 9), 3),
        (date(2023, 10, 9), date(2023, 9, 28), -3),
    ],
)
def test_count(start, end, expected):
    assert CALENDAR.count(start, end) == expected


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (date(2023, 9, 28), 0, date(2023, 9, 28)),
        (date(2023, 10, 1), 0, date(2023, 10, 1)),
        (date(2023, 9, 28), 1, date(2023, 10, 7)),
        (date(2023, 10, 1), 1, date(2023, 10, 7)),
        (date(2023, 9, 28), 3, date(2023, 10, 9)),
        (date(2023, 10, 7), 1, date(2023, 10, 8)),
        (date(2023, 12, 29), 1, date(2024, 1, 2)),
    ],
)
def test_add(start, days, expected):
    assert CALENDAR.add(start, days) == expected


def test_no_negative_period():
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add(FIRST, -1)


def test_years_without_a_notice_are_refused():
    day = timedelta(days=1)
    for outside in (FIRST - day, LAST + day):
        for question in (
            CALENDAR.is_working_day,
            lambda d: CALENDAR.count(d, date(2023, 1, 1)),
            lambda d: CALENDAR.count(date(2023, 1, 1), d),
            lambda d: CALENDAR.add(d, 0),
        ):
            with pytest.raises(UnknownYear) as caught:
                question(outside)
            assert caught.value.year == outside.year
    with pytest.raises(UnknownYear) as caught:
        CALENDAR.add(LAST, 1)
    assert caught.value.year == CALENDAR.last_year + 1


def test_a_calendar_of_earlier_knowledge():
    earlier = WorkingCalendar(last_year=2022)
    assert earlier.count(date(2022, 1, 1), date(2022, 12, 31)) == CALENDAR.count(
        date(2022, 1, 1), date(2022, 12, 31)
    )
    last_working_day = date(2022, 12, 30)
    assert earlier.add(last_working_day, 0) == last_working_day
    for refused in (
        lambda: earlier.add(last_working_day, 1),
        lambda: earlier.is_working_day(date(2023, 1, 3)),
    ):
        with pytest.raises(UnknownYear) as caught:
            refused()
        assert caught.value.year == 2023
    assert WorkingCalendar(last_year=9999).last_year == CALENDAR.last_year


def test_version_names_source_and_span():
    assert CALENDAR.version.startswith("chinesecalendar-")
    assert CALENDAR.version.endswith(f":{CALENDAR.first_year}-{CALENDAR.last_year}")
    assert WorkingCalendar(last_year=2022).version.endswith("-2022")


@each(KNOWN_DAYS)
def test_agrees_with_its_source(day):
    assert CALENDAR.is_working_day(day) is chinese_calendar.is_workday(day)


@each(st.dates(FIRST, date(2025, 12, 31)), st.integers(1, 100))
def test_adding_and_counting_agree(start, days):
    end = CALENDAR.add(start, days)
    assert CALENDAR.is_working_day(end)
    assert CALENDAR.count(start, end) == days
    assert CALENDAR.count(end, start) == -days
