"""Sealed files: any change, cut or reordering shows, and the middle opens without the rest."""

import io
import random

import pytest
from talent_kit.blobs.sealing import CHUNK, OpenedFile, Sealer, SealError

KEY, PLACE = bytes(range(32)), b"blob.content:x"
SEALED = CHUNK + 16


def sealed(plain, piece=10_000, key=KEY, place=PLACE):
    sealer = Sealer(key, place)
    parts = [sealer.add(plain[at : at + piece]) for at in range(0, len(plain), piece)]
    return b"".join([*parts, sealer.finish()])


def opened(content, size, key=KEY, place=PLACE):
    return OpenedFile(io.BytesIO(content), size, key, place).readall()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])
@pytest.mark.parametrize("piece", [1000, CHUNK, 5 * CHUNK])
def test_a_file_opens_as_it_was(size, piece):
    plain = random.Random(size).randbytes(size)
    assert opened(sealed(plain, piece), size) == plain


def test_it_can_be_read_from_any_place():
    plain = random.Random(1).randbytes(3 * CHUNK + 5)
    file = io.BufferedReader(OpenedFile(io.BytesIO(sealed(plain)), len(plain), KEY, PLACE), 100)
    for at in (3 * CHUNK, 0, CHUNK - 1, len(plain) - 1, 2 * CHUNK + 17):
        file.seek(at)
        assert file.read(50) == plain[at : at + 50]
    assert file.seek(-3, io.SEEK_END) == len(plain) - 3
    assert file.read() == plain[-3:]
    assert file.seek(len(plain) + 9) == len(plain) + 9
    assert file.read() == b""


PLAIN = random.Random(2).randbytes(3 * CHUNK)
WHOLE = sealed(PLAIN)
FIRST, SECOND, THIRD = (WHOLE[at : at + SEALED] for at in range(0, 3 * SEALED, SEALED))


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (FIRST + SECOND, 2 * CHUNK),
        (FIRST + SECOND, 3 * CHUNK),
        (WHOLE[:-1], 3 * CHUNK),
        (WHOLE + THIRD, 4 * CHUNK),
        (SECOND + FIRST + THIRD, 3 * CHUNK),
        (FIRST + FIRST + THIRD, 3 * CHUNK),
        (FIRST + THIRD, 2 * CHUNK),
        (WHOLE[:5] + bytes([WHOLE[5] ^ 1]) + WHOLE[6:], 3 * CHUNK),
        (b"", 0),
    ],
)
def test_what_was_changed_does_not_open(content, size):
    with pytest.raises(SealError):
        opened(content, size)


def test_it_opens_at_its_place_with_its_key_alone():
    assert opened(WHOLE, len(PLAIN)) == PLAIN
    with pytest.raises(SealError):
        opened(WHOLE, len(PLAIN), place=b"blob.content:y")
    with pytest.raises(SealError):
        opened(WHOLE, len(PLAIN), key=bytes(32))


def test_it_holds_back_one_chunk_at_most():
    sealer = Sealer(KEY, PLACE)
    for _ in range(50):
        sealer.add(bytes(30_000))
        assert len(sealer._held) <= CHUNK
