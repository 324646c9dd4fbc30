"""The callers of a flood, as lean as callers can be, in a process of their own.

`python callers.py FILE` sends what the file says, on connections that are kept, one request at a
time on each; prints JSON. Without a rate each connection asks again as soon as it is answered; with
one, each request is measured from the instant at which it was to be sent.
"""

import asyncio
import json
import re
import sys
import time
from collections import Counter, deque
from pathlib import Path
from statistics import quantiles
from typing import Any, cast

import uvloop

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
_CODE = re.compile(rb'"code": ?"([a-z-]+)"')
_STATUS = re.compile(rb'"status": ?"([a-z]+)"')
_TICK = 0.002
"""Seconds between two looks at what is to be sent by now."""


class Flood:
    """The requests that wait to be sent, and what came of those that were."""

    def __init__(self, requests: list[bytes], rate: float | None) -> None:
        self.idle: list[Connection] = []
        self.kinds: Counter[str] = Counter()
        self.times: list[float] = []
        self.last_seat = 0.0
        self.done = asyncio.get_running_loop().create_future()
        self.begun = time.perf_counter()
        self._rate = rate
        self._left = deque(enumerate(requests))
        self._open = len(requests)

    def next(self) -> tuple[float, bytes] | None:
        """Return the next request and since when it waits to be sent; none if none does."""
        now = time.perf_counter()
        if not self._left:
            return None
        if self._rate is None:
            return now, self._left.popleft()[1]
        due = self.begun + self._left[0][0] / self._rate
        return (due, self._left.popleft()[1]) if due <= now else None

    def answered(self, since: float, kind: str) -> None:
        now = time.perf_counter()
        self.kinds[kind] += 1
        self.times.append(now - since)
        if kind == "confirmed":
            self.last_seat = now - self.begun
        self._open -= 1
        if self._open == 0:
            self.done.set_result(now - self.begun)

    def tick(self) -> None:
        """Send what is to be sent by now; later again."""
        while self.idle and self.idle[-1].ask():
            self.idle.pop()
        if not self.done.done():
            asyncio.get_running_loop().call_later(_TICK, self.tick)


class Connection(asyncio.Protocol):
    def __init__(self, flood: Flood) -> None:
        self._flood = flood
        self._transport: asyncio.Transport
        self._since = 0.0
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._flood.idle.append(self)

    def ask(self) -> bool:
        """Send what comes next; tell whether there is anything."""
        found = self._flood.next()
        if found is None:
            return False
        self._since, request = found
        self._transport.write(request)
        return True

    def data_received(self, data: bytes) -> None:
        self._read += data
        end = self._read.find(b"\r\n\r\n") + 4
        if end < 4:
            return
        length = _LENGTH.search(self._read, 0, end)
        if length is None or len(self._read) - end < int(length[1]):
            return
        code = self._read[9:12]
        kind = (_STATUS if code == b"200" else _CODE).search(self._read, end)
        self._read = b""
        self._flood.answered(self._since, kind[1].decode() if kind else code.decode())
        if not self.ask():
            self._flood.idle.append(self)

    def connection_lost(self, _: Exception | None) -> None:
        if not self._flood.done.done():
            self._flood.done.set_exception(ConnectionError("a connection was closed"))


async def main(given: dict[str, Any]) -> dict[str, Any]:
    body = json.dumps(given["body"])
    requests = [
        (
            f"PUT {given['path']} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()
        for token in given["tokens"]
    ]
    flood = Flood(requests, given["rate"])
    loop = asyncio.get_running_loop()
    for _ in range(given["connections"]):
        await loop.create_connection(lambda: Connection(flood), "127.0.0.1", given["port"])
    flood.begun, cpu = time.perf_counter(), time.process_time()
    flood.tick()
    seconds = await flood.done
    cuts = quantiles(flood.times, n=100)
    return {
        "answers": dict(sorted(flood.kinds.items())),
        "seconds": seconds,
        "last_seat": flood.last_seat,
        "cpu": time.process_time() - cpu,
        "p50_ms": round(cuts[49] * 1000, 1),
        "p99_ms": round(cuts[98] * 1000, 1),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(uvloop.run(main(json.loads(Path(sys.argv[1]).read_text())))))
