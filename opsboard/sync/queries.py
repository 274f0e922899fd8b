"""What is done to many streams, pages and refused rows at once; each verb is a statement or two."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Sum

from connectors.base import Stream as Declared
from opsboard import clock
from opsboard.audit import log as audit
from opsboard.config import Config, Misconfigured
from opsboard.deployment.shape import StreamSettings
from opsboard.sync.models import Connection, RawPage, RefusedRow, Run, Stream
from opsboard.sync.sources import opened

SQL = Path(__file__).parent / "sql"


@transaction.atomic
def settle_connections(config: Config) -> list[Stream]:
    """Make the rows equal to the configuration; the streams whose mapping has changed.

    Their kept pages will be opened again; that is noted in the same transaction, because a change
    is seen only once. What is configured no longer becomes inactive and keeps its history. Raises
    Misconfigured when a known name now means another source: cursors, pages and keys of the old
    one would be read as the new one's.
    """
    before = dict(Stream.objects.values_list("pk", "mapping_no"))
    declared = [row for slug in config.connections for row in _declared(config, slug)]
    mistakes = [*_other_sources(config), *_other_kinds(declared)]
    if mistakes:
        raise Misconfigured(mistakes)
    _settle_connections(config)
    with connection.cursor() as cursor:
        cursor.execute((SQL / "settle_streams.sql").read_text(), {"declared": json.dumps(declared)})
    known = Stream.objects.filter(pk__in=before).select_related("connection")
    changed = [one for one in known if one.mapping_no != before[one.pk]]
    # One by one: a mapping changes rarely, and each reopening is a line of the log of its own.
    for stream in changed:
        reopen(stream)
    return changed


def due_streams(now: datetime) -> QuerySet[Stream]:
    """The streams to ask now, those that have waited longest first."""
    rested = Q(connection__resting_until=None) | Q(connection__resting_until__lte=now)
    waited = Q(next_attempt_at=None) | Q(next_attempt_at__lte=now)
    return (
        active_streams()
        .exclude(state=Stream.State.STOPPED)
        .filter(rested, waited)
        .order_by(F("next_attempt_at").asc(nulls_first=True), "pk")
    )


def wished_streams(wish: Mapping[str, Any]) -> QuerySet[Stream]:
    """The streams of one wish of a turn: what is due by now, a connection, or everything."""
    if wish["due"]:
        return due_streams(clock.now())
    if wish["connection"]:
        return active_streams().filter(connection=wish["connection"])
    return active_streams().exclude(state=Stream.State.STOPPED)


def changed_since(at: datetime) -> dict[str, int]:
    """How many records of each kind the runs that began since then changed."""
    runs = Run.objects.filter(started_at__gte=at, changed__gt=0).order_by()
    return dict(runs.values_list("stream__kind").annotate(records=Sum("changed")))


def active_streams() -> QuerySet[Stream]:
    return Stream.objects.filter(active=True, connection__active=True).select_related("connection")


@transaction.atomic
def release(stream: Stream, *, by: Any = None) -> bool:
    """Ask again as soon as possible: what stood in the way has been mended. False: nothing did."""
    released = Stream.objects.filter(pk=stream.pk).exclude(state=Stream.State.READY)
    moved = released.update(
        state=Stream.State.READY, failures=0, next_attempt_at=None, last_error="", remedy=""
    )
    if moved:
        stream.connection.wake()
        audit.record(
            "stream released",
            f"stream {stream}",
            by=by,
            before={"state": stream.state, "error": stream.last_error},
            after={"state": str(Stream.State.READY)},
        )
    return bool(moved)


@transaction.atomic
def reopen(stream: Stream, *, by: Any = None) -> int:
    """Have every kept page opened again, under the mapping in force; how many pages that is.

    Of the censuses only the newest still says what exists.
    """
    pages = RawPage.objects.filter(stream=stream).filter(
        Q(part="rows") | Q(pk__in=_newest_censuses([stream.pk]))
    )
    count = pages.exclude(loaded_at=None).update(loaded_at=None)
    if count:
        audit.record("stream reopened", f"stream {stream}", by=by, after={"pages": count})
    return count


@transaction.atomic
def replay(rows: Iterable[RefusedRow], *, by: Any = None) -> int:
    """Have the pages of refused rows opened again; how many rows that can help.

    A row whose page is past its retention cannot be replayed. The newest census goes after the
    pages: otherwise what was deleted since would come back with its neighbours.
    """
    wanted = RefusedRow.objects.filter(
        pk__in=[row.pk for row in rows], state=RefusedRow.State.OPEN
    ).exclude(page=None)
    found = list(wanted.values_list("pk", "page_id", "stream_id"))
    censuses = _newest_censuses({stream for _, _, stream in found})
    pages = {page for _, page, _ in found}
    RawPage.objects.filter(pk__in=pages | set(censuses)).update(loaded_at=None)
    if found:
        audit.record("refused rows replayed", f"{len(found)} rows", by=by, after=sorted(pages))
    return len(found)


def forget(now: datetime, config: Config) -> int:
    """Remove what retention no longer keeps; how many pages went.

    Never what is not loaded, the newest census, or a page that a refused row waits on.
    """
    keeping = config.retention
    with connection.cursor() as cursor:
        cursor.execute(
            (SQL / "forget.sql").read_text(),
            {"pages_before": now - keeping.raw_pages, "refused_before": now - keeping.refused},
        )
        return cursor.fetchone()[0]


def waiting_streams() -> QuerySet[Stream]:
    """Streams with pages that are stored and not loaded yet, and nothing in the way."""
    unloaded = RawPage.objects.filter(stream=OuterRef("pk"), loaded_at=None)
    return active_streams().filter(Exists(unloaded)).order_by("pk")


def _newest_censuses(streams: Iterable[int]) -> list[int]:
    censuses = RawPage.objects.filter(stream__in=list(streams), part="census")
    return list(
        censuses.values("stream").annotate(newest=Max("pk")).values_list("newest", flat=True)
    )


def _settle_connections(config: Config) -> None:
    Connection.objects.exclude(slug__in=config.connections).update(active=False)
    Connection.objects.bulk_create(
        [
            Connection(
                slug=slug,
                title=one.title,
                connector=one.connector,
                system=one.system,
                role=one.role,
                active=one.enabled,
            )
            for slug, one in config.connections.items()
        ],
        update_conflicts=True,
        unique_fields=["slug"],
        update_fields=["title", "connector", "system", "role", "active"],
    )


def _declared(config: Config, slug: str) -> list[dict[str, Any]]:
    """What the connection publishes, as its connector says, with the deployment's intervals."""
    connection = Connection(slug=slug, connector=config.connections[slug].connector)
    settings = config.connections[slug].streams
    with opened(connection) as connector:
        return [
            {
                "connection": slug,
                "name": one.name,
                "kind": one.kind,
                "sort": one.sort,
                "snapshot": one.snapshot,
                "seconds": _interval(one, settings).total_seconds(),
                "active": one.name not in settings or settings[one.name].enabled,
                "mapping_version": connector.mapping_version(one.name),
            }
            for one in connector.streams()
        ]


def _interval(declared: Declared, settings: Mapping[str, StreamSettings]) -> timedelta:
    given = settings.get(declared.name)
    return (given and given.interval) or declared.interval


def _other_sources(config: Config) -> list[str]:
    known = Connection.objects.in_bulk(config.connections)
    return [
        f"connection.{slug}.{name}: was {getattr(was, name)} so far; give another source another"
        " name, and take this one out"
        for slug, was in known.items()
        for name in ("connector", "system")
        if getattr(was, name) != getattr(config.connections[slug], name)
    ]


def _other_kinds(declared: list[dict[str, Any]]) -> list[str]:
    known = {(one.connection_id, one.name): one.kind for one in Stream.objects.all()}
    return [
        f"connection.{one['connection']}.streams.{one['name']}.kind: was {was} so far; give another"
        " stream another name"
        for one in declared
        if (was := known.get((one["connection"], one["name"]))) and was != one["kind"]
    ]
