"""`python -m talent_gateway` holds the listening socket; a process of its own serves on it.

SIGHUP starts another one, with settings and code as they are then; once that serves, the one before
finishes what it has. SIGTERM and SIGINT finish everything, a second one nothing. If the serving
process dies another takes its place, while callers wait at the socket.
"""

import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass

UNUSABLE = 2
"""Exit code where the settings or the machine do not allow a start."""
_AGAIN_SECONDS = 1.0
"""Between two starts of a process that dies."""
_PATIENCE = 60.0
"""Seconds for a process to begin serving."""


@dataclass(eq=False)
class Serving:
    """A process that serves, or soon will."""

    process: subprocess.Popen[bytes]
    ready: int
    """A pipe in which one byte says that it serves."""
    life: int
    """A pipe whose end tells it that this process is gone."""
    started: float


class Holder:
    """Holds the socket, and sees to it that somebody serves on it."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._selector = selectors.DefaultSelector()
        self._current: Serving | None = None
        self._starting: Serving | None = None
        self._leaving: list[Serving] = []
        self._start_at: float | None = time.monotonic()
        self._served = False
        self._stopping = False

    def run(self) -> int:
        """Run until told to stop; return the exit code."""
        woken, wakes = socket.socketpair()
        wakes.setblocking(False)
        signal.set_wakeup_fd(wakes.fileno())
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)
        self._selector.register(woken, selectors.EVENT_READ)
        while True:
            if self._start_at is not None and time.monotonic() >= self._start_at:
                self._start()
            for key, _ in self._selector.select(self._wait()):
                if key.fileobj is woken:
                    for heard in woken.recv(64):
                        self._hear(heard)
                elif self._starting is not None and key.fd == self._starting.ready:
                    self._hear_ready(self._starting)
            code = self._bury()
            if code is not None:
                return code

    def _wait(self) -> float | None:
        if self._starting is not None:
            end = self._starting.started + _PATIENCE
            if time.monotonic() > end:
                self._starting.process.kill()
                return None
        elif self._start_at is not None:
            end = self._start_at
        else:
            return None
        return max(0.0, end - time.monotonic()) + 0.01

    def _hear(self, number: int) -> None:
        if number == signal.SIGHUP and not self._stopping:
            self._start_at = time.monotonic()
        elif number in {signal.SIGTERM, signal.SIGINT}:
            self._stopping = True
            self._start_at = None
            self._listener.close()
            for serving in self._all():
                serving.process.terminate()

    def _start(self) -> None:
        if self._starting is not None:
            return  # it was started with older settings: another follows when it is there
        self._start_at = None
        ready, says_ready = os.pipe()
        lives, life = os.pipe()
        given = (self._listener.fileno(), says_ready, lives)
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "talent_gateway.serving", *map(str, given)], pass_fds=given
        )
        os.close(says_ready)
        os.close(lives)
        self._starting = Serving(process, ready, life, time.monotonic())
        self._selector.register(ready, selectors.EVENT_READ)

    def _hear_ready(self, serving: Serving) -> None:
        self._selector.unregister(serving.ready)
        if not os.read(serving.ready, 1):
            return  # it is about to end: `_bury` learns how
        before, self._current, self._starting = self._current, serving, None
        _say("serving", pid=serving.process.pid)
        self._served = True
        if before is not None:
            self._leaving.append(before)
            before.process.terminate()

    def _bury(self) -> int | None:
        """See who has ended; return the exit code once all is over."""
        for serving in self._all():
            code = serving.process.poll()
            if code is None:
                continue
            os.close(serving.life)
            if serving is self._starting and serving.ready in self._selector.get_map():
                self._selector.unregister(serving.ready)
            os.close(serving.ready)
            if serving in self._leaving:
                self._leaving.remove(serving)
                continue
            if serving is self._current:
                self._current = None
            else:
                self._starting = None
                if not self._served and not self._stopping:
                    return code if code > 0 else 1
            if not self._stopping:
                _say("a serving process ended", pid=serving.process.pid, code=code)
                if self._current is None and self._starting is None:
                    self._start_at = max(time.monotonic(), serving.started + _AGAIN_SECONDS)
        return 0 if self._stopping and not self._all() else None

    def _all(self) -> list[Serving]:
        return [each for each in (*self._leaving, self._current, self._starting) if each]


def _say(message: str, **more: object) -> None:
    line = {"service": "gateway", "logger": "talent_gateway", "message": message} | more
    sys.stderr.write(json.dumps(line) + "\n")


def main() -> int:
    """Serve on GATEWAY_HOST and GATEWAY_PORT until told to stop; return the exit code."""
    host = os.environ.get("GATEWAY_HOST", "127.0.0.1")
    try:
        port = int(os.environ.get("GATEWAY_PORT", "8000"))
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=512)
    except (OSError, ValueError, OverflowError) as error:
        sys.stderr.write(f"GATEWAY_HOST and GATEWAY_PORT cannot be listened on: {error}\n")
        return UNUSABLE
    return Holder(listener).run()


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["serve"]):
        sys.stderr.write("usage: python -m talent_gateway [serve]\n")
        sys.exit(UNUSABLE)
    sys.exit(main())
