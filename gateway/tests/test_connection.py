"""What services say over TCP, well-formed and not."""

import asyncio

import pytest
from scripted import OK, Asked, keeps, says, upstream
from talent_gateway import connection
from talent_gateway.connection import AnswerBroken

CHUNKED = (
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-late\r\n\r\n"
    b"1\r\na\r\n2\r\nbc\r\n0\r\nx-late: 1\r\n\r\n"
)


@pytest.mark.parametrize(
    ("method", "answer", "status", "body", "kept"),
    [
        ("GET", OK, 200, b"ok", True),
        ("GET", CHUNKED, 200, b"abc", True),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n", 204, b"", True),
        (
            "GET",
            b'HTTP/1.1 304 Not Modified\r\netag: "1"\r\ncontent-length: 9\r\n\r\n',
            304,
            b"",
            1,
        ),
        ("GET", b"HTTP/1.1 302 Found\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n", 302, b"", True),
        ("GET", b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n" + OK, 200, b"ok", True),
        ("GET", b"HTTP/1.1 100 Continue\r\n\r\n" + OK, 200, b"ok", True),
        ("GET", b"HTTP/1.1 200 OK\r\n\r\nto the end", 200, b"to the end", False),
        ("GET", b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok", 200, b"ok", False),
        ("GET", OK.replace(b"OK\r\n", b"OK\r\nconnection: close\r\n"), 200, b"ok", False),
        ("HEAD", b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n", 200, b"", True),
        ("HEAD", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", 200, b"", True),
        ("HEAD", b"HTTP/1.1 404 Not Found\r\ncontent-length: 9\r\n\r\n", 404, b"", True),
        ("GET", OK + b"more than was announced", 200, b"ok", False),
        ("GET", OK + OK, 200, b"ok", False),
        ("HEAD", OK, 200, b"", False),
    ],
)
async def test_answers_of_every_form(method, answer, status, body, kept):
    then = None if b"to the end" in answer else keeps
    async with upstream(says(answer, then=then), says(OK, then=keeps)) as (made, _service):
        asked = await Asked(method).of(made)
        assert (asked.status, asked.body, asked.complete) == (status, body, True)
        assert len(made._idle) == bool(kept)
        if status in {204, 304}:
            assert b"content-length" not in dict(asked.headers)


async def test_after_an_answer_to_head_the_connection_answers_others():
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n"
    async with upstream(says(head, OK, head, OK, then=keeps)) as (made, service):
        for method, body in (("HEAD", b""), ("GET", b"ok"), ("HEAD", b""), ("GET", b"ok")):
            assert (await Asked(method).of(made)).body == body
    assert service.connections == 1


async def test_bytes_pass_as_they_are_and_cookies_stay_with_the_client():
    zipped = b"\x1f\x8b\x08not really"
    answer = (
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n"
        b"content-length: %d\r\n\r\n%s" % (len(zipped), zipped)
    )
    async with upstream(says(answer, OK)) as (made, service):
        asked = await Asked().of(made)
        await Asked().of(made)
    assert asked.body == zipped
    assert [value for name, value in asked.headers if name == b"set-cookie"] == [b"a=1", b"b=2"]
    assert b"cookie" not in service.requests[1][0]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\ncontent-le",
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhal",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nno chunk",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"x: %s\r\n" % (b"y" * 100) * 1000,
    ],
)
async def test_an_answer_that_breaks_off_or_is_none(answer):
    async with upstream(says(answer)) as (made, service):
        asked = Asked("POST")
        with pytest.raises(AnswerBroken):
            await asked.of(made)
        assert not asked.complete
        assert not made._idle
    assert service.connections == 1


async def test_a_large_answer_waits_for_its_client(monkeypatch):
    size, sent = 100 * 2**20, 0
    go = asyncio.Event()

    async def script(service, reader, writer):
        nonlocal sent
        await service.request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size)
        while sent < size:
            writer.write(b"x" * 2**18)
            sent += 2**18
            await writer.drain()

    async with upstream(script) as (made, _service):
        asked = Asked(pace=go.wait)
        asking = asyncio.create_task(asked.of(made))
        await asyncio.sleep(0.3)
        assert sent < 16 * 2**20  # what the two sockets hold
        go.set()
        await asking
    assert (sum(asked.sizes), asked.complete) == (size, True)
    assert max(asked.sizes) <= 2 * connection._MOST_WAITING


async def test_a_service_may_answer_before_the_body_is_there():
    async def script(service, reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n")
        await reader.read()

    async with upstream(script) as (made, _service):
        asked = await Asked("POST", pieces=(b"x" * 2**20,) * 16).of(made)
        assert asked.status == 413
        assert not made._idle


async def test_what_a_service_says_unasked_ends_the_connection():
    async def then(service, reader, writer):
        writer.write(b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n")
        await reader.read()

    async with upstream(says(OK, then=then), says(OK)) as (made, service):
        await Asked().of(made)
        await asyncio.sleep(0.02)
        assert (await Asked().of(made)).status == 200
    assert service.connections == 2
