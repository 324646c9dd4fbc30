"""Measure the gateway's CPU time a request against nginx, in front of the same upstream.

`python gateway/benchmarks/bench_gateway.py` prints JSON: microseconds of the serving process for a
GET with a token that is known, 1 % of the traces sampled, and each request logged; of nginx as a
proxy without its access log, and with one; and, to see where the gateway's go, of its server that
answers by itself, and of that with its connections to a service. Medians of rounds that take turns.
Upstream is another nginx. Needs nginx (Debian: nginx-light); without it nothing is measured, and
that is said.
"""

import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import cast

import uvloop
from talent_gateway.routes import ROUTES
from talent_kit.testing.services import ISSUER, Issuer

REQUESTS = 15_000
ROUNDS = 3
CONNECTIONS = 16
TICK = 1e6 / os.sysconf("SC_CLK_TCK")
ITEM = '{"measure":"living-allowance","status":"open"}'
CONTENT = f'{{"id":"019a9b1c-2f00-7000-8000-00000000000f","items":[{",".join([ITEM] * 10)}]}}'
END = CONTENT[-2:].encode()

NGINX = """worker_processes 1; daemon off; error_log stderr crit; pid FOLDER/NAME.pid;
events { worker_connections 1024; }
http { default_type application/json; keepalive_requests 100000000;
    client_body_temp_path FOLDER/a; proxy_temp_path FOLDER/b; fastcgi_temp_path FOLDER/c;
    uwsgi_temp_path FOLDER/d; scgi_temp_path FOLDER/e; access_log LOG;
    upstream service { server 127.0.0.1:UP; keepalive 64; keepalive_requests 100000000; }
    SERVER }"""
UPSTREAM = "server { listen 127.0.0.1:PORT; location / { return 200 'CONTENT'; } }"
PROXY = """server { listen 127.0.0.1:PORT; location / { proxy_pass http://service;
    proxy_http_version 1.1; proxy_set_header Connection ''; proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $remote_addr; } }"""


class Load(asyncio.Protocol):
    """One client, which asks again as soon as it has its answer."""

    def __init__(self, request: bytes, left: list[int], done: asyncio.Future[None]) -> None:
        self._request = request
        self._left = left
        self._done = done
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def _ask(self) -> None:
        if self._left[0] <= 0:
            self._transport.close()
            return
        self._left[0] -= 1
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"HTTP") and not data.startswith(b"HTTP/1.1 200"):
            self._done.set_exception(RuntimeError(data[:200]))
            self._transport.close()
        if data.endswith(END):
            self._ask()

    def connection_lost(self, _: Exception | None) -> None:
        if not self._done.done():
            self._done.set_result(None)


async def _load(port: int, request: bytes, count: int) -> None:
    loop = asyncio.get_running_loop()
    left = [count]
    ends = [loop.create_future() for _ in range(CONNECTIONS)]
    for end in ends:
        await loop.create_connection(lambda end=end: Load(request, left, end), "127.0.0.1", port)
    await asyncio.gather(*ends)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * TICK


def _measure(pid: int, port: int, request: bytes) -> float:
    """Return microseconds of a process's CPU time a request."""
    before = _cpu(pid)
    uvloop.run(_load(port, request, REQUESTS))
    return (_cpu(pid) - before) / REQUESTS


def _unused_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _nginx(stack: ExitStack, folder: Path, name: str, server: str, up: int, log: str) -> int:
    """Start an nginx and return its worker's process id."""
    given = {"SERVER": server, "FOLDER": str(folder), "NAME": name, "UP": str(up), "LOG": log}
    text = NGINX
    for key, value in given.items():
        text = text.replace(key, value)
    (folder / f"{name}.conf").write_text(text)
    process = subprocess.Popen(  # noqa: S603
        [shutil.which("nginx") or "nginx", "-c", str(folder / f"{name}.conf")]
    )
    stack.callback(process.wait)
    stack.callback(process.terminate)
    time.sleep(0.5)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return int(children[0])


