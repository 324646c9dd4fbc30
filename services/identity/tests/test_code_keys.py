"""The key file: made once, kept secret, rotated without a gap."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from talent_code import CodeClaims, decode, encode, new_number
from talent_identity.code_keys import (
    CodeKeysError,
    add_code_key,
    create_code_keys,
    load_code_keys,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
NEXT = START + timedelta(days=700)
SECOND = timedelta(seconds=1)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "keys" / "code-keys.json"
    create_code_keys(path, issuer="350700", at=START)
    return path


def test_the_file_is_for_its_owners_eyes(path):
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_an_existing_file_is_kept(path):
    before = path.read_bytes()
    create_code_keys(path, issuer="330800", at=START)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("at", "signs"),
    [
        (START - SECOND, False),
        (START, True),
        (START + timedelta(days=730) - SECOND, True),
        (START + timedelta(days=730), False),
    ],
)
def test_a_key_signs_within_its_window(path, at, signs):
    assert (load_code_keys(path).current(at) is not None) is signs


def test_the_next_key_is_published_before_it_signs_and_the_former_after(path):
    first = load_code_keys(path).current(START)
    add_code_key(path, starts=NEXT)
    keys = load_code_keys(path)
    assert len(keys.published) == 2
    assert keys.current(NEXT - SECOND).verifying_key == first.verifying_key
    second = keys.current(NEXT)
    assert second.verifying_key != first.verifying_key
    assert keys.current(START + timedelta(days=731)) == second
    claims = CodeClaims.dynamic(
        issuer="350700", number=new_number(), serial=1, issued_at=NEXT - SECOND
    )
    code = encode(claims, first)
    assert decode(code, keys.published, NEXT + 100 * SECOND).number == claims.number


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "{",
        lambda _: "[]",
        lambda _: json.dumps({"issuer": "350700"}),
        lambda document: json.dumps(document | {"issuer": "no issuer"}),
        lambda document: json.dumps(document | {"keys": document["keys"] * 2}),
        lambda document: json.dumps(document | {"keys": [document["keys"][0] | {"pem": "x"}]}),
        lambda document: json.dumps(
            document | {"keys": [document["keys"][0] | {"not_before": "2026-01-01"}]}
        ),
    ],
)
def test_a_broken_file_is_refused_without_its_contents(path, spoil):
    document = json.loads(path.read_text())
    path.write_text(spoil(document))
    with pytest.raises(CodeKeysError) as caught:
        load_code_keys(path)
    assert str(caught.value) == "cannot read the code keys in code-keys.json"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(CodeKeysError):
        load_code_keys(tmp_path / "nowhere.json")
