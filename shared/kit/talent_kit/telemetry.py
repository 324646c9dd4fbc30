"""OpenTelemetry: one trace from the request through outbox and bus to the consumer.

Attributes hold methods, route templates, statuses and event types: never a path, a query, an error
text or any other value that came from a caller.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import context, propagate, trace
from opentelemetry.metrics import Meter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import (
    MetricExporter,
    MetricReader,
    PeriodicExportingMetricReader,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, Tracer

_NOT_SAMPLED = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f][02468ace]")


class Telemetry:
    """Tracer and meter of one service; what they take leaves over OTLP where an endpoint is set."""

    def __init__(
        self,
        service: str,
        *,
        endpoint: str,
        sample: float,
        exporter: SpanExporter | None = None,
        reader: MetricReader | None = None,
    ) -> None:
        resource = Resource.create({"service.name": service})
        self._provider = TracerProvider(
            resource=resource,
            sampler=ParentBased(TraceIdRatioBased(sample)),
            span_limits=SpanLimits(max_attributes=32, max_attribute_length=200),
            shutdown_on_exit=False,
        )
        if exporter is not None:
            self._provider.add_span_processor(SimpleSpanProcessor(exporter))
        elif endpoint:
            self._provider.add_span_processor(BatchSpanProcessor(_otlp_spans(endpoint)))
        self.tracer: Tracer = self._provider.get_tracer("talent_kit")
        if reader is None and endpoint:
            reader = PeriodicExportingMetricReader(_otlp_metrics(endpoint))
        self._meters = MeterProvider(
            resource=resource,
            metric_readers=[] if reader is None else [reader],
            shutdown_on_exit=False,
        )
        self._closed = False
        self.meter: Meter = self._meters.get_meter("talent_kit")

    @contextmanager
    def request(self, name: str, traceparent: str) -> Iterator[Span]:
        """Make the span of a request current, which continues its caller's trace.

        Where the caller's is not sampled, the caller's own stands in for one that would record
        nothing: the SDK makes that at a tenth of what a small request costs.
        """
        found = _NOT_SAMPLED.fullmatch(traceparent)
        parent = (
            SpanContext(int(found[1], 16), int(found[2], 16), is_remote=True) if found else None
        )
        if parent is not None and parent.is_valid:
            span = NonRecordingSpan(parent)
            token = context.attach(trace.set_span_in_context(span))
            try:
                yield span
            finally:
                context.detach(token)
            return
        with self.tracer.start_as_current_span(
            name,
            context=propagate.extract({"traceparent": traceparent}),
            kind=SpanKind.SERVER,
            record_exception=False,
            set_status_on_exception=False,
        ) as recorded:
            yield recorded

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()
        if not self._closed:
            self._closed = True
            self._meters.shutdown()


# Loaded where there is a collector: every process would hold 3 MB of them else.


def _otlp_spans(endpoint: str) -> SpanExporter:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )

    return OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")


def _otlp_metrics(endpoint: str) -> MetricExporter:
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import (  # noqa: PLC0415
        OTLPMetricExporter,
    )

    return OTLPMetricExporter(f"{endpoint.rstrip('/')}/v1/metrics")
