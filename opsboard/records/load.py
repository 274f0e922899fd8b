"""Opened pages into typed rows: set-based, idempotent, newer versions only (house promise 1).

Of each row the key, the version and a digest are compared with what is known, and only what is new
or differs is sent: a reload writes nothing. Loading twice, shuffled or doubled changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import groupby, islice
from pathlib import Path

from django.db import connection, transaction
from opentelemetry import trace

from connectors.base import Opened
from connectors.kinds import KINDS, Record, fields_of
from opsboard.records import identity
from opsboard.records.encode import ESCAPES, content_fields
from opsboard.records.models import TABLES
from opsboard.records.segments import Arriving, Pages, Segment, segments

SQL = Path(__file__).parent / "sql"
tracer = trace.get_tracer(__name__)
# A census that would delete most of a stream speaks of lost rights, not of deleted records.
FEW, SHARE = 20, 0.5


@dataclass(frozen=True, slots=True)
class Source:
    """Where a batch comes from: the stream's row id, its system and role, and its mapping."""

    stream: int
    kind: str
    system: str
    role: str
    mapping_no: int


@dataclass(slots=True)
class Loaded:
    """What loading changed, in rows; `notes` say in words what was left undone and why."""

    inserted: int = 0
    changed: int = 0
    deleted: int = 0
    notes: list[str] = field(default_factory=list)

    def __iadd__(self, other: "Loaded") -> "Loaded":
        self.inserted += other.inserted
        self.changed += other.changed
        self.deleted += other.deleted
        self.notes += other.notes
        return self


def load(source: Source, pages: Iterable[tuple[int, Opened]], at: datetime) -> Loaded:
    """Apply opened pages in order, inside the caller's transaction. `at` is the instant of
    loading.

    Pages are taken one at a time and not kept. The next ones are got in another thread while those
    before are on their way, so getting one must not use the database.
    """
    total = Loaded()
    with tracer.start_as_current_span(f"load {source.kind}") as span, transaction.atomic():
        for is_census, run in groupby(pages, key=lambda one: one[1].census is not None):
            if is_census:
                for page, opened in run:
                    total += _apply_census(source, page, opened.census, at)
            else:
                rows = ((page, opened.records) for page, opened in run if opened.records)
                total += _load_rows(source, rows, at)
        span.set_attributes({"inserted": total.inserted, "changed": total.changed})
    return total


def _load_rows(source: Source, pages: Pages, at: datetime) -> Loaded:
    total = Loaded()
    values = {**_values(source), "at": at}
    with connection.cursor() as cursor:
        for number, segment in enumerate(segments(KINDS[source.kind], source.system, pages)):
            if number:
                cursor.execute("truncate offered, staged")
            else:
                _make_ready(cursor, source)
            total += _load_segment(cursor, source, segment, values)
        cursor.execute("drop table if exists offered, staged")
    return total


def _make_ready(cursor, source: Source) -> None:
    """`offered` is what arrives, by key; `staged` holds those rows that are not simply written."""
    names = ", ".join(one.name for one in fields_of(KINDS[source.kind]))
    cursor.execute(
        "create temp table offered (key text, source_version bigint, page bigint, digest text,"
        " place integer) on commit drop;"
        " create temp table staged on commit drop as select false as is_new, id,"
        " false as differs, ''::text as natural_key, ''::text as entity_name, key, digest, page,"
        f" {names} from {TABLES[source.kind]._meta.db_table} limit 0"
    )
    # Two loads of one kind must not both invent the same record, or the same entity.
    identity.lock(cursor, source.kind)


def _load_segment(cursor, source: Source, segment: Segment, values: dict) -> Loaded:
    found = _compare(cursor, source, segment, values)
    if not found.new and not found.newer:
        return Loaded()
    is_plain = _is_plain(source.kind)
    if is_plain:
        rows = segment.new_rows(found, _envelope(source, values["at"]))
        _copy(cursor, _statement("copy", source.kind), rows)
    if found.newer or not is_plain:
        _apply_staged(cursor, source, segment.staged_rows(found, with_new=not is_plain), values)
    return Loaded(inserted=len(found.new), changed=len(found.newer))


