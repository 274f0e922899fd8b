"""Rows that could not become records: each kept once, and settled when its record has come."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import connection

from connectors.base import Opened, Refused
from opsboard.sync.models import RawPage, Stream

SQL = Path(__file__).parent / "sql"


def keep(stream: Stream, batch: Sequence[tuple[RawPage, Opened]], at: datetime) -> None:
    """Write down what the batch refuses, and settle what it loads. Two statements for any batch."""
    rows = {}
    for raw, opened in batch:
        for refused in opened.refused:
            one = _row(stream, raw, refused)
            rows[one["fingerprint"]] = one
    if rows:
        _execute("keep_refusals", stream, at, rows=json.dumps(list(rows.values())))
    if stream.refused_rows.filter(state="open").exclude(source_id="").exists():
        loaded, refused = _last_words(batch)
        _execute("settle_refusals", stream, at, loaded=list(loaded), refused=json.dumps(refused))


def settle_unlisted(stream: Stream, page: RawPage, ids: Sequence[str], at: datetime) -> None:
    """Settle what a census that was believed no longer lists."""
    _execute("settle_unlisted", stream, at, page=page.pk, ids=list(ids), snapshot=stream.snapshot)


def _last_words(batch: Sequence[tuple[RawPage, Opened]]) -> tuple[set[str], dict[str, int]]:
    """Native ids that are records now, and those that were refused, with the page that did.

    Pages come oldest first, so the last word counts; within a page a refusal does.
    """
    loaded: set[str] = set()
    refused: dict[str, int] = {}
    for raw, opened in batch:
        loaded |= {record.source_id for record in opened.records}
        again = {_id(one): raw.pk for one in opened.refused if one.source_id}
        refused |= again
        loaded -= again.keys()
    return loaded, refused


def _row(stream: Stream, raw: RawPage, refused: Refused) -> dict:
    row = storable(refused.row)
    return {
        "page": raw.pk,
        "line": refused.line,
        "source_id": _id(refused),
        "field": storable(refused.field)[:80],
        "reason": storable(refused.reason),
        "row": row,
        "hints": {key: storable(value) for key, value in refused.hints.items()},
        "fingerprint": hashlib.sha256(f"{stream.pk} {row}".encode()).hexdigest(),
    }


def _id(refused: Refused) -> str:
    return storable(refused.source_id)[:200]


def storable(text: str) -> str:
    """PostgreSQL knows neither NUL nor half a surrogate pair; what a source says may hold both."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _execute(name: str, stream: Stream, at: datetime, **values: object) -> None:
    with connection.cursor() as cursor:
        statement = (SQL / f"{name}.sql").read_text()
        cursor.execute(statement, {"stream": stream.pk, "at": at, **values})
