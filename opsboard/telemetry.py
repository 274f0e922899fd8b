"""opsboard watches itself: the only file that knows the OpenTelemetry SDK.

Rooms open spans with the API (`trace.get_tracer(__name__)`); here they become `traces.Span` rows.
What is kept: requests, jobs, pulls, loads, controls, mails, and the calls to other systems beneath
them. SQL statements are not, unless OPSBOARD_TELEMETRY=sql asks for their names and times. "off"
switches everything off. Losing spans never harms the work: they are dropped, counted, and said so.
"""

import logging
import os
import re
import time
from datetime import UTC, datetime
from threading import Lock
from urllib.parse import urlsplit

from django.conf import settings
from opentelemetry import baggage, propagate, trace
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
from opentelemetry.instrumentation.utils import is_instrumentation_enabled
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from opsboard import clock
from opsboard.correlation import CORRELATION
from opsboard.correlation import correlation as correlation
from opsboard.correlation import new_correlation_id as new_correlation_id

LONGEST = 200
# Asking a database that is down once per batch would only slow the work down.
REST_SECONDS = 30
NOT_TRACED = r"/static/,/favicon\.ico"
# Text passes only under these names; statements, addresses of people, headers and bodies never do.
KEPT_TEXT = {
    "db.system",
    "error.type",
    "http.flavor",
    "http.method",
    "http.request.method",
    "http.route",
    "http.scheme",
    "net.peer.name",
    "network.protocol.version",
    "server.address",
    "url.scheme",
}
ADDRESSES = {"http.url", "url.full"}
log = logging.getLogger(__name__)


def start() -> None:
    """Begin to keep spans. Calling it again does nothing; no thread runs until a span has ended."""
    mode = os.environ.get("OPSBOARD_TELEMETRY", "on")
    if mode == "off" or _keeper.is_on:
        return
    _keeper.is_on = True
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        provider = TracerProvider(
            sampler=Chosen(), resource=Resource.create({"service.name": "opsboard"})
        )
        provider.add_span_processor(_keeper)
        trace.set_tracer_provider(provider)
    # Trace context alone goes out and comes in: whoever calls us cannot choose a correlation ID.
    propagate.set_global_textmap(TraceContextTextMapPropagator())
    # Behind whatever refuses a foreign host name: the tracing itself would answer it with a 500.
    behind = settings.MIDDLEWARE.index("django.middleware.common.CommonMiddleware") + 1
    DjangoInstrumentor().instrument(excluded_urls=NOT_TRACED, middleware_position=behind)
    HTTPXClientInstrumentor().instrument()
    if mode == "sql":
        PsycopgInstrumentor().instrument()


def stop() -> None:
    """Store what is waiting and keep no more, until `start` is called again."""
    for instrumentor in (DjangoInstrumentor(), HTTPXClientInstrumentor(), PsycopgInstrumentor()):
        if instrumentor.is_instrumented_by_opentelemetry:
            instrumentor.uninstrument()
    _keeper.is_on = False
    _keeper.shutdown()


def flush() -> None:
    """Store what is waiting. A job ends with this: its process leaves without saying goodbye."""
    _keeper.force_flush()


class Chosen(Sampler):
    """Every span is kept, except while off or while the exporter itself is at work."""

    def should_sample(
        self, parent_context, trace_id, name, kind=None, attributes=None, links=None, **_
    ):
        if _keeper.is_on and is_instrumentation_enabled():
            return SamplingResult(Decision.RECORD_AND_SAMPLE, attributes)
        return SamplingResult(Decision.DROP)

    def get_description(self):
        return "opsboard: all but its own exporter"


