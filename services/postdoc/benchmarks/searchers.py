"""Who searches for positions, as lean as callers can be, in a process of their own.

`python searchers.py PORT RATE SECONDS FILE` sends the requests of a file, one path a line, so many
a second, on connections that are kept; prints JSON. Each is measured from the instant at which it
was to be sent.
"""

import asyncio
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import quantiles
from typing import cast

import uvloop

_CONNECTIONS = 32
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


class Connection(asyncio.Protocol):
    """One request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport
        self._answer: asyncio.Future[int]
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    async def ask(self, path: str) -> int:
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
        return await self._answer

    def data_received(self, data: bytes) -> None:
        self._read += data
        end = self._read.find(b"\r\n\r\n") + 4
        if end < 4:
            return
        length = _LENGTH.search(self._read, 0, end)
        if length is None or len(self._read) - end < int(length[1]):
            return
        code = int(self._read[9:12])
        self._read = b""
        self._answer.set_result(code)


async def main(port: int, rate: float, seconds: float, paths: list[str]) -> None:
    loop = asyncio.get_running_loop()
    idle: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(_CONNECTIONS):
        _, made = await loop.create_connection(Connection, "127.0.0.1", port)
        idle.put_nowait(made)
    times: list[float] = []
    answers: Counter[int] = Counter()

    async def one(due: float, path: str) -> None:
        connection = await idle.get()
        answers[await connection.ask(path)] += 1
        times.append(time.perf_counter() - due)
        idle.put_nowait(connection)

    begun, asked = time.perf_counter(), []
    for number in range(int(rate * seconds)):
        due = begun + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        asked.append(asyncio.create_task(one(due, paths[number % len(paths)])))
    await asyncio.gather(*asked)
    cuts = quantiles(times, n=100)
    found = {
        "answers": dict(answers),
        "a_second": round(len(times) / (time.perf_counter() - begun), 1),
        "p50_ms": round(cuts[49] * 1000, 2),
        "p95_ms": round(cuts[94] * 1000, 2),
        "p99_ms": round(cuts[98] * 1000, 2),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    _, port, rate, seconds, file = sys.argv
    lines = Path(file).read_text("utf-8").split()
    uvloop.run(main(int(port), float(rate), float(seconds), lines))
