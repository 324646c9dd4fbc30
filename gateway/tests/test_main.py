"""The gateway as a process: it stops and reloads without losing a request."""

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from echo import Cancelling, Echo, serving
from talent_kit.testing.services import ISSUER

pytestmark = pytest.mark.crash

PATIENCE = 90
"""Seconds; more than the gateway itself gives a process to begin serving on a busy machine."""


def unused_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Process:
    """`python -m talent_gateway`, its port, and what it says."""

    def __init__(self, port, process):
        self.port = port
        self.process = process
        self.said = b""
        self.reading = asyncio.create_task(self._read())

    async def _read(self):
        while chunk := await self.process.stderr.read(65536):
            self.said += chunk

    def pids(self):
        return [int(pid) for pid in re.findall(rb'"serving", "pid": (\d+)', self.said)]

    async def until(self, holds, seconds=PATIENCE):
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.02)

    async def get(self, path="/v1/talents/1"):
        """Return status and body of a GET on a connection of its own."""
        client = Client(self.port)
        try:
            return await client.get(path)
        finally:
            client.close()

    async def end(self):
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        code = await asyncio.wait_for(self.process.wait(), PATIENCE)
        await self.reading
        return code


class Client:
    """Keeps its connection as long as the server lets it; a request is never sent twice."""

    def __init__(self, port):
        self._port = port
        self._streams = None

    async def get(self, path="/v1/talents/1"):
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(b"GET %s HTTP/1.1\r\nHost: gateway.test\r\n\r\n" % path.encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        body = await reader.readexactly(int(re.search(rb"content-length: (\d+)", head)[1]))
        if b"connection: close" in head:
            self.close()
        return int(head.split()[1]), body

    def close(self):
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


@asynccontextmanager
async def started(issuer, tmp_path, **environment):
    async with (
        serving(Cancelling(Echo("identity").app)) as identity,
        serving(Cancelling(Echo("policy").app)) as policy,
        serving(Cancelling(Echo("postdoc").app)) as postdoc,
        serving(Cancelling(Echo("registration").app)) as registration,
    ):
        port = unused_port()
        file = tmp_path / "gateway.env"
        file.touch()
        settings = {
            "GATEWAY_PORT": str(port),
            "GATEWAY_ENV_FILE": str(file),
            "GATEWAY_ISSUER": ISSUER,
            "GATEWAY_JWKS_URL": issuer.jwks_url,
            "GATEWAY_UPSTREAMS": json.dumps(
                {
                    "identity": f"http://127.0.0.1:{identity}",
                    "policy": f"http://127.0.0.1:{policy}",
                    "postdoc": f"http://127.0.0.1:{postdoc}",
                    "registration": f"http://127.0.0.1:{registration}",
                }
            ),
            "GATEWAY_LOG_LEVEL": "WARNING",
        }
        process = Process(
            port,
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "talent_gateway",
                env={**os.environ, **settings, **environment},
                stderr=asyncio.subprocess.PIPE,
            ),
        )
        try:
            yield process
        finally:
            await process.end()


@pytest.fixture
async def process(issuer, tmp_path):
    async with started(issuer, tmp_path) as process:
        await process.until(process.pids)
        yield process


async def test_it_serves_and_stops(process):
    status, body = await process.get()
    assert (status, json.loads(body)["service"]) == (200, "identity")
    assert (await process.get("/health/ready"))[0] == 200
    assert await process.end() == 0
    with pytest.raises(ConnectionRefusedError):
        await process.get()
    assert b"Traceback" not in process.said


async def test_a_request_under_way_is_finished_before_it_ends(process):
    reader, writer = await asyncio.open_connection("127.0.0.1", process.port)
    writer.write(b"GET /v1/talents/stream HTTP/1.1\r\nHost: gateway.test\r\n\r\n")
    await reader.readuntil(b"tick ")
    process.process.terminate()
    answer = await asyncio.wait_for(reader.read(), 10)
    assert answer.endswith(b"3\r\nend\r\n0\r\n\r\n")
    writer.close()


async def test_no_request_fails_while_it_reloads(process, tmp_path):
    stop = asyncio.Event()
    statuses = []

    async def caller():
        client = Client(process.port)
        while not stop.is_set():
            statuses.append((await client.get())[0])
            await asyncio.sleep(0.005)  # who asks without a pause takes the time to reload away
        client.close()

    callers = [asyncio.create_task(caller()) for _ in range(8)]
    for times in (1, 2):
        address = f"https://number-{times}.test"
        (tmp_path / "gateway.env").write_text(f"GATEWAY_PUBLIC_URL={address}\n")
        before = len(statuses)
        process.process.send_signal(signal.SIGHUP)
        await process.until(lambda times=times: len(process.pids()) > times)
        old = process.pids()[-2]
        await process.until(lambda old=old: not Path(f"/proc/{old}").exists())
        assert address.encode() in (await process.get("/"))[1]
        assert len(statuses) > before
    await asyncio.sleep(0.2)
    stop.set()
    await asyncio.gather(*callers)
    assert set(statuses) == {200}
    assert len(set(process.pids())) == 3


async def test_settings_that_are_not_valid_change_nothing(process, tmp_path):
    (tmp_path / "gateway.env").write_text("GATEWAY_TIMEOUT=no\n")
    process.process.send_signal(signal.SIGHUP)
    await process.until(lambda: b"settings are not valid: GATEWAY_TIMEOUT" in process.said)
    await process.until(lambda: b"a serving process ended" in process.said)
    assert (await process.get())[0] == 200
    (tmp_path / "gateway.env").write_text("GATEWAY_TIMEOUT=9\n")
    process.process.send_signal(signal.SIGHUP)
    await process.until(lambda: len(process.pids()) == 2)
    assert (await process.get())[0] == 200


async def test_a_serving_process_that_dies_is_replaced_while_callers_wait(process):
    os.kill(process.pids()[0], signal.SIGKILL)
    await process.until(lambda: b"a serving process ended" in process.said)
    assert (await asyncio.wait_for(process.get(), PATIENCE))[0] == 200
    await process.until(lambda: len(process.pids()) == 2)


async def test_a_serving_process_ends_with_the_one_that_holds_the_socket(process):
    (pid,) = process.pids()
    process.process.kill()
    await process.until(lambda: not Path(f"/proc/{pid}").exists())


@pytest.mark.parametrize(
    ("variable", "value", "names"),
    [
        (
            "GATEWAY_UPSTREAMS",
            "{}",
            b"GATEWAY_UPSTREAMS: no upstream for identity, policy, ",
        ),
        ("GATEWAY_UPSTREAMS", '{"identity": "ftp://secret"}', b"GATEWAY_UPSTREAMS"),
        ("GATEWAY_UPSTREAMS", '{"identity": "http://a/path"}', b"GATEWAY_UPSTREAMS"),
        ("GATEWAY_TIMEOUT", "secret", b"GATEWAY_TIMEOUT"),
        ("GATEWAY_PORT", "secret", b"GATEWAY_PORT"),
        ("GATEWAY_PORT", "65536", b"GATEWAY_PORT"),
        ("SECRETS_DIR", "/nowhere", b"SECRETS_DIR names no folder: /nowhere"),
    ],
)
async def test_settings_that_do_not_allow_a_start_are_named(
    issuer, tmp_path, variable, value, names
):
    async with started(issuer, tmp_path, **{variable: value}) as process:
        assert await asyncio.wait_for(process.process.wait(), PATIENCE) == 2
        await process.reading
        assert names in process.said
        assert b"Traceback" not in process.said
        assert b"ftp://secret" not in process.said
