"""JSON logs, a line each, without personal data.

An error is logged as its type and the places it passed, never with its text: a database error
carries values in its text, and a traceback repeats the texts of its causes.
"""

import json
import logging
import sys
import time
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from types import TracebackType

from opentelemetry import trace

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
service_name: ContextVar[str | None] = ContextVar("service_name", default=None)

_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode
_quoted = json.encoder.encode_basestring
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}


_REQUEST = vars(
    logging.makeLogRecord({"msg": "request", "levelno": logging.INFO, "levelname": "INFO"})
)


class RequestRecord(logging.LogRecord):
    """That a request was answered. Most lines say so: of this one nothing has to be looked up."""

    def __init__(self, name: str, method: str, route: str, status: int, seconds: float) -> None:
        self.__dict__.update(_REQUEST)
        self.name = name
        self.created = time.time()
        self.method = method
        self.route = route
        self.status = status
        self.ms = round(seconds * 1000, 1)


def request_answered(
    log: logging.Logger, method: str, route: str, status: int, seconds: float
) -> None:
    """Log a request; `route` is a template, so that nothing of the path is kept."""
    if log.isEnabledFor(logging.INFO):
        log.handle(RequestRecord(log.name, method, route, status, seconds))


class JsonFormatter(logging.Formatter):
    """One record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line = (
            f'{{"at": "{_instant(record.created)}", "level": "{record.levelname}",'
            f' "logger": "{record.name}", "message": {_quoted(_message(record))}'
        )
        if (service := service_name.get()) is not None:
            line += f', "service": {_quoted(service)}'
        if (identifier := request_id.get()) is not None:
            line += f', "request_id": {_quoted(identifier)}'
        span = trace.get_current_span()
        if span is not trace.INVALID_SPAN and (context := span.get_span_context()).is_valid:
            line += f', "trace_id": "{context.trace_id:032x}"'
        if isinstance(record, RequestRecord):
            return (
                f'{line}, "method": {_quoted(record.method)}, "route": {_quoted(record.route)},'
                f' "status": {record.status}, "ms": {record.ms}}}'
            )
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
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"
    for noisy in ("aiokafka", "alembic", "httpx", "httpcore", "httpx2", "httpcore2", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
