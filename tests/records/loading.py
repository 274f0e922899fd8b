"""Records as two systems say them, loaded page by page, and what the tables then hold."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

from django.db import connection

from connectors.base import Opened
from connectors.kinds import KINDS, build
from opsboard.records.load import Source, load
from opsboard.records.models import TABLES, CrossReference

AT = datetime(2026, 6, 18, 12, tzinfo=UTC)
# What loading adds to a record and what therefore may differ between two ways of loading it.
OURS = {"id", "canonical_id", "stream", "page", "loaded_at", "created_xid", "mapping_no"}
_pages = count(1_000)


def project(source_id, version=1, **said):
    row = {"code": f"C-{source_id}", "name": f"Project {source_id}", **said}
    return build(KINDS["project"], {"source_id": source_id, "source_version": version, **row})


def entry(source_id, version=1, **said):
    row = {
        "worker": "W1",
        "project": "P1",
        "work_date": date(2026, 6, 1),
        "hours": Decimal(8),
        "status": "approved",
        **said,
    }
    return build(KINDS["time_entry"], {"source_id": source_id, "source_version": version, **row})


def worker(source_id, version=1, **said):
    row = {"worker_no": f"N-{source_id}", "name": f"Person {source_id}", **said}
    return build(KINDS["worker"], {"source_id": source_id, "source_version": version, **row})


def put(*records, system="psa", mapping=1, census=None, stream=None, page=None):
    """Load one page of records of one kind, or a census of project ids; what that changed."""
    kind = records[0].kind if records else "project"
    opened = Opened(list(records), census=census)
    return load(_source(system, kind, mapping, stream), [(page or next(_pages), opened)], AT)


def put_pages(pages, system="psa"):
    """Load several pages in one go, as a batch of stored pages is."""
    kind = next(record.kind for page in pages for record in page)
    batch = [(next(_pages), Opened(list(page))) for page in pages]
    return load(_source(system, kind, 1, None), batch, AT)


def _source(system, kind, mapping, stream):
    number = stream or 100 * sorted(KINDS).index(kind) + ["crm", "psa", "erp"].index(system)
    return Source(number, kind, system, system, mapping)


def held(kind):
    """Every record of a kind with all its content, by key."""
    rows = TABLES[kind].objects.values()
    return {
        row["key"]: {name: value for name, value in row.items() if name not in OURS} for row in rows
    }


def identities():
    """Which records are copies of one thing, and what it is called."""
    found = {}
    for copy in CrossReference.objects.select_related("entity"):
        found.setdefault(copy.entity, set()).add((copy.kind, copy.system, copy.native_id))
    return {(one.code, one.name, frozenset(copies)) for one, copies in found.items()}


def seen(kind):
    """The rows of a kind's view, by key."""
    with connection.cursor() as cursor:
        cursor.execute(f"select * from {kind}")
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row["key"]: row for row in rows}
