"""Connections that are kept, and requests that are sent again or not."""

import asyncio
import socket

import pytest
from scripted import KEY, OK, Asked, Service, keeps, resets, says, upstream
from talent_gateway import HttpUpstream, http
from talent_gateway.connection import AnswerBroken
from talent_gateway.errors import UpstreamUnavailable
from talent_kit.problems import Unavailable


async def test_a_connection_is_kept_and_used_again():
    async with upstream(says(OK, OK, OK, then=keeps)) as (made, service):
        for _ in range(3):
            asked = await Asked().of(made)
            assert (asked.status, asked.body, asked.complete) == (200, b"ok", True)
    assert (service.connections, len(service.requests)) == (1, 3)


async def test_what_travels_to_a_service_is_what_stands_in_the_scope():
    async with upstream(says(OK)) as (made, service):
        asked = Asked("POST", "/v1/a%20b", headers=[(b"x-one", b"1")], pieces=(b"ab", b"cd"))
        asked.scope["query_string"] = b"a=1&b=%20"
        await asked.of(made)
    head = b"POST /v1/a%20b?a=1&b=%20 HTTP/1.1\r\nhost: gateway.test\r\nx-one: 1\r\n"
    assert service.requests == [(head + b"content-length: 4\r\n\r\n", b"abcd")]


async def test_a_request_without_a_host_gets_the_services():
    async with upstream(says(OK)) as (made, service):
        asked = Asked()
        asked.scope["headers"] = []
        await asked.of(made)
    assert b"\r\nhost: 127.0.0.1:" in service.requests[0][0]


async def test_a_mounted_service_does_not_see_its_prefix():
    async with upstream(says(OK)) as (made, service):
        asked = Asked(path="/dev/jwks")
        asked.scope["root_path"] = "/dev"
        await asked.of(made)
    assert service.requests[0][0].startswith(b"GET /jwks HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("method", "headers", "pieces", "times"),
    [
        ("GET", (), (b"",), 2),
        ("HEAD", (), (b"",), 2),
        ("POST", (KEY,), (b"body",), 2),
        ("POST", (), (b"body",), 1),
        ("POST", (KEY,), (b"from", b"a file"), 1),
        ("PUT", (KEY,), (b"body",), 1),
        ("DELETE", (), (b"",), 1),
    ],
)
async def test_what_is_sent_again_after_a_reset(method, headers, pieces, times):
    async with upstream(resets, says(OK, then=keeps)) as (made, service):
        asked = Asked(method, headers=headers, pieces=pieces)
        if times == 1:
            with pytest.raises(AnswerBroken):
                await asked.of(made)
        else:
            assert (await asked.of(made)).status == 200
    assert len(service.requests) == times
    assert len(set(service.requests)) == 1


async def test_a_request_is_sent_three_times_at_most():
    async with upstream(resets) as (made, service):
        with pytest.raises(AnswerBroken):
            await Asked().of(made)
    assert len(service.requests) == 3


async def test_once_a_byte_of_the_answer_came_nothing_is_sent_again():
    async with upstream(says(b"H")) as (made, service):
        with pytest.raises(AnswerBroken):
            await Asked().of(made)
    assert len(service.requests) == 1


def unused_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


async def test_a_service_that_refuses_connections_is_unavailable():
    made = HttpUpstream(f"http://127.0.0.1:{unused_port()}")
    with pytest.raises(UpstreamUnavailable) as caught:
        await Asked("POST", pieces=(b"x",)).of(made)
    assert caught.value.extra_headers["Retry-After"]


async def test_a_service_that_comes_back_meanwhile_gets_even_a_request_that_changes_something():
    port = unused_port()
    service = Service(says(OK))
    made = HttpUpstream(f"http://127.0.0.1:{port}")
    asking = asyncio.create_task(Asked("POST", pieces=(b"x", b"y")).of(made))
    await asyncio.sleep(0.02)
    server = await asyncio.start_server(service.serve, "127.0.0.1", port)
    assert (await asking).status == 200
    server.close()


async def test_connecting_has_a_time_limit():
    with socket.socket() as full:  # its queue is full, so that connecting hangs
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        made = HttpUpstream(f"http://127.0.0.1:{full.getsockname()[1]}", connect_seconds=0.05)
        with pytest.raises(UpstreamUnavailable):
            await Asked().of(made)
        for each in waiting:
            each.close()


async def test_connections_that_a_service_closed_meanwhile_are_not_used():
    async with upstream(says(OK), says(OK)) as (made, service):
        await Asked("POST").of(made)
        await asyncio.sleep(0.02)
        assert (await Asked("POST").of(made)).status == 200
    assert service.connections == 2


async def test_a_connection_that_was_idle_for_long_is_not_used(monkeypatch):
    async with upstream(says(OK, OK, then=keeps)) as (made, service):
        await Asked().of(made)
        monkeypatch.setattr(http, "_IDLE_SECONDS", 0)
        await Asked().of(made)
    assert service.connections == 2


async def test_a_slow_client_does_not_hold_a_connection_whose_answer_is_here():
    go = asyncio.Event()
    async with upstream(says(OK, OK, then=keeps)) as (made, service):
        slow = asyncio.create_task(Asked(pace=go.wait).of(made))
        await asyncio.sleep(0.05)
        await Asked().of(made)
        go.set()
        await slow
    assert service.connections == 1


async def test_who_leaves_takes_the_services_connection_with_them():
    left = asyncio.Event()

    async def script(service, reader, writer):
        await service.request(reader)
        await reader.read()
        left.set()

    async with upstream(script) as (made, _service):
        asking = asyncio.create_task(Asked().of(made))
        await asyncio.sleep(0.05)
        asking.cancel()
        await asyncio.wait_for(left.wait(), 1)
        assert made._busy == 0


async def test_a_service_gets_so_many_requests_at_once_and_no_more(monkeypatch):
    monkeypatch.setattr(http, "_MOST_CONNECTIONS", 2)
    go = asyncio.Event()

    async def script(service, reader, writer):
        await service.request(reader)
        await go.wait()
        writer.write(OK)

    async with upstream(script) as (made, _service):
        two = [asyncio.create_task(Asked().of(made)) for _ in range(2)]
        await asyncio.sleep(0.05)
        with pytest.raises(Unavailable):
            await Asked().of(made)
        go.set()
        assert [asked.status for asked in await asyncio.gather(*two)] == [200, 200]
        assert (await Asked().of(made)).status == 200


@pytest.mark.parametrize("url", ["", "policy:8000", "/path", "http://"])
def test_a_base_url_names_a_host(url):
    with pytest.raises(ValueError, match="host"):
        HttpUpstream(url)
