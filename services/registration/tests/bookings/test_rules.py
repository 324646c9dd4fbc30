"""On which day an employer can have been at an activity."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from talent_registration.bookings.rules import has_begun, held_on


@dataclass
class Session:
    starts_at: datetime
    ends_at: datetime


# In Shanghai: from 23:00 on the first to 01:00 on the second; and from 09:00 on the fourth.
NIGHT = Session(datetime(2026, 9, 1, 15, tzinfo=UTC), datetime(2026, 9, 1, 17, tzinfo=UTC))
DAY = Session(datetime(2026, 9, 4, 1, tzinfo=UTC), datetime(2026, 9, 4, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "session"),
    [(31, None), (1, NIGHT), (2, NIGHT), (3, None), (4, DAY), (5, None)],
)
def test_the_session_of_a_day(day, session):
    asked = date(2026, 8, 31) if day == 31 else date(2026, 9, day)
    assert held_on([DAY, NIGHT], asked) is session


@pytest.mark.parametrize(("minutes", "begun"), [(-1, False), (0, True), (1, True)])
def test_nobody_was_there_before_it_began(minutes, begun):
    now = NIGHT.starts_at + timedelta(minutes=minutes)
    assert has_begun(NIGHT, date(2026, 9, 1), now) is begun
    assert not has_begun(NIGHT, date(2026, 9, 2), now), "tomorrow"
    assert not has_begun(None, date(2026, 9, 1), now)
