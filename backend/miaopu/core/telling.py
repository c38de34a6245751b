"""Delivers spans to a collector, bared to a list of attributes. Loaded only where traces are on (`core.tracing`)."""

from collections.abc import Sequence

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace import Link

from miaopu.settings import Settings

# Attributes that are told; nothing here holds what people entered, or an id of theirs.
TOLD = frozenset(
    {
        "code.function.name", "db.operation.name", "db.query.summary", "db.system.name", "error.type",
        "http.request.method", "http.response.status_code", "http.route", "miaopu.job.attempt", "miaopu.job.kind",
        "miaopu.request_id", "miaopu.role", "network.protocol.version", "url.scheme",
    }
)  # fmt: skip
# Seconds that one delivery may take; the spans wait in a bounded queue meanwhile, and nobody waits for them.
PATIENCE = 5


class Bare(SpanExporter):
    """Hands on each span with the attributes of `TOLD` alone, and without events (an exception's message is data)."""

    def __init__(self, inner: SpanExporter) -> None:
        self.inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Deliver the bared spans."""
        return self.inner.export([_bare(span) for span in spans])

    def shutdown(self) -> None:
        """End the delivery."""
        self.inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Deliver what waits."""
        return self.inner.force_flush(timeout_millis)


def _bare(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes={key: value for key, value in (span.attributes or {}).items() if key in TOLD},
        links=[Link(link.context) for link in span.links],
        kind=span.kind,
        status=trace.Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def deliver(settings: Settings, part: str) -> TracerProvider:
    """What makes the spans of a process and delivers them to `traces_url`.

    A caller's `traceparent` is followed, yet whether a trace is kept is our own choice (`traces_share`). The headers
    that a collector asks for come from OpenTelemetry's own OTEL_EXPORTER_OTLP_HEADERS.
    """
    provider = TracerProvider(
        sampler=TraceIdRatioBased(settings.traces_share),
        resource=Resource.create({"service.name": f"miaopu-{part}"}),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(BatchSpanProcessor(Bare(OTLPSpanExporter(settings.traces_url, timeout=PATIENCE))))
    return provider
