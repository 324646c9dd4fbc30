"""Publication before something binds: its last day, objections, binding."""

from datetime import date, timedelta

import pytest
from talent_kit.publications import Publication
from talent_rules import WorkingCalendar

DAY = date(2026, 9, 1)
"""A Tuesday; five working days later is the 8th."""
LAST = date(2026, 9, 8)


@pytest.mark.parametrize(("days", "open_"), [(-1, True), (0, True), (1, False)])
def test_it_takes_objections_until_its_last_day_and_binds_after_it(days, open_):
    published = Publication.begun(DAY, 5, WorkingCalendar())
    on = LAST + timedelta(days)
    assert published.until == LAST
    assert (published.takes_objections(on), published.binds(on)) == (open_, not open_)


def test_an_objection_that_stands_keeps_it_from_binding():
    published = Publication(DAY, 5, LAST, standing=1)
    assert not published.binds(date(2027, 1, 1))
    assert not published.takes_objections(date(2027, 1, 1))


def test_while_no_notice_tells_its_last_day_it_stays_open():
    known, then = WorkingCalendar(last_year=2025), WorkingCalendar(last_year=2026)
    published = Publication.begun(date(2025, 12, 30), 5, known)
    far = date(2026, 12, 31)
    assert (published.until, published.takes_objections(far), published.binds(far)) == (
        None,
        True,
        False,
    )
    assert published.dated(known) == published
    dated = published.dated(then)
    assert dated.until == date(2026, 1, 7)
    assert dated.dated(known) == dated, "a day that is known stays"
