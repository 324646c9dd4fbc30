"""Behind a real server, byte by byte: chunks, keep-alive, smuggling and clients that leave."""

import asyncio
import re

import pytest

LIMIT = 2048


def statuses(answer):
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3})", answer)]


def request(first, *headers, body=b""):
    lines = [first, b"Host: gateway.test", *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def chunked(*chunks):
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


async def test_chunks_reach_the_service_as_one_body(wire):
    sent = request(
        b"POST /v1/talents HTTP/1.1",
        b"Transfer-Encoding: chunked",
        body=chunked(b"ab", b"c" * 1000, b"d"),
    )
    answer = await wire.exchange(sent)
    assert statuses(answer) == [200]
    assert b'"length":1003' in answer
    assert b'["content-length","1003"]' in answer
    assert b"transfer-encoding" not in answer.split(b"\r\n\r\n", 1)[1]


@pytest.mark.parametrize(("size", "status"), [(LIMIT - 1, 200), (LIMIT, 200), (LIMIT + 1, 413)])
@pytest.mark.parametrize("in_chunks", [False, True])
async def test_the_body_limit(wire, size, status, in_chunks):
    body = b"x" * size
    if in_chunks:
        header, body = b"Transfer-Encoding: chunked", chunked(body[:1000], body[1000:])
    else:
        header = b"Content-Length: %d" % size
    answer = await wire.exchange(request(b"POST /v1/talents HTTP/1.1", header, body=body))
    assert statuses(answer) == [status]
    assert (b"connection: close" in answer) == (status == 413)
    assert wire.edge.identity.calls == (status == 200)


async def test_a_body_announced_too_large_is_refused_unread(wire):
    sent = request(
        b"POST /v1/talents HTTP/1.1", b"Content-Length: 9999999", b"Expect: 100-continue"
    )
    answer = await wire.exchange(sent)
    assert statuses(answer) == [413]
    assert b"connection: close" in answer


async def test_a_connection_serves_several_requests_also_after_refusals(wire):
    get = request(b"GET /v1/talents/1 HTTP/1.1")
    unsigned = request(
        b"POST /v1/talents HTTP/1.1",
        b"Authorization: Bearer x",
        b"Content-Length: 24",
        body=b"GET /v1/facts HTTP/1.1\r\n",
    )
    unknown = request(b"POST /nowhere HTTP/1.1", b"Content-Length: 3", body=b"abc")
    reader, writer = await wire.open()
    for sent, status in ((get, 200), (unsigned, 401), (get, 200), (unknown, 404), (get, 200)):
        writer.write(sent)
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 2)
        assert statuses(head) == [status]
        length = int(re.search(rb"content-length: (\d+)", head)[1])
        await reader.readexactly(length)
    writer.close()
    assert wire.edge.policy.calls == 0


async def test_a_refused_body_of_unknown_length_ends_the_connection(wire):
    endless = request(b"POST /nowhere HTTP/1.1", b"Transfer-Encoding: chunked", body=b"1\r\na\r\n")
    reader, writer = await wire.open()
    writer.write(endless)
    answer = await asyncio.wait_for(reader.read(), 2)
    assert statuses(answer) == [404]
    assert b"connection: close" in answer
    writer.close()


async def test_pipelined_requests_are_answered_in_order(wire):
    both = request(b"GET /v1/talents/1 HTTP/1.1") + request(b"GET /v1/facts HTTP/1.1")
    answer = await wire.exchange(both)
    assert statuses(answer) == [200, 200]
    assert answer.index(b'"service":"identity"') < answer.index(b'"service":"policy"')


HIDDEN = b"GET /v1/facts HTTP/1.1\r\nHost: gateway.test\r\n\r\n"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ([b"Content-Length: 5", b"Transfer-Encoding: chunked"], b"0\r\n\r\n" + HIDDEN),
        ([b"Transfer-Encoding: chunked", b"Content-Length: 5"], b"0\r\n\r\n" + HIDDEN),
        ([b"Content-Length: 5", b"Content-Length: 6"], b"123456" + HIDDEN),
        ([b"Transfer-Encoding: gzip, chunked"], b"0\r\n\r\n" + HIDDEN),
        ([b"Transfer-Encoding: identity", b"Content-Length: 5"], b"12345" + HIDDEN),
        ([b"Transfer-Encoding: xchunked", b"Content-Length: 5"], b"12345" + HIDDEN),
        ([b"Transfer-Encoding : chunked"], b"0\r\n\r\n" + HIDDEN),
        ([b"Content-Length: +5"], b"12345" + HIDDEN),
        ([b"Content-Length: 0x5"], b"12345" + HIDDEN),
    ],
)
async def test_a_hidden_request_is_never_served(wire, headers, body):
    answer = await wire.exchange(request(b"POST /v1/talents HTTP/1.1", *headers, body=body))
    assert statuses(answer)[0] in {400, 501}
    assert len(statuses(answer)) == 1
    assert wire.edge.identity.calls == wire.edge.policy.calls == 0


@pytest.mark.parametrize(
    "target",
    [
        b"//v1/talents",
        b"/v1/facts/../talents",
        b"/v1/%2e%2e/talents",
        b"/v1/facts%2ftalents",
        b"/v1/talents%00",
        b"/v1/talents\x01",
        b"/v1/\xe4\xba\xba",
        b"v1/talents",
        b"*",
    ],
)
async def test_path_tricks_are_refused(wire, target):
    answer = await wire.exchange(request(b"GET %s HTTP/1.1" % target))
    assert statuses(answer) == [400]
    assert wire.edge.identity.calls == wire.edge.policy.calls == 0


async def test_a_target_with_an_address_never_chooses_where_it_leads(wire):
    answer = await wire.exchange(request(b"GET http://elsewhere.test/nowhere HTTP/1.1"))
    assert statuses(answer)[0] in {400, 404}


async def test_a_client_that_hangs_up_cancels_its_call(wire):
    _, writer = await wire.open()
    writer.write(request(b"GET /v1/talents/slow HTTP/1.1"))
    await asyncio.wait_for(wire.edge.identity.entered.wait(), 2)
    writer.close()
    await asyncio.wait_for(wire.edge.identity.cancelled.wait(), 0.6)


async def test_a_client_that_hangs_up_within_the_answer_cancels_it(wire):
    reader, writer = await wire.open()
    writer.write(request(b"GET /v1/talents/stream HTTP/1.1"))
    await asyncio.wait_for(reader.readuntil(b"tick "), 2)
    writer.close()
    await asyncio.wait_for(wire.edge.identity.cancelled.wait(), 2)


async def test_an_answer_that_breaks_off_is_seen_to(wire):
    reader, writer = await wire.open()
    writer.write(request(b"GET /v1/talents/cut HTTP/1.1"))
    answer = await asyncio.wait_for(reader.read(), 2)
    assert answer.endswith(b"4\r\nhalf\r\n")
    writer.close()


async def test_a_body_that_stops_coming_is_refused_in_time(wire):
    reader, writer = await wire.open()
    writer.write(request(b"POST /v1/talents HTTP/1.1", b"Content-Length: 5", body=b"ab"))
    answer = await asyncio.wait_for(reader.read(), 3)
    assert statuses(answer) == [408]
    assert wire.edge.identity.calls == 0
    writer.close()


async def test_a_slow_service_is_a_timeout(wire):
    reader, writer = await wire.open()
    writer.write(request(b"GET /v1/talents/slow HTTP/1.1"))
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 3)
    assert statuses(answer) == [504]
    writer.close()
