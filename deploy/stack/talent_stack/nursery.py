"""A process that has loaded our code once and becomes any of our processes by forking.

What they load alike stands in memory once, however many they are, and is loaded while the servers
start. Each is a process of its own all the same: docs/decisions says what differs from a start by
command.
"""

import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

_MOST_FILES = 1024


class Nursery:
    """Starts modules as processes in sessions of their own, which outlive it.

    `preload` names by package what it loads. Make it before there are threads or an event loop: it
    is forked from this process.
    """

    def __init__(self, preload: Mapping[str, str]) -> None:
        self._preload = frozenset(preload)
        ours, theirs = socket.socketpair()
        sys.stdout.flush()
        sys.stderr.flush()
        if os.fork() == 0:
            _serve(theirs, preload.values())
        theirs.close()
        self._socket = ours
        self._answers = ours.makefile("r")

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trail: TracebackType | None,
    ) -> None:
        """End it; what it started runs on."""
        self._answers.close()
        self._socket.close()

    def starts(self, command: Sequence[str]) -> bool:
        """Tell whether a command runs a module that is loaded here."""
        return list(command[:2]) == [sys.executable, "-m"] and command[2] in self._preload

    def start(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> int:
        """Start what a command would; return its process id. Raises OSError."""
        asked = {"arguments": command[2:], "environment": dict(environment), "log": str(log)}
        self._socket.sendall(json.dumps(asked).encode() + b"\n")
        answer = self._answers.readline()
        if not answer:
            raise BrokenPipeError("the process that starts ours has ended")
        return int(answer)


def _serve(requests: socket.socket, preload: Iterable[str]) -> NoReturn:
    try:
        # What this process was forked from holds more, such as the lock of the present command.
        os.closerange(3, requests.fileno())
        os.closerange(requests.fileno() + 1, _MOST_FILES)
        # An interrupt is for who asks: it ends this process too, by the end of its requests.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for module in preload:
            importlib.import_module(module)
        gc.collect()
        gc.freeze()
        with requests.makefile("r") as lines:
            for line in lines:
                asked = json.loads(line)
                child = os.fork()
                if child == 0:
                    _become(asked)
                requests.sendall(b"%d\n" % child)
    finally:
        os._exit(0)


def _become(asked: Mapping[str, Any]) -> NoReturn:
    code: Any = 1
    try:
        os.setsid()
        os.chdir("/")
        nothing = os.open(os.devnull, os.O_RDONLY)
        log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for number, file in enumerate((nothing, log, log)):
            os.dup2(file, number)
        os.closerange(3, _MOST_FILES)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(asked["environment"])
        module, *arguments = asked["arguments"]
        sys.argv = [module, *arguments]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
