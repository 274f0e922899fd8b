"""What belongs together carries one correlation ID, under one name, from job to span to row."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from opentelemetry import baggage, context

CORRELATION = "opsboard.correlation_id"


def new_correlation_id() -> str:
    return f"ob-{uuid4().hex[:24]}"


def current_correlation_id() -> str:
    """That of whatever is going on here; empty when nothing is."""
    return str(baggage.get_baggage(CORRELATION) or "")


@contextmanager
def correlation(correlation_id: str) -> Iterator[str]:
    """Every span opened inside carries this correlation ID."""
    token = context.attach(baggage.set_baggage(CORRELATION, correlation_id))
    try:
        yield correlation_id
    finally:
        context.detach(token)
