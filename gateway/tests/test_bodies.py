"""Bodies come whole or not at all, in bounded memory."""

import asyncio
import tracemalloc

import pytest
from talent_gateway import bodies
from talent_gateway.bodies import Body, read_body
from talent_gateway.errors import BodyTooSlow, ClientGone
from talent_kit.problems import TooLarge, Unavailable

LIMIT = bodies._IN_MEMORY


def client(*messages):
    """Return a receive that gives chunks, then what else, then nothing more."""
    left = [
        message
        if isinstance(message, dict)
        else {"type": "http.request", "body": message, "more_body": at < len(messages) - 1}
        for at, message in enumerate(messages)
    ]

    async def receive():
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    return receive


async def pieces(body):
    found, more = [], True
    while more:
        piece, more = await body.read()
        found.append(piece)
    return found


@pytest.mark.parametrize(
    ("size", "in_file"),
    [(0, False), (1, False), (LIMIT - 1, False), (LIMIT, False), (LIMIT + 1, True)],
)
async def test_past_a_mebibyte_a_body_goes_into_a_file(size, in_file):
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    chunks = [content[at : at + 65536] for at in range(0, size, 65536)] or [b""]
    body = await read_body(client(*chunks), None, size, 1)
    assert (body._file is not None) == in_file
    assert body.length == size
    assert b"".join(await pieces(body)) == content
    body.close()


@pytest.mark.parametrize("rest", [0, 1, 65536])
async def test_what_follows_a_file_stays_in_order(rest):
    body = await read_body(client(b"a" * (LIMIT + 1), b"b" * rest), None, 2 * LIMIT, 1)
    found = await pieces(body)
    assert b"".join(found) == b"a" * (LIMIT + 1) + b"b" * rest
    assert all(found)
    body.close()


async def test_a_long_body_takes_no_more_memory_than_a_short_one():
    async def receive():
        nonlocal left
        left -= 1
        return {"type": "http.request", "body": bytes(65536), "more_body": left > 0}

    left = 32 * 16
    tracemalloc.start()
    try:
        body = await read_body(receive, None, 32 * 2**20, 10)
        more, size = True, 0
        while more:
            piece, more = await body.read()
            size += len(piece)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        body.close()
    assert size == 32 * 2**20
    assert peak < 4 * LIMIT


@pytest.mark.parametrize("announced", [None, 11])
async def test_too_large_is_refused(announced):
    with pytest.raises(TooLarge):
        await read_body(client(b"x" * 11), announced, 10, 1)


async def test_too_slow_is_refused_and_the_file_closed(monkeypatch):
    closed = []
    monkeypatch.setattr(Body, "close", lambda self: closed.append(self._file is not None))
    waiting = {"type": "http.request", "body": b"x" * (LIMIT + 1), "more_body": True}
    with pytest.raises(BodyTooSlow):
        await read_body(client(waiting), None, 2 * LIMIT, 0.05)
    with pytest.raises(ClientGone):
        await read_body(client(waiting, {"type": "http.disconnect"}), None, 2 * LIMIT, 1)
    assert closed == [True, True]


async def test_a_full_disk_is_no_fault_of_the_client(monkeypatch):
    def full():
        raise OSError("no space left")

    monkeypatch.setattr(bodies.tempfile, "TemporaryFile", full)
    with pytest.raises(Unavailable):
        await read_body(client(b"x" * (LIMIT + 1)), None, 2 * LIMIT, 1)
