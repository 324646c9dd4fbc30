"""Files are believed by a committed row alone; what is left behind or let go is removed."""

import contextlib
import hashlib
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text
from talent_kit.blobs import (
    CSV,
    JPEG,
    PDF,
    PNG,
    XLSX,
    BlobDamagedError,
    FileTypeRefused,
)
from talent_kit.blobs.keeping import ARRIVAL, ArrivalLapsed, FileEmpty
from talent_kit.blobs.types import recognised
from talent_kit.problems import TooLarge

CONTENT = "编号,文字\n1,林小溪\n".encode() * 9_000


async def pieces(content, size=50_000, then=None):
    for at in range(0, len(content), size):
        yield content[at : at + size]
    if then is not None:
        raise then


async def arrive(sample, content=CONTENT, accepts=(CSV, XLSX), most=1 << 20, **more):
    given = pieces(content, **more)
    return await sample.service.blobs.arrive("list", "someone", given, accepts=accepts, most=most)


async def keep(sample, arrived):
    async with sample.service.database.transaction() as session:
        await sample.service.blobs.keep(session, arrived)


async def read(sample, blob_id):
    async with sample.service.blobs.opened(blob_id) as (type_, file):
        return type_, file.read()


def files(sample):
    folder = Path(urlsplit(sample.service.settings.blobs_url).path)
    return [path for path in folder.rglob("*") if path.is_file()]


async def states(sample):
    async with sample.service.database.transaction() as session:
        return list((await session.execute(text("SELECT state FROM blob"))).scalars())


async def test_a_kept_file_comes_back_and_lies_there_sealed(sample):
    arrived = await arrive(sample)
    await keep(sample, arrived)
    assert await read(sample, arrived.id) == (CSV, CONTENT)
    assert arrived.size == len(CONTENT)
    assert arrived.checksum == hashlib.sha256(CONTENT).digest()
    (file,) = files(sample)
    assert "林小溪".encode() not in file.read_bytes()
    assert "林小溪" not in await sample.stored()


async def test_what_only_arrived_is_not_believed(sample):
    arrived = await arrive(sample)
    with pytest.raises(BlobDamagedError):
        await read(sample, arrived.id)


async def test_a_transaction_that_fails_keeps_nothing(sample):
    arrived = await arrive(sample)
    with contextlib.suppress(LookupError):
        async with sample.service.database.transaction() as session:
            await sample.service.blobs.keep(session, arrived)
            raise LookupError
    with pytest.raises(BlobDamagedError):
        await read(sample, arrived.id)


async def test_what_is_left_behind_goes_when_its_time_is_over(sample):
    arrived = await arrive(sample)
    sample.clock.move(ARRIVAL)
    assert await sample.service.blobs.upkeep() == 0
    sample.clock.move(timedelta(seconds=1))
    assert await sample.service.blobs.upkeep() == 1
    assert (files(sample), await states(sample)) == ([], [])
    with pytest.raises(ArrivalLapsed):
        await keep(sample, arrived)


async def test_a_kept_file_stays(sample):
    arrived = await arrive(sample)
    await keep(sample, arrived)
    sample.clock.move(timedelta(days=3650))
    assert await sample.service.blobs.upkeep() == 0
    assert (await read(sample, arrived.id))[1] == CONTENT


async def test_a_file_let_go_loses_its_key_at_once_and_its_bytes_later(sample):
    arrived = await arrive(sample)
    await keep(sample, arrived)
    async with sample.service.database.transaction() as session:
        await sample.service.blobs.release(session, arrived.id)
    with pytest.raises(BlobDamagedError):
        await read(sample, arrived.id)
    assert await sample.service.blobs.upkeep() == 1
    assert (files(sample), await states(sample)) == ([], ["removed"])
    assert await sample.service.blobs.upkeep() == 0


@pytest.mark.parametrize("size", [0, 100_000])
async def test_what_breaks_off_leaves_nothing(sample, size):
    with pytest.raises(LookupError):
        await arrive(sample, b"a" * size, then=LookupError())
    assert (files(sample), await states(sample)) == ([], [])


async def test_the_size_has_a_limit(sample):
    for size in (99_999, 100_000):
        assert (await arrive(sample, b"a" * size, most=100_000)).size == size
    before = len(files(sample))
    with pytest.raises(TooLarge):
        await arrive(sample, b"a" * 100_001, most=100_000)
    assert len(files(sample)) == before


async def test_an_empty_file_is_refused(sample):
    with pytest.raises(FileEmpty):
        await arrive(sample, b"")


@pytest.mark.parametrize("accepts", [(XLSX,), ()])
async def test_a_type_that_is_not_wanted_is_refused(sample, accepts):
    with pytest.raises(FileTypeRefused):
        await arrive(sample, accepts=accepts)
    assert (files(sample), await states(sample)) == ([], [])


@pytest.mark.parametrize(
    ("head", "type_"),
    [
        (b"a,b\r\n1\t,2", CSV),
        ("\ufeff编号".encode(), CSV),
        ("编号".encode("gbk"), CSV),
        (b"PK\x03\x04rest", XLSX),
        (b"", None),
        (b"a\0b", None),
        (b"\x1b[2J", None),
        ("编号".encode("utf-16"), None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None),
        (b"%PDF-1.7", PDF),
        (b"%PDF", CSV),
        (b"\x89PNG\r\n\x1a\n", PNG),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", JPEG),
        (b"MZ\x90\0", None),
    ],
)
def test_a_type_is_told_by_content(head, type_):
    assert recognised(head) == type_


@pytest.mark.parametrize("harm", ["cut", "flip", "gone", "swapped"])
async def test_damage_is_noticed(sample, harm):
    arrived, other = await arrive(sample), await arrive(sample)
    for kept in (arrived, other):
        await keep(sample, kept)
    by_name = {file.name: file for file in files(sample)}
    file = by_name[str(arrived.id)]
    content = file.read_bytes()
    match harm:
        case "cut":
            file.write_bytes(content[:65_552])
        case "flip":
            file.write_bytes(content[:-40] + bytes([content[-40] ^ 1]) + content[-39:])
        case "gone":
            file.unlink()
        case "swapped":
            file.write_bytes(by_name[str(other.id)].read_bytes())
    with pytest.raises(BlobDamagedError):
        await read(sample, arrived.id)
    assert (await read(sample, other.id))[1] == CONTENT


async def test_another_checksum_in_the_row_is_noticed(sample):
    arrived = await arrive(sample)
    await keep(sample, arrived)
    async with sample.service.database.transaction() as session:
        await session.execute(text("UPDATE blob SET checksum = sha256('x')"))
    with pytest.raises(BlobDamagedError):
        await read(sample, arrived.id)
