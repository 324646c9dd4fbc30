"""Sealed bytes open with their key at their place alone; the file is for its owner's eyes."""

import base64
import json
import os
import stat

import pytest
from talent_kit.keyring import KeyringError, create_keyring, load_keyring

PLACE = b"talent.name:1"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "keys" / "ring.json"
    create_keyring(path)
    return path


@pytest.fixture
def ring(path):
    return load_keyring(path)


def test_the_file_is_for_its_owner_alone(path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not path.with_suffix(".new").exists()


def test_an_existing_ring_is_kept(path):
    before = path.read_bytes()
    create_keyring(path)
    assert path.read_bytes() == before


def test_what_is_sealed_opens_at_its_place(ring):
    sealed = ring.seal("张三".encode(), PLACE)
    assert "张三".encode() not in sealed
    assert ring.open(sealed, PLACE) == "张三".encode()
    assert ring.seal(b"", PLACE) != ring.seal(b"", PLACE)


@pytest.mark.parametrize("place", [b"talent.name:2", b"talent.phone:1", b"employer.name:1", b""])
def test_it_opens_nowhere_else(ring, place):
    with pytest.raises(KeyringError):
        ring.open(ring.seal(b"x", PLACE), place)


@pytest.mark.parametrize("at", range(35))
def test_each_changed_byte_shows(ring, at):
    sealed = bytearray(ring.seal(b"x", PLACE))
    assert len(sealed) == 35
    sealed[at] ^= 1
    with pytest.raises(KeyringError):
        ring.open(bytes(sealed), PLACE)


@pytest.mark.parametrize("length", range(35))
def test_each_cut_shows(ring, length):
    with pytest.raises(KeyringError):
        ring.open(ring.seal(b"x", PLACE)[:length], PLACE)


def rotate(path, *, keep=True):
    document = json.loads(path.read_text())
    new = "00000002"
    if not keep:
        document["wrapping"] = {}
    document["wrapping"][new] = base64.b64encode(os.urandom(32)).decode()
    document["current"] = new
    path.write_text(json.dumps(document))
    return load_keyring(path)


def test_after_a_rotation_the_old_opens_and_the_new_is_under_the_new_key(path, ring):
    old = ring.seal(b"x", PLACE)
    rotated = rotate(path)
    assert rotated.open(old, PLACE) == b"x"
    new = rotated.seal(b"x", PLACE)
    assert new[2:6] == bytes.fromhex("00000002")
    with pytest.raises(KeyringError, match="unknown key"):
        ring.open(new, PLACE)


def test_without_its_key_nothing_opens(path, ring):
    old = ring.seal(b"x", PLACE)
    with pytest.raises(KeyringError, match="unknown key"):
        rotate(path, keep=False).open(old, PLACE)


def test_a_blind_index_is_keyed_and_by_kind(ring, tmp_path):
    create_keyring(tmp_path / "other.json")
    other = load_keyring(tmp_path / "other.json")
    one = ring.blind_index("phone", "13800001234")
    assert one == ring.blind_index("phone", "13800001234")
    assert one != ring.blind_index("document", "13800001234")
    assert one != other.blind_index("phone", "13800001234")
    assert len(one) == 32


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"current": "zz"}', '{"current": 5}'])
def test_an_unreadable_ring_says_so_without_contents(tmp_path, content):
    path = tmp_path / "ring.json"
    path.write_text(content)
    with pytest.raises(KeyringError, match=r"cannot read the key ring ring\.json"):
        load_keyring(path)
    with pytest.raises(KeyringError):
        load_keyring(tmp_path / "none.json")
