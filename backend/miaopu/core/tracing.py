"""Traces by setting: where a request or a job spent its time, told to a collector (OTLP over HTTP, OpenTelemetry).

Off unless `MIAOPU_TRACES_URL` names a collector. What leaves the house is a list and not whatever a span
holds (`core.telling`): the framework's own spans carry the path with its ids and the whole query, and people's names
are among them.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import time_ns
from typing import TYPE_CHECKING, Any

from asyncpg.connection import LoggedQuery
from fastapi.telemetry import TelemetryConfig
from opentelemetry import trace
from opentelemetry.trace import Link, SpanKind, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from miaopu.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

FIRST_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE|JOIN)\s+\"?([a-z_]+)", re.IGNORECASE)
VERB = re.compile(r"\s*([A-Za-z]+)")
CARRIED = TraceContextTextMapPropagator()
BEGUN = "miaopu_span_begun"


def provider_of(settings: Settings, part: str) -> "TracerProvider | None":
    """What makes and delivers the spans of a process (`part`: api, worker); None where no collector is named."""
    if not settings.traces_url:
        return None
    # Two hundred modules, wanted only here.
    from miaopu.core.telling import deliver

    return deliver(settings, part)


async def end(provider: "TracerProvider | None") -> None:
    """Deliver what waits, and stop."""
    if provider is not None:
        await asyncio.to_thread(provider.shutdown)


def telemetry(provider: "TracerProvider | None") -> TelemetryConfig:
    """How the framework traces: the API's requests, and by our provider alone."""
    return {
        "tracer_provider": provider,
        "tracing": provider is not None,
        "metrics": False,
        "logs": False,
        "auto_configure": False,
        "exclude": lambda scope: not scope["path"].startswith("/api/"),
    }


def tracer_of(provider: "TracerProvider | None") -> Tracer | None:
    """What begins our own spans; None where nothing is traced."""
    return None if provider is None else provider.get_tracer("miaopu")


def mark(**values: Any) -> None:
    """Write onto the span of this moment, if one is kept. Names without `miaopu.`."""
    span = trace.get_current_span()
    if span.is_recording():
        span.set_attributes({f"miaopu.{name}": value for name, value in values.items() if value is not None})


def trace_id() -> str | None:
    """The id of the trace one is in, for the logs."""
    found = trace.get_current_span().get_span_context()
    return trace.format_trace_id(found.trace_id) if found.is_valid else None


def summary(statement: str) -> tuple[str, str]:
    """The verb of a statement, and verb with first table: what it is called, without its values."""
    found = VERB.match(statement)
    verb = found[1].upper() if found else "OTHER"
    table = FIRST_TABLE.search(statement)
    return verb, f"{verb} {table[1].lower()}" if table else verb


def _statement(tracer: Tracer, text: str, began: int, ended: int, wrong: BaseException | None) -> None:
    """One statement's span. Those of loops that nobody asked for begin no trace of their own."""
    if not trace.get_current_span().is_recording():
        return
    verb, called = summary(text)
    kept = {"db.system.name": "postgresql", "db.operation.name": verb, "db.query.summary": called}
    span = tracer.start_span(called, kind=SpanKind.CLIENT, attributes=kept, start_time=began)
    if wrong is not None:
        span.set_attribute("error.type", getattr(wrong, "sqlstate", None) or type(wrong).__qualname__)
        span.set_status(StatusCode.ERROR)
    span.end(ended)


def watch_engine(engine: AsyncEngine, tracer: Tracer) -> None:
    """A span for each statement of the sessions."""

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def before(_c: Any, _cursor: Any, _text: str, _values: Any, context: Any, _many: bool) -> None:
        setattr(context, BEGUN, time_ns())

    @event.listens_for(engine.sync_engine, "after_cursor_execute")
    def after(_c: Any, _cursor: Any, text: str, _values: Any, context: Any, _many: bool) -> None:
        _statement(tracer, text, getattr(context, BEGUN), time_ns(), None)

    @event.listens_for(engine.sync_engine, "handle_error")
    def failed(found: Any) -> None:
        began = getattr(found.execution_context, BEGUN, None)
        if began is not None and found.statement:
            _statement(tracer, found.statement, began, time_ns(), found.original_exception)


def watch_read(tracer: Tracer, done: LoggedQuery) -> None:
    """A span for a statement of the reads' pool, told by the driver when it is done."""
    ended = time_ns()
    _statement(tracer, done.query, ended - int(done.elapsed * 1e9), ended, done.exception)


def carried() -> dict[str, str]:
    """Where a request is, to be told to the job it asks for."""
    headers: dict[str, str] = {}
    if trace.get_current_span().is_recording():
        CARRIED.inject(headers)
    return headers


@contextmanager
def job(tracer: Tracer | None, headers: Mapping[str, Any] | None) -> Iterator[None]:
    """A job's own trace, linked to the request that asked for it. Its kind is told by `mark`."""
    if tracer is None:
        yield
        return
    asked = trace.get_current_span(CARRIED.extract(dict(headers or {}))).get_span_context()
    links = [Link(asked)] if asked.is_valid else []
    with tracer.start_as_current_span(
        "job", kind=SpanKind.CONSUMER, links=links, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield
        except Exception as wrong:
            span.set_attribute("error.type", type(wrong).__qualname__)
            span.set_status(StatusCode.ERROR)
            raise


def called(name: str) -> None:
    """Give the span of this moment its name, if one is kept."""
    trace.get_current_span().update_name(name)
