"""Hops: kept in batches, found again by correlation ID, forgotten after a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import psycopg
from django.db import connections
from psycopg.types.json import Jsonb

from opsboard.sync.models import Connection
from opsboard.traces.models import Span
from opsboard.ui.words import NBSP, duration

MOST_HOPS = 2000
SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True)
class Hop:
    """A span at its place in the tree: how deep, how long, when within the whole (per mille)."""

    span: Span
    depth: int
    lasted: str
    offset: int
    width: int
    attributes: dict

    @property
    def level(self) -> int:
        return self.depth + 1

    @property
    def indent(self) -> str:
        """For the eye; deep trees stop moving to the right."""
        return "\u2003" * min(self.depth, 8)


def store(rows: list[dict]) -> None:
    """Keep spans by one statement in a connection of its own; a span that came before stays."""
    with psycopg.connect(**_where(), autocommit=True) as connection:
        connection.execute(statement("store"), {"spans": Jsonb([_plain(row) for row in rows])})


def hops(correlation_id: str) -> list[Hop]:
    """The spans of one business transaction in time order, each beneath its parent."""
    found = Span.objects.filter(correlation_id=correlation_id).order_by("started_at", "id")
    spans = list(found[:MOST_HOPS])
    if not spans:
        return []
    known = {(span.trace_id, span.span_id) for span in spans}
    children: dict[tuple, list[Span]] = {}
    for span in spans:
        parent = (span.trace_id, span.parent_id)
        children.setdefault(parent if parent in known else None, []).append(span)
    begins = spans[0].started_at
    whole = max(span.ended_at for span in spans) - begins
    return [_hop(span, depth, begins, whole) for span, depth in _walk(spans, children)]


@dataclass(frozen=True, slots=True)
class Whole:
    """A transaction in short."""

    started_at: datetime
    lasted: timedelta
    hops: int
    failed: int
    is_cut: bool


def whole(hops: list[Hop]) -> Whole | None:
    """All hops together; None when there are none."""
    if not hops:
        return None
    begins = min(hop.span.started_at for hop in hops)
    return Whole(
        started_at=begins,
        lasted=max(hop.span.ended_at for hop in hops) - begins,
        hops=len(hops),
        failed=sum(hop.span.failed for hop in hops),
        is_cut=len(hops) == MOST_HOPS,
    )


def connections_of(correlation_id: str) -> list[Connection]:
    """Whose pulls belong to this transaction: the way back to the systems page."""
    found = Connection.objects.filter(streams__runs__correlation_id=correlation_id)
    return list(found.distinct().order_by("slug"))


def recent(limit: int = 20) -> list[dict]:
    """The newest correlation IDs, each with when it was last heard of and how many hops."""
    with connections["default"].cursor() as cursor:
        cursor.execute(statement("recent"), {"limit": limit})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def forget(now: datetime, keep: timedelta = timedelta(days=30)) -> int:
    """Remove spans older than `keep`; says how many."""
    return Span.objects.filter(started_at__lt=now - keep).delete()[0]


@cache
def statement(name: str) -> str:
    return (SQL / f"{name}.sql").read_text()


def _walk(spans: list[Span], children: dict):
    """Depth first, without recursion and each span once: chains and circles are possible."""
    seen = set()
    # Roots first; what is left then only hangs on itself.
    for first in [*children.get(None, []), *spans]:
        waiting = [(first, 0)]
        while waiting:
            span, depth = waiting.pop()
            if span.pk in seen:
                continue
            seen.add(span.pk)
            yield span, depth
            beneath = children.get((span.trace_id, span.span_id), [])
            waiting += [(child, depth + 1) for child in reversed(beneath)]


def _hop(span: Span, depth: int, begins: datetime, whole: timedelta) -> Hop:
    lasted = span.ended_at - span.started_at
    share = 1000 / max(whole.total_seconds(), 1e-6)
    return Hop(
        span=span,
        depth=depth,
        lasted=_in_words(lasted),
        offset=round((span.started_at - begins).total_seconds() * share),
        width=max(round(lasted.total_seconds() * share), 4),
        attributes={
            name.removeprefix("opsboard."): span.attributes[name]
            for name in sorted(span.attributes)
        },
    )


def _in_words(lasted: timedelta) -> str:
    seconds = lasted.total_seconds()
    if seconds >= 120:
        return duration(lasted)
    return f"{seconds:.1f}{NBSP}s" if seconds >= 1 else f"{seconds * 1000:.0f}{NBSP}ms"


def _where() -> dict:
    """The product's database, asked with little patience: a span is not worth waiting for."""
    settings = connections["default"].settings_dict
    named = {
        "host": settings["HOST"],
        "port": settings["PORT"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "dbname": settings["NAME"],
    }
    given = {name: value for name, value in named.items() if value}
    options = settings.get("OPTIONS", {})
    known = {name: options[name] for name in ("sslmode", "sslrootcert") if name in options}
    return {
        **given,
        **known,
        "connect_timeout": 2,
        "application_name": "opsboard telemetry",
        "options": "-c statement_timeout=5000 -c timezone=UTC",
    }


def _plain(row: dict) -> dict:
    return row | {name: row[name].isoformat() for name in ("started_at", "ended_at")}
