"""Measure what telemetry costs: CPU time a request with all traces kept, some, none, and without.

`python deploy/standalone/benchmarks/bench_telemetry.py` prints JSON: microseconds of the process
that is the whole platform, for a reviewer's GET through gateway and policy service, with no
collector (`off_us`) and with one that takes everything, where 0, 1 and 100 % of the traces are kept
(`kept_0_us` and so on); and the ratios to `off_us`. Medians of rounds that take turns, so that
other work on the machine befalls all alike.
"""

import asyncio
import json
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

import httpx2
from talent_standalone.testing import Standalone

REQUESTS = 400
ROUNDS = 5
AT_ONCE = 8
PATH = "/v1/applications?status=pending"
KEPT = {"kept_0": "0", "kept_1": "0.01", "kept_100": "1"}
TICK = 1e6 / os.sysconf("SC_CLK_TCK")


class Collector(BaseHTTPRequestHandler):
    """Takes whatever comes."""

    protocol_version = "HTTP/1.1"
    taken: dict[str, int] = {}  # noqa: RUF012 - of the one collector there is

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.rfile.read(length)
        self.taken[self.path] = self.taken.get(self.path, 0) + length
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _collector() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            serving.join()


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * TICK


async def _ask(url: str, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(base_url=url, headers=headers, timeout=60) as http:

        async def some() -> None:
            for _ in range(REQUESTS // AT_ONCE):
                (await http.get(PATH)).raise_for_status()

        await asyncio.gather(*(some() for _ in range(AT_ONCE)))


def _measure(platform: Standalone, token: str) -> float:
    """Return microseconds of the platform's CPU time a request."""
    before = _cpu(platform.process.pid)
    asyncio.run(_ask(str(platform.http.base_url), token))
    return (_cpu(platform.process.pid) - before) / REQUESTS


def _token(platform: Standalone) -> str:
    body = {"subject": "bench", "roles": ["reviewer"], "region": "350700"}
    answer = platform.http.post("/dev/token", json=body)
    answer.raise_for_status()
    return str(answer.json()["access_token"])


def main() -> None:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        endpoint = stack.enter_context(_collector())
        platforms = {"off": Standalone(folder / "off")}
        for each, share in KEPT.items():
            platforms[each] = Standalone(
                folder / each, TALENT_OTLP_ENDPOINT=endpoint, TALENT_TRACE_SAMPLE=share
            )
        tokens = {}
        for each, platform in platforms.items():
            stack.callback(platform.stop)
            tokens[each] = _token(platform.start())
        rounds: dict[str, list[float]] = {each: [] for each in platforms}
        for at in range(ROUNDS + 1):
            for each, platform in platforms.items():
                found = _measure(platform, tokens[each])
                if at:  # the first round warms up
                    rounds[each].append(found)
        figures = {f"{each}_us": round(median(found)) for each, found in rounds.items()}
        ratios = {
            f"{each}_ratio": round(
                median(ours / off for ours, off in zip(rounds[each], rounds["off"], strict=True)), 3
            )
            for each in KEPT
        }
    if not Collector.taken.get("/v1/traces"):
        raise RuntimeError("no trace has reached the collector")
    load = round(os.getloadavg()[0], 1)
    sys.stdout.write(json.dumps({"load": load} | figures | ratios) + "\n")


if __name__ == "__main__":
    main()
