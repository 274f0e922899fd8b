"""Stored pages on their way into records: opened in order, and marked once they are loaded."""

import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from connectors.base import Connector, NeedsHuman, Opened, Page
from opsboard.sync.models import RawPage, Stream
from opsboard.sync.refusals import keep, settle_unlisted, storable
from opsboard.sync.sources import blamed, said

SQL = Path(__file__).parent / "sql"
Batch = Sequence[tuple[RawPage, Opened]]


def open_pages(
    stream: Stream, connector: Connector, limit_rows: int = 20_000
) -> Iterator[tuple[RawPage, Opened]]:
    """Stored pages that are not loaded yet, oldest first, until they hold `limit_rows` rows.

    A page that cannot be opened stops the stream: what comes after it stays stored, the watermark
    stays where it is, so nothing is taken for absent meanwhile.
    """
    rows = 0
    for number in _waiting(stream):
        raw = RawPage.objects.get(pk=number)
        try:
            opened = _open(stream, connector, raw)
        except NeedsHuman as error:
            slug = stream.connection_id
            stream.stop(said(slug, error), said(slug, error.remedy))
            return
        yield raw, opened
        rows += len(opened.records) + len(opened.refused) + len(opened.census or ())
        if rows >= limit_rows:
            return


@transaction.atomic
def mark_loaded(
    stream: Stream,
    batch: Batch,
    *,
    connector: Connector,
    at: datetime,
    changed: int = 0,
    deleted: int = 0,
    notes: Sequence[str] = (),
) -> None:
    """Record that the batch stands in the records; call it in the transaction that put it there.

    The watermark moves here, never back, and never beyond the present: a source whose clock runs
    ahead must not vouch for what it has not seen.
    """
    if not batch:
        return
    version = connector.mapping_version(stream.name)
    _count(batch, changed, deleted)
    RawPage.objects.filter(pk__in=[raw.pk for raw, _ in batch]).update(
        loaded_at=at, mapping_version=version
    )
    keep(stream, batch, at)
    censuses = [(raw, found.census) for raw, found in batch if found.census is not None]
    # Notes tell of a census that nobody believed.
    if censuses and not notes:
        settle_unlisted(stream, *censuses[-1], at)
    _move_watermark(stream, batch, at)
    _note_drift(stream, batch, notes)


def _waiting(stream: Stream) -> list[int]:
    """Ids alone: the bodies come one at a time."""
    unloaded = stream.raw_pages.filter(loaded_at=None).order_by("pk")
    return list(unloaded.values_list("pk", flat=True)[:1000])


def _open(stream: Stream, connector: Connector, raw: RawPage) -> Opened:
    """Whatever a page does to its connector, the answer is an Opened or NeedsHuman."""
    try:
        page = Page(_body(raw), raw.cursor, raw.watermark, raw.part, raw.origin)
        return connector.open(stream.name, page)
    except NeedsHuman:
        raise
    except Exception as error:
        raise NeedsHuman(
            f"Stored page {raw.pk} cannot be opened. {blamed(stream.connection_id, error)}",
            "Mend the connector or the mapping, then release the stream; the page is kept.",
        ) from None


def _body(raw: RawPage) -> bytes:
    body = gzip.decompress(bytes(raw.body))
    if hashlib.sha256(body).hexdigest() != raw.sha256:
        raise NeedsHuman(
            f"Stored page {raw.pk} is not what was received: its hash differs.",
            "Restore the database, or pull the stream again with --full.",
        )
    return body


def _count(batch: Batch, changed: int, deleted: int) -> None:
    """Rows count for the run that brought them, once; what a load changed counts every time."""
    last = batch[-1][0].run_id
    counts = [
        {
            "run": raw.run_id,
            "rows": 0 if raw.mapping_version else len(opened.records) + len(opened.refused),
            "refused": 0 if raw.mapping_version else len(opened.refused),
            "changed": 0,
            "deleted": 0,
        }
        for raw, opened in batch
    ]
    counts.append({"run": last, "rows": 0, "refused": 0, "changed": changed, "deleted": deleted})
    with connection.cursor() as cursor:
        cursor.execute((SQL / "count_rows.sql").read_text(), {"counts": json.dumps(counts)})


def _move_watermark(stream: Stream, batch: Batch, at: datetime) -> None:
    reached = max((raw.watermark for raw, _ in batch if raw.watermark), default=None)
    if reached is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "update sync_stream set watermark = greatest(watermark, least(%s, %s)) where id = %s"
            " returning watermark",
            [reached, at, stream.pk],
        )
        stream.watermark = cursor.fetchone()[0]


def _note_drift(stream: Stream, batch: Batch, notes: Sequence[str]) -> None:
    """The newest rows say how the source looks now; a batch without rows says nothing."""
    changes = {}
    if any(opened.records or opened.refused for _, opened in batch):
        names = frozenset().union(*(opened.drift for _, opened in batch))
        changes["drift"] = sorted(map(storable, names))
    if notes:
        changes["last_error"] = " ".join(dict.fromkeys(notes))
    for name, value in changes.items():
        setattr(stream, name, value)
    stream.save(update_fields=list(changes))
