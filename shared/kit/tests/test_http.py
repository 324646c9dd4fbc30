"""Answers as they leave a server, byte by byte."""

import asyncio
import logging
import re
from contextlib import asynccontextmanager

import pytest
from talent_kit import server as kit_server
from talent_kit.http import HttpProtocol
from talent_kit.server import Server, listen

GET = b"GET /%E5%90%8D?a=1 HTTP/1.1\r\nHost: x\r\n\r\n"


@asynccontextmanager
async def serving(app):
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    async with Server(app, listener, 1).running():
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        yield reader, writer
        writer.close()


def says(status, headers, *pieces):
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for at, piece in enumerate(pieces, 1):
            more = at < len(pieces)
            await send({"type": "http.response.body", "body": piece, "more_body": more})

    return app


async def all_of(reader):
    """Return what comes until the server closes or falls silent, without the date."""
    said = b""
    try:
        while piece := await asyncio.wait_for(reader.read(65536), 0.2):
            said += piece
    except TimeoutError:
        pass
    return re.sub(rb"date: [^\r]+\r\n", b"", said)


@pytest.mark.parametrize(
    ("request_line", "app", "said"),
    [
        (
            b"GET",
            says(200, [(b"Content-Length", b"2")], b"ok"),
            b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
        ),
        (
            b"GET",
            says(200, [(b"content-length", b"2")], b"o", b"", b"k"),
            b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
        ),
        (
            b"GET",
            says(201, [(b"x-tab", b"a\tb")], b"o", b"k"),
            b"HTTP/1.1 201 Created\r\nx-tab: a\tb\r\ntransfer-encoding: chunked\r\n\r\n"
            b"1\r\no\r\n1\r\nk\r\n0\r\n\r\n",
        ),
        (
            b"HEAD",
            says(200, [(b"content-length", b"99")], b"unsaid"),
            b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n",
        ),
        (b"HEAD", says(200, [], b"unsaid"), b"HTTP/1.1 200 OK\r\n\r\n"),
        (b"GET", says(204, [], b""), b"HTTP/1.1 204 No Content\r\n\r\n"),
        (
            b"GET",
            says(200, [(b"transfer-encoding", b"Chunked")], b"ok"),
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        ),
    ],
)
async def test_an_answer_of_each_form_keeps_its_connection(request_line, app, said):
    async with serving(app) as (reader, writer):
        for _ in range(2):
            writer.write(request_line + GET[3:])
            assert await all_of(reader) == said


@pytest.mark.parametrize("value", [b"close", b"keep-alive, Close"])
async def test_an_answer_that_says_so_ends_the_connection(value):
    app = says(200, [(b"connection", value), (b"content-length", b"0")], b"")
    async with serving(app) as (reader, writer):
        writer.write(GET + GET)
        said = await asyncio.wait_for(reader.read(), 2)
    assert said.count(b"HTTP/1.1") == said.count(b"connection: ") == 1


async def test_head_and_first_piece_leave_together():
    written = []

    class Watched(HttpProtocol):
        def connection_made(self, transport):
            super().connection_made(transport)
            self.transport = self

        def write(self, data):
            written.append(data)

        def is_closing(self):
            return True

    app = says(200, [(b"content-length", b"4")], b"ab", b"cd")
    async with serving(app) as (_, writer):
        server = Server(app, listen("127.0.0.1", 0), 1)
        server.config.load()
        protocol = Watched(config=server.config, server_state=server.server_state, app_state={})
        protocol.connection_made(writer.transport)
        protocol.data_received(GET)
        await asyncio.sleep(0.01)
    head, rest = written
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert head.endswith(b"\r\n\r\nab")
    assert rest == b"cd"


@pytest.mark.parametrize("value", [b"a\r\nset-cookie: b", b"a\nb", b"a\rb", b"a\0b", b"a\x7fb"])
async def test_no_header_can_hold_another(value, caplog):
    with caplog.at_level(logging.CRITICAL):
        async with serving(says(200, [(b"x-name", value)], b"ok")) as (reader, writer):
            writer.write(GET)
            said = await all_of(reader)
    assert said.startswith(b"HTTP/1.1 500 ")
    assert b"x-name" not in said


@pytest.mark.parametrize(
    ("announced", "pieces", "said"), [(b"1", [b"ab"], b""), (b"3", [b"a", b"b"], b"a")]
)
async def test_an_answer_of_another_length_than_announced_is_cut(announced, pieces, said, caplog):
    app = says(200, [(b"content-length", announced)], *pieces)
    with caplog.at_level(logging.CRITICAL):
        async with serving(app) as (reader, writer):
            writer.write(GET)
            got = await asyncio.wait_for(reader.read(), 2)
    assert got.partition(b"\r\n\r\n")[2] == said


@pytest.mark.parametrize("kind", ["http.response.body", "http.response.trailers"])
async def test_messages_out_of_order_are_no_answer(kind, caplog):
    async def app(scope, receive, send):
        await send({"type": kind, "body": b"early"})

    with caplog.at_level(logging.CRITICAL):
        async with serving(app) as (reader, writer):
            writer.write(GET)
            assert (await all_of(reader)).startswith(b"HTTP/1.1 500 ")


async def test_what_an_application_is_told_of_a_request():
    scopes = []

    async def app(scope, receive, send):
        scopes.append(scope)
        await says(200, [(b"content-length", b"0")], b"")(scope, receive, send)

    async with serving(app) as (reader, writer):
        writer.write(GET + GET.replace(b"HTTP/1.1", b"HTTP/1.0"))
        await asyncio.wait_for(reader.read(), 2)
    first, second = scopes
    assert (first["method"], first["path"]) == ("GET", "/名")
    assert (first["raw_path"], first["query_string"]) == (b"/%E5%90%8D", b"a=1")
    assert [first["http_version"], second["http_version"]] == ["1.1", "1.0"]
    assert first["headers"] == [(b"host", b"x")]


async def test_an_idle_connection_is_closed_in_its_time_and_no_other(monkeypatch):
    monkeypatch.setattr(kit_server, "KEEP_ALIVE", 0.3)

    async def app(scope, receive, send):
        if scope["path"] == "/slow":
            await asyncio.sleep(0.5)
        await says(200, [(b"content-length", b"0")], b"")(scope, receive, send)

    async with serving(app) as (reader, writer):
        for path, seconds in ((b"/", 0.2), (b"/slow", 0.7)):
            writer.write(b"GET %b HTTP/1.1\r\n\r\n" % path)
            await asyncio.sleep(seconds)
        writer.write(GET[:20])
        await asyncio.sleep(0.5)  # a request under way is waited for
        writer.write(GET[20:])
        assert (await all_of(reader)).count(b"HTTP/1.1 200") == 3
        before = asyncio.get_running_loop().time()
        assert await asyncio.wait_for(reader.read(), 2) == b""
        assert asyncio.get_running_loop().time() - before < 1


async def test_a_request_that_came_in_parts_during_another_is_answered(monkeypatch):
    monkeypatch.setattr(kit_server, "KEEP_ALIVE", 0.2)

    async def app(scope, receive, send):
        await asyncio.sleep(0.3)
        await says(200, [(b"content-length", b"0")], b"")(scope, receive, send)

    async with serving(app) as (reader, writer):
        writer.write(GET + GET[:20])
        await asyncio.sleep(0.4)
        writer.write(GET[20:])
        said = await asyncio.wait_for(reader.read(), 2)
    assert said.count(b"HTTP/1.1 200") == 2
