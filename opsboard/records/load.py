"""Opened pages into typed rows: set-based, idempotent, newer versions only (house promise 1).

A batch is staged by COPY, compared with what is known, and only what is new or differs is written.
Loading twice, shuffled or doubled changes nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, groupby
from pathlib import Path

from django.db import connection, transaction
from opentelemetry import trace

from connectors.base import Opened
from connectors.kinds import KINDS, Record, fields_of
from opsboard.records import identity
from opsboard.records.encode import content_fields, encode, staged_columns
from opsboard.records.models import TABLES

SQL = Path(__file__).parent / "sql"
tracer = trace.get_tracer(__name__)
# Enough to compare some 100 000 keys without writing them to disk first.
WORK_MEM = "64MB"
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

    Pages are taken one at a time and not kept; getting the next one must not use the database
    connection, over which the page before is still on its way.
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


def _load_rows(source: Source, pages: Iterator[tuple[int, list[Record]]], at: datetime) -> Loaded:
    first = next(pages, None)
    if first is None:
        return Loaded()
    kind = KINDS[source.kind]
    values = {**_values(source), "at": at}
    with connection.cursor() as cursor:
        _stage(cursor, kind, source, chain([first], pages))
        # Two loads of one kind must not both invent the same record, or the same entity.
        identity.lock(cursor, source.kind)
        cursor.execute(_statement("arriving", source.kind), values)
        cursor.execute("select count(*) filter (where is_new), count(*) from arriving")
        inserted, arrived = cursor.fetchone()
        if arrived and kind.natural_key:
            cursor.execute("analyze arriving (key)")
            identity.identify(cursor, source.kind, values)
        if arrived > inserted:
            cursor.execute(_statement("log", source.kind), values)
            cursor.execute(_statement("update", source.kind), values)
        if inserted:
            cursor.execute(_statement("insert", source.kind), values)
        if arrived:
            identity.follow(cursor, source.kind, values)
        cursor.execute("drop table staged, arriving")
    return Loaded(inserted=inserted, changed=arrived - inserted)


def _stage(cursor, kind: type[Record], source: Source, pages) -> None:
    table = TABLES[source.kind]._meta.db_table
    fields = ", ".join(one.name for one in fields_of(kind))
    cursor.execute(f"set local work_mem = '{WORK_MEM}'")
    cursor.execute(
        "create temp table staged on commit drop as select ''::text as key,"
        " ''::text as natural_key, ''::text as entity_name, 0::bigint as page,"
        f" ''::text as digest, {fields} from {table} limit 0"
    )
    columns = ", ".join(staged_columns(kind))
    with cursor.copy(f"copy staged ({columns}) from stdin") as copy:
        for page, records in pages:
            copy.write("".join(encode(kind, source.system, page, records)))


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


def _statement(name: str, kind: str) -> str:
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
            canonical="copy.entity_id" if shared else "arriving.id",
            identity="join records_crossreference copy on copy.kind = %(kind)s"
            " and copy.system = %(system)s and copy.native_id = staged.source_id"
            if shared
            else "",
        )
    )


def _pairs(alias: str, kind: type[Record]) -> str:
    return ", ".join(f"'{one.name}', {alias}.{one.name}" for one in content_fields(kind))