def _compare(cursor, source: Source, segment: Segment, values: dict) -> Arriving:
    columns = "key, source_version, page, digest, place"
    _copy(cursor, f"copy offered ({columns}) from stdin", segment.offers)
    doubled = segment.has_doubles
    parts = {
        "newest": "distinct on (offered.key)" if doubled else "",
        "newest_first": "order by offered.key, offered.source_version desc, offered.digest desc"
        if doubled
        else "",
    }
    cursor.execute(_statement("compare", source.kind, **parts), values)
    new, new_ids, newer, newer_ids, differs = (
        one.split(",") if one else [] for one in cursor.fetchone()
    )
    return Arriving(list(map(int, new)), new_ids, list(map(int, newer)), newer_ids, differs)


def _is_plain(kind: str) -> bool:
    """Are new records of this kind only written, and nothing made known by them?"""
    return not KINDS[kind].natural_key and kind != "id_xref"


def _apply_staged(cursor, source: Source, rows: Iterable[str], values: dict) -> None:
    kind = source.kind
    columns = "is_new, id, differs, natural_key, entity_name, key, digest, page"
    names = ", ".join(one.name for one in fields_of(KINDS[kind]))
    _copy(cursor, f"copy staged ({columns}, {names}) from stdin", rows)
    if KINDS[kind].natural_key:
        cursor.execute("analyze staged (source_id)")
        identity.identify(cursor, kind, values)
    cursor.execute(_statement("log", kind), values)
    cursor.execute(_statement("update", kind), values)
    if not _is_plain(kind):
        cursor.execute(_statement("insert", kind), values)
        identity.follow(cursor, kind, values)


def _copy(cursor, statement: str, rows: Iterable[str]) -> None:
    with cursor.copy(statement) as copy:
        waiting = iter(rows)
        while some := "".join(islice(waiting, 500)):
            copy.write(some)


def _envelope(source: Source, at: datetime) -> str:
    told = (source.system, source.role, source.stream, source.mapping_no, at.isoformat())
    return "\t".join(str(one).translate(ESCAPES) for one in told)


def _apply_census(source: Source, page: int, ids: list[str], at: datetime) -> Loaded:
    table = TABLES[source.kind]._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"select count(*), count(*) filter (where source_id <> all(%s)) from {table}"
            " where stream = %s and page < %s and not is_deleted",
            [ids, source.stream, page],
        )
        live, absent = cursor.fetchone()
        if live >= FEW and absent > live * SHARE:
            return Loaded(
                notes=[
                    f"The source lists {live - absent} of {live} {source.kind} records that were"
                    " there before; nothing was deleted. Check the reading rights of the login."
                ]
            )
        values = {**_values(source), "at": at, "ids": ids, "page": page}
        cursor.execute(_statement("census", source.kind), values)
        return Loaded(deleted=absent, changed=cursor.rowcount - absent)


def _values(source: Source) -> dict:
    return {
        "kind": source.kind,
        "system": source.system,
        "role": source.role,
        "stream": source.stream,
        "mapping_no": source.mapping_no,
    }


@cache
def _statement(name: str, kind: str, **parts: str) -> str:
    """A statement with the kind's own table and columns; only declared names are ever put in."""
    declared = KINDS[kind]
    names = [one.name for one in fields_of(declared)]
    shared = bool(declared.natural_key)
    return (
        (SQL / f"{name}.sql")
        .read_text()
        .format(
            table=TABLES[kind]._meta.db_table,
            columns=", ".join(names),
            values=", ".join(f"staged.{one}" for one in names),
            assignments=",\n    ".join(f"{one} = staged.{one}" for one in names),
            known_pairs=_pairs("known", declared),
            arriving_pairs=_pairs("staged", declared),
            canonical="copy.entity_id" if shared else "staged.id",
            identity="join records_crossreference copy on copy.kind = %(kind)s"
            " and copy.system = %(system)s and copy.native_id = staged.source_id"
            if shared
            else "",
            **parts,
        )
    )


def _pairs(alias: str, kind: type[Record]) -> str:
    return ", ".join(f"'{one.name}', {alias}.{one.name}" for one in content_fields(kind))