class Keeper(SpanProcessor):
    """Puts the correlation ID on every span, and hands it to the SDK's batches once it has ended.

    The batches are made with the first ended span. A process that only forks (RQ's worker,
    gunicorn's arbiter) thus owns no thread, and every child gets its own.
    """

    def __init__(self):
        self.is_on = False
        self._batches = None
        self._lock = Lock()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._unlock)

    def on_start(self, span, parent_context=None):
        if correlation_id := baggage.get_baggage(CORRELATION, parent_context):
            span.set_attribute(CORRELATION, str(correlation_id))

    def on_end(self, span):
        if self._batches is None:
            with self._lock:
                self._batches = self._batches or BatchSpanProcessor(
                    Exporter(), max_queue_size=8192, schedule_delay_millis=2000
                )
        self._batches.on_end(span)

    def shutdown(self):
        batches, self._batches = self._batches, None
        if batches:
            batches.shutdown()

    def force_flush(self, timeout_millis=30_000):
        return self._batches is None or self._batches.force_flush(timeout_millis)

    def _unlock(self):
        self._lock = Lock()


class Exporter(SpanExporter):
    """Stores spans in the traces room, in a connection of its own, or drops and counts them."""

    def __init__(self):
        self.dropped = 0
        self.rests_until = 0.0

    def export(self, spans):
        # Imported here: this module is loaded while Django's models are not.
        from opsboard.traces.queries import store

        if time.monotonic() < self.rests_until:
            self.dropped += len(spans)
            return SpanExportResult.FAILURE
        try:
            store([row_of(span) for span in spans])
        except Exception as error:  # Whatever it is, the work that was traced must go on.
            self._rest(len(spans), error)
            return SpanExportResult.FAILURE
        if self.dropped:
            log.warning("spans are stored again; %s were dropped meanwhile", self.dropped)
            self.dropped = 0
        return SpanExportResult.SUCCESS

    def _rest(self, lost: int, error: Exception) -> None:
        self.dropped += lost
        self.rests_until = time.monotonic() + REST_SECONDS
        log.warning("%s spans dropped so far: %s", self.dropped, type(error).__name__)

    def shutdown(self):
        if self.dropped:
            log.warning("%s spans were dropped", self.dropped)


def row_of(span) -> dict:
    """The columns of `traces.Span` for one ended span."""
    attributes = dict(span.attributes or {})
    failed = not span.status.is_ok and not span.status.is_unset
    return {
        "trace_id": trace.format_trace_id(span.context.trace_id),
        "span_id": trace.format_span_id(span.context.span_id),
        "parent_id": trace.format_span_id(span.parent.span_id) if span.parent else "",
        "correlation_id": str(attributes.pop(CORRELATION, ""))[:64],
        "service": str(span.resource.attributes.get("service.name", ""))[:80],
        "name": span.name[:LONGEST],
        "sort": span.kind.name.lower(),
        "started_at": _instant(span.start_time),
        "ended_at": _instant(span.end_time),
        "failed": failed,
        "message": _message(span) if failed else "",
        "attributes": kept(attributes),
    }


def kept(attributes: dict) -> dict:
    """What may be stored: numbers, our own words, and a few harmless ones of the standard."""
    found = {}
    for name, value in attributes.items():
        if isinstance(value, bool | int | float):
            found[name] = value
        elif name in ADDRESSES:
            found[name] = _without_query(str(value))
        # Standard names have dots; ours are `opsboard.…` or a single word.
        elif name in KEPT_TEXT or name.startswith("opsboard.") or "." not in name:
            found[name] = str(value)[:LONGEST]
    return found


def _message(span) -> str:
    """The error's class, never its text: a database's own words quote the row."""
    for event in reversed(span.events):
        if event.name == "exception":
            return str(event.attributes.get("exception.type", ""))[:LONGEST]
    words = span.status.description or ""
    raised = re.match(r"(\w+): ", words)
    return raised[1] if raised else words[:LONGEST]


def _without_query(address: str) -> str:
    try:
        parts = urlsplit(address)
        return parts._replace(
            netloc=parts.netloc.rpartition("@")[2], query="", fragment=""
        ).geturl()
    except ValueError:
        return ""


def _instant(nanoseconds: int) -> datetime:
    return clock.at(datetime.fromtimestamp(nanoseconds / 1e9, UTC))


_keeper = Keeper()
