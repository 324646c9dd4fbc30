"""JSON logs, a line each, without personal data.

An error is logged as its type and the places it passed, never with its text: a database error
carries values in its text, and a traceback repeats the texts of its causes.
"""

import asyncio
import json
import logging
import sys
import time
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from types import TracebackType
from typing import TextIO

from opentelemetry import trace

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
service_name: ContextVar[str | None] = ContextVar("service_name", default=None)

_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode
_quoted = json.encoder.encode_basestring
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}

_TOGETHER_SECONDS = 0.1
"""For which lines of requests wait for others; a process that is killed takes them along."""


class Lines(logging.StreamHandler[TextIO]):
    """Writes lines in their order, those of requests some at a time.

    Most lines are of requests. A record and a system call for each took a tenth of what the gateway
    does with one.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._waiting: list[str] = []

    def add(self, line: str) -> None:
        """Write a line soon: at once where no event loop runs."""
        self.acquire()
        self._waiting.append(line)
        first = len(self._waiting) == 1
        self.release()
        if first:
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                self.flush()
            else:
                loop.call_later(_TOGETHER_SECONDS, self.flush)

    def emit(self, record: logging.LogRecord) -> None:
        self._write()
        super().emit(record)

    def flush(self) -> None:
        """Write what waits; logging does so when the process ends."""
        self.acquire()
        try:
            self._write()
            super().flush()
        finally:
            self.release()

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            self.stream.write("".join(waiting))


def request_answered(
    log: logging.Logger,
    method: str,
    route: str,
    status: int,
    seconds: float,
    span: trace.Span | None,
) -> None:
    """Log a request; `route` is a template, so that nothing of the path is kept."""
    if not log.isEnabledFor(logging.INFO):
        return
    ms = round(seconds * 1000, 1)
    handlers = logging.root.handlers
    if len(handlers) == 1 and isinstance(handlers[0], Lines):
        begin = _begin(time.time(), "INFO", log.name, "request", span)
        handlers[0].add(
            f'{begin}, "method": {_quoted(method)}, "route": {_quoted(route)},'
            f' "status": {status}, "ms": {ms}}}\n'
        )
    else:
        more = {"method": method, "route": route, "status": status, "ms": ms}
        log.info("request", extra=more)


def _begin(at: float, level: str, name: str, message: str, span: trace.Span | None) -> str:
    """Return what every line begins with; the object is still open."""
    line = (
        f'{{"at": "{_instant(at)}", "level": "{level}",'
        f' "logger": "{name}", "message": {_quoted(message)}'
    )
    if (service := service_name.get()) is not None:
        line += f', "service": {_quoted(service)}'
    if (identifier := request_id.get()) is not None:
        line += f', "request_id": {_quoted(identifier)}'
    if span is not None and (context := span.get_span_context()).is_valid:
        line += f', "trace_id": "{context.trace_id:032x}"'
    return line


class JsonFormatter(logging.Formatter):
    """One record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        span = trace.get_current_span()
        line = _begin(record.created, record.levelname, record.name, _message(record), span)
        more = {key: value for key, value in record.__dict__.items() if key not in _STANDARD}
        if record.exc_info and record.exc_info[0] is not None:
            more["error"] = record.exc_info[0].__name__
            more["places"] = places(record.exc_info[2])
        return f"{line}, {_encode(more)[1:]}" if more else f"{line}}}"


def _instant(seconds: float) -> str:
    return f"{_second(int(seconds))}.{int(seconds % 1 * 1000):03}+00:00"


@lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _message(record: logging.LogRecord) -> str:
    """Return the message; of asyncio's, only the first line, since the others show the error."""
    message = record.getMessage()
    return message.partition("\n")[0] if record.name == "asyncio" else message


def places(trail: TracebackType | None, most: int = 12) -> list[str]:
    """Return the innermost places of a traceback as `file:line function`, without any text."""
    frames = traceback.extract_tb(trail)[-most:]
    return [
        f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno} {frame.name}"
        for frame in frames
    ]


def kinds(error: BaseException) -> str:
    """Return the type of an error and of what caused it, without any text."""
    cause = f" from {kinds(error.__cause__)}" if error.__cause__ else ""
    return f"{type(error).__name__}{cause}"


def configure_logging(level: str) -> None:
    """Send all logs of this process to standard error as JSON."""
    # What no line of ours holds need not be found out for each (logging's own "Optimization").
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    handler = Lines(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"
    for noisy in ("aiokafka", "alembic", "httpx", "httpcore", "httpx2", "httpcore2", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
