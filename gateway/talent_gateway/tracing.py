"""Which requests are traced, and the `traceparent` of all others, without a span made for them."""

import random
import re
from contextlib import AbstractContextManager, nullcontext

from opentelemetry.sdk.trace.export import SpanExporter
from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from talent_kit.telemetry import Telemetry

_TRACE = TraceContextTextMapPropagator()
_PARENT = re.compile(r"(?!ff)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]([0-9a-f])(-.*)?")


class Traces:
    """Continues a client's trace, else begins one for a share of the requests.

    The choice is made here and not by the SDK's sampler, whose spans that record nothing cost more
    than all else that the gateway does with a request.
    """

    def __init__(self, endpoint: str, sample: float, exporter: SpanExporter | None) -> None:
        self._telemetry = Telemetry("gateway", endpoint=endpoint, sample=1.0, exporter=exporter)
        self._sample = sample

    def close(self) -> None:
        """Send what is left."""
        self._telemetry.close()

    def request(self, method: str, parent: str) -> AbstractContextManager[Span | None]:
        """Return the span of a request, current as long as it is open; none if it is not traced."""
        found = _PARENT.fullmatch(parent) if parent else None
        if found is None:
            parent = ""
            sampled = random.random() < self._sample  # noqa: S311
        else:
            sampled = bool(int(found[1], 16) & 1)
        if not sampled:
            return _NOT_TRACED
        return self._telemetry.tracer.start_as_current_span(
            f"gateway {method}",
            context=_TRACE.extract({"traceparent": parent}),
            kind=SpanKind.SERVER,
            record_exception=False,
            set_status_on_exception=False,
        )


_NOT_TRACED: AbstractContextManager[Span | None] = nullcontext()


def traceparent(span: Span | None, parent: str) -> bytes:
    """Return what a service is told; of a request that is not traced, not to trace it either."""
    if span is not None:
        context = span.get_span_context()
        return b"00-%032x-%016x-%02x" % (context.trace_id, context.span_id, context.trace_flags)
    if parent and _PARENT.fullmatch(parent) is not None:
        return parent.encode("ascii")
    bits = random.getrandbits(192) | 1 << 64 | 1
    return b"00-%032x-%016x-00" % (bits >> 64, bits & (1 << 64) - 1)


def describe(span: Span | None, method: str, label: str, status: int) -> None:
    """Say of a request what its span may say."""
    if span is None or not span.is_recording():
        return
    span.update_name(f"gateway {method} {label}")
    span.set_attributes(
        {
            "http.request.method": method,
            "http.route": label,
            "http.response.status_code": status,
        }
    )
