"""The keys of assertions: their file, their order, and what is published of them."""

import json
import stat
from datetime import UTC, datetime, timedelta

import pytest
from talent_identity.cli import main
from talent_identity.session_keys import (
    SessionKeys,
    SessionKeysError,
    add_session_key,
    create_session_keys,
    load_session_keys,
)

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


@pytest.fixture
def file(tmp_path):
    create_session_keys(tmp_path / "session-keys.json", at=NOW)
    return tmp_path / "session-keys.json"


def test_a_file_is_made_once_for_its_owner_s_eyes(file):
    before = file.read_text()
    create_session_keys(file, at=NOW)
    assert file.read_text() == before
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(("seconds", "index"), [(-1, 0), (0, 1), (1, 1)])
def test_the_next_key_is_published_at_once_and_signs_from_its_instant(file, seconds, index):
    starts = NOW + timedelta(minutes=5)
    add_session_key(file, starts=starts)
    keys = load_session_keys(file)
    assert len(keys.published()) == 2
    assert keys.signing(starts + timedelta(seconds=seconds)) == keys.keys[index].key


def test_before_the_first_key_nothing_is_signed(file):
    with pytest.raises(SessionKeysError):
        load_session_keys(file).signing(NOW - timedelta(seconds=1))
    with pytest.raises(SessionKeysError):
        SessionKeys().signing(NOW)


def test_private_halves_are_not_published(file):
    for key in load_session_keys(file).published():
        assert key.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        '{"keys": []}',
        '{"keys": [{"jwk": {"kty": "EC"}, "starts": "2026-01-01T00:00:00+00:00"}]}',
        '{"keys": [{"jwk": {}}]}',
    ],
)
def test_a_file_that_is_none_is_refused_without_its_contents(file, content):
    file.write_text(content)
    with pytest.raises(SessionKeysError) as told:
        load_session_keys(file)
    assert told.value.__cause__ is None


def test_an_instant_without_a_zone_is_refused(file):
    document = json.loads(file.read_text())
    document["keys"][0]["starts"] = "2026-01-01T00:00:00"
    file.write_text(json.dumps(document))
    with pytest.raises(SessionKeysError):
        load_session_keys(file)


def test_the_commands_make_and_add(tmp_path):
    path = tmp_path / "keys.json"
    assert main(["create-session-keys", str(path)]) == 0
    assert main(["add-session-key", "--starts", "2030-01-01T00:00:00+08:00", str(path)]) == 0
    assert load_session_keys(path).keys[1].starts == datetime(2029, 12, 31, 16, tzinfo=UTC)
