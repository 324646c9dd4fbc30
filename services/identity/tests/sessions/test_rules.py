"""Refresh tokens: their form, and their standing."""

from datetime import UTC, datetime, timedelta

import pytest
from talent_identity.sessions.rules import RefreshToken, Standing, Terms, standing

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
TERMS = Terms(idle=timedelta(days=30), grace=timedelta(seconds=60))


def test_a_token_reads_back_and_the_next_has_the_same_family():
    token = RefreshToken.first()
    assert RefreshToken.read(token.text()) == token
    following = token.following()
    assert following.family == token.family
    assert following.secret != token.secret
    assert RefreshToken.first().family != token.family


@pytest.mark.parametrize("text", ["", "x", "A" * 63, "A" * 60, "A" * 68, "令" * 64, "A" * 63 + " "])
def test_what_is_no_token_is_none(text):
    assert RefreshToken.read(text) is None


@pytest.mark.parametrize(
    ("secret", "changes", "expected"),
    [
        (b"now", {}, Standing.CURRENT),
        (b"before", {}, Standing.REPEATED),
        (b"before", {"used_at": NOW - timedelta(seconds=59)}, Standing.REPEATED),
        (b"before", {"used_at": NOW - timedelta(seconds=60)}, Standing.REUSED),
        (b"older", {}, Standing.REUSED),
        (b"older", {"previous": None}, Standing.REUSED),
        (b"now", {"used_at": NOW - timedelta(seconds=61)}, Standing.CURRENT),
        (b"now", {"ends_at": NOW + timedelta(seconds=1)}, Standing.CURRENT),
        (b"now", {"ends_at": NOW}, Standing.OVER),
        (b"older", {"ends_at": NOW}, Standing.OVER),
        (b"now", {"used_at": NOW - timedelta(days=30)}, Standing.OVER),
    ],
)
def test_what_a_secret_is_to_its_session(secret, changes, expected):
    known = {
        "current": b"now",
        "previous": b"before",
        "used_at": NOW,
        "ends_at": NOW + timedelta(days=1),
    }
    assert standing(secret, **known | changes, now=NOW, terms=TERMS) is expected
