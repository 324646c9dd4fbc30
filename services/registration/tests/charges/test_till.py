"""Addresses where orders are paid: what they say, and how long they may be."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from talent_registration.charges.till import Till

TILL = Till("https://pay.example/payments", b"a secret of sixteen", timedelta(minutes=15))
NOW = datetime(2026, 9, 1, 4, 0, 0, 700_000, tzinfo=UTC)
NUMBER = UUID("019a9b1c-2f00-7000-8000-000000000001")


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("十六个字的标题恰好可以全部显示出来", "十六个字的标题恰好可以全部显示出…"),
        ("一二三四五六七八九十一二三四五六", "一二三四五六七八九十一二三四五六"),
        ("A  fair\n", "A fair"),
    ],
)
def test_a_title_is_cut_so_that_a_code_of_it_can_be_read(title, shown):
    address = TILL.address(NUMBER, 1, NOW, title)
    assert parse_qs(urlsplit(address).query)["t"] == [shown.replace("出…", "…")[:16]]
    assert len(address) < 320


@pytest.mark.parametrize(("minutes", "kept"), [(14, 14), (15, 15), (16, 15)])
def test_a_seat_is_kept_until_it_begins_at_the_most(minutes, kept):
    begins = NOW + timedelta(minutes=minutes)
    whole = NOW.replace(microsecond=0) + timedelta(minutes=kept)
    assert TILL.until(NOW, begins) == whole


def test_whatever_is_changed_makes_another_signature():
    addresses = {
        TILL.address(NUMBER, 1, NOW, "a"),
        TILL.address(NUMBER, 2, NOW, "a"),
        TILL.address(NUMBER, 1, NOW + timedelta(seconds=1), "a"),
        TILL.address(NUMBER, 1, NOW, "b"),
        TILL.address(UUID(int=1), 1, NOW, "a"),
    }
    assert len({parse_qs(urlsplit(one).query)["s"][0] for one in addresses}) == 5