def _gateway(stack: ExitStack, folder: Path, issuer: Issuer, port: int, up: int) -> int:
    """Start a gateway and return the id of the process that serves."""
    upstream = f"http://127.0.0.1:{up}"
    settings = {
        "PORT": str(port),
        "ISSUER": ISSUER,
        "JWKS_URL": issuer.jwks_url,
        "UPSTREAMS": json.dumps(dict.fromkeys(ROUTES.values(), upstream)),
        "TRACE_SAMPLE": "0.01",
        "OTLP_ENDPOINT": upstream,
    }
    log = folder / "gateway.log"
    process = subprocess.Popen(
        [sys.executable, "-m", "talent_gateway"],
        env={**os.environ, **{f"GATEWAY_{name}": value for name, value in settings.items()}},
        stderr=stack.enter_context(log.open("wb")),
    )
    stack.callback(process.wait)
    stack.callback(process.terminate)
    until = time.monotonic() + 60
    while (found := re.search(rb'"serving", "pid": (\d+)', log.read_bytes())) is None:
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(log.read_text())
        time.sleep(0.1)
    return int(found[1])


def _bare(stack: ExitStack, *ports: int) -> int:
    """Start the gateway's server without the gateway, before a service or none."""
    process = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, str(Path(__file__).with_name("bare.py")), *map(str, ports)]
    )
    stack.callback(process.wait)
    stack.callback(process.terminate)
    for _ in range(600):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", ports[0])) == 0:
                return process.pid
        time.sleep(0.1)
    raise RuntimeError("the server alone does not begin")


def main() -> None:
    if shutil.which("nginx") is None:
        sys.stderr.write("NOT MEASURED: there is no nginx (Debian: apt install nginx-light)\n")
        sys.stdout.write(json.dumps({"skipped": "there is no nginx"}) + "\n")
        return
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        issuer = Issuer(folder)
        up, plain, logged, ours, alone, connecting = (_unused_port() for _ in range(6))
        server = UPSTREAM.replace("PORT", str(up)).replace("CONTENT", CONTENT)
        _nginx(stack, folder, "upstream", server, up, "off")
        proxies = {
            "gateway_us": (_gateway(stack, folder, issuer, ours, up), ours),
            "nginx_us": (
                _nginx(stack, folder, "plain", PROXY.replace("PORT", str(plain)), up, "off"),
                plain,
            ),
            "nginx_logged_us": (
                _nginx(
                    stack,
                    folder,
                    "logged",
                    PROXY.replace("PORT", str(logged)),
                    up,
                    str(folder / "access.log"),
                ),
                logged,
            ),
            "server_us": (_bare(stack, alone), alone),
            "server_and_connections_us": (_bare(stack, connecting, up), connecting),
        }
        token = issuer.headers("bench")["Authorization"]
        request = (
            "GET /v1/measures HTTP/1.1\r\nHost: bench.test\r\nAccept: application/json\r\n"
            "Accept-Language: zh-CN,zh;q=0.9\r\nUser-Agent: bench/1.0\r\n"
            f"Authorization: {token}\r\n\r\n"
        ).encode()
        rounds: dict[str, list[float]] = {each: [] for each in proxies}
        for at in range(ROUNDS + 1):
            for each, (pid, port) in proxies.items():
                found = _measure(pid, port, request)
                if at:  # the first round warms up
                    rounds[each].append(found)
        figures = {each: median(found) for each, found in rounds.items()}
        pairs = zip(
            rounds["gateway_us"], rounds["nginx_us"], rounds["nginx_logged_us"], strict=True
        )
        ratios = [(ours / plain, ours / logged) for ours, plain, logged in pairs]
        figures["ratio"] = median(plain for plain, _ in ratios)
        figures["ratio_logged"] = median(logged for _, logged in ratios)
    rounded = {each: round(figure, 1) for each, figure in figures.items()}
    sys.stdout.write(json.dumps(rounded) + "\n")


if __name__ == "__main__":
    main()
