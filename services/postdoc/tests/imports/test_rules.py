"""Reading the rows of registers."""

from datetime import date

import pytest
from talent_kit.jobs import RowRefused
from talent_postdoc.imports.rules import read_fellow, read_station

TODAY = date(2026, 9, 1)
UNIT = "01a00000-0000-7000-8000-000000000001"
STATION = {
    "number": "Z1",
    "name_zh": "示例站",
    "unit_zh": "示例单位",
    "unit_id": UNIT,
    "kind": "工作站",
    "level": "国家级",
    "region": "350702",
    "disciplines": "0812；0805",
    "approved_on": "2019年3月1日",
}
FELLOW = {
    "number": "B1",
    "station_number": "Z1",
    "talent_id": UNIT,
    "discipline": "0812",
    "entered_on": "2025-01-01",
    "term_until": "2026-12-31",
}


def refused(read, cells):
    with pytest.raises(RowRefused) as found:
        read(cells, TODAY)
    return set(found.value.faults)


def test_a_station_is_read_with_words_as_offices_write_them():
    row = read_station(STATION | {"status": "警告", "status_on": "2020/1/2"}, TODAY)
    assert (row.kind, row.level, row.status) == ("workstation", "national", "warned")
    assert (row.approved_on, row.status_on) == (date(2019, 3, 1), date(2020, 1, 2))
    assert (row.disciplines, row.name_en) == (("0812", "0805"), "示例站")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"kind": "站"}, ("kind", "not-allowed-value")),
        ({"status": "merged"}, ("status", "not-allowed-value")),
        ({"approved_on": "2026-09-02"}, ("approved_on", "in-the-future")),
        ({"approved_on": "1/2/2020"}, ("approved_on", "date-format")),
        ({"status_on": "2019-02-28"}, ("status_on", "before-approval")),
        ({"disciplines": "0812;9999"}, ("disciplines", "unknown-discipline")),
        ({"region": "35"}, ("region", "unknown-region")),
        ({"unit_id": "x"}, ("unit_id", "wrong-format")),
        ({"kind": "分站"}, ("parent_number", "missing")),
        ({"parent_number": "Z0"}, ("parent_number", "not-a-branch")),
        ({"number": "=1+1"}, ("number", "wrong-format")),
    ],
)
def test_what_is_wrong_with_a_station_is_said_by_field(changes, fault):
    assert fault in refused(read_station, STATION | changes)


@pytest.mark.parametrize("name", [*STATION])
def test_what_a_station_needs_is_said(name):
    cells = {key: value for key, value in STATION.items() if key != name}
    expected = ("credit_code" if name == "unit_id" else name, "missing")
    assert expected in refused(read_station, cells)


@pytest.mark.parametrize("day", ["2026-08-31", "2026-09-01"])
def test_until_today_a_day_has_been(day):
    assert read_station(STATION | {"approved_on": day}, TODAY).approved_on <= TODAY


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"entered_on": "2026-09-02"}, ("entered_on", "in-the-future")),
        ({"term_until": "2025-01-01"}, ("term_until", "before-entry")),
        ({"opened": "也许"}, ("opened", "not-allowed-value")),
        ({"midterm": "failed"}, ("midterm", "not-allowed-value")),
        ({"talent_id": ""}, ("talent_id", "wrong-format")),
        ({"status": "失踪"}, ("status", "not-allowed-value")),
        ({"status": "出站"}, ("ended_on", "missing")),
        ({"status": "在站", "ended_on": "2026-01-01"}, ("ended_on", "still-in-station")),
        ({"ended_on": "2026-01-01"}, ("ended_on", "still-in-station")),
        ({"status": "退站", "ended_on": "2026-09-02"}, ("ended_on", "in-the-future")),
        ({"status": "退站", "ended_on": "2024-12-31"}, ("ended_on", "before-entry")),
    ],
)
def test_what_is_wrong_with_a_fellow_is_said_by_field(changes, fault):
    assert fault in refused(read_fellow, FELLOW | changes)


def test_a_row_says_the_same_in_whatever_order_of_columns():
    turned = dict(reversed(FELLOW.items()))
    assert read_fellow(FELLOW, TODAY).said == read_fellow(turned, TODAY).said


@pytest.mark.parametrize(
    ("word", "ended"),
    [
        ("在站", None),
        ("出站", "exited"),
        ("退站", "left_early"),
        ("转站", "transferred"),
        ("死亡", "died"),
        ("exited", "exited"),
        (None, None),
    ],
)
def test_how_a_fellowship_ended_is_said_in_either_language(word, ended):
    cells = FELLOW | ({"status": word} if word else {})
    row = read_fellow(cells | ({"ended_on": "2026-01-31"} if ended else {}), TODAY)
    assert (row.ended, row.ended_on) == (ended, date(2026, 1, 31) if ended else None)


def test_of_who_is_gone_the_agreed_time_may_be_unknown():
    cells = {name: value for name, value in FELLOW.items() if name != "term_until"}
    assert ("term_until", "missing") in refused(read_fellow, cells)
    gone = read_fellow(cells | {"status": "退站", "ended_on": "2026-01-31"}, TODAY)
    assert gone.term_until == date(2026, 1, 31)
