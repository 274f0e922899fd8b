"""From stored pages to records, batch by batch: the one step that needs both sync and records."""

from typing import Any

from django.db import transaction

from opsboard.clock import now
from opsboard.records import counting
from opsboard.records.load import Loaded, Source, load
from opsboard.sync.claim import claimed
from opsboard.sync.faults import fault_of_rows, stop_at_next_page
from opsboard.sync.models import Stream
from opsboard.sync.pages import mark_loaded, open_pages
from opsboard.sync.sources import opened

# After so many changes in a stream the planner must be told anew.
MUCH = 5_000
# How many rows are loaded in one transaction; the least is one page.
BATCH, PAGE = 20_000, 0


def load_stream(stream: Stream) -> None:
    """Open stored pages and load them, batch by batch, each batch with its marks in one
    transaction. A page that can never be loaded stops its stream, and no other."""
    with claimed(stream) as is_ours, opened(stream.connection) as connector:
        if is_ours and _fault_in_batches(stream, connector, BATCH):
            # Page by page, what stands before the bad one gets in, and the bad one is known.
            fault = _fault_in_batches(stream, connector, PAGE)
            if fault:
                stop_at_next_page(stream, fault)


def _fault_in_batches(stream: Stream, connector: Any, limit_rows: int) -> str:
    """Load until nothing waits, or until rows cannot be stored: then by what fault."""
    changed = 0
    try:
        while (loaded := _load_batch(stream, connector, limit_rows)) is not None:
            changed += loaded.inserted + loaded.changed
    except Exception as error:
        if fault := fault_of_rows(error):
            return fault
        raise
    if changed > MUCH:
        counting.count_rows()
    return ""


def _load_batch(stream: Stream, connector: Any, limit_rows: int) -> Loaded | None:
    at = now()
    with transaction.atomic():
        stream.refresh_from_db()
        batch = list(open_pages(stream, connector, limit_rows))
        if not batch:
            return None
        source = Source(
            stream=stream.pk,
            kind=stream.kind,
            system=stream.connection.system,
            role=stream.connection.role,
            mapping_no=stream.mapping_no,
        )
        loaded = load(source, ((raw.pk, found) for raw, found in batch), at)
        mark_loaded(
            stream,
            batch,
            connector=connector,
            at=at,
            changed=loaded.inserted + loaded.changed,
            deleted=loaded.deleted,
            notes=loaded.notes,
        )
    return loaded
