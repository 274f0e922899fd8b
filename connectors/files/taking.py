"""One file becomes pages: what to keep of it, and how far one has come with each page.

A page's body is lines of JSON. The first says which file, which sequence and which columns; each
further one is `[line number, cells or text, fault]`, with the cells as they stood in the file.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from connectors.base import NeedsHuman, Page
from connectors.files.folder import File, check_past, stamp_of
from connectors.files.position import Position
from connectors.files.rows import Raw, read_rows
from connectors.files.streams import FileStream
from connectors.reading import convert, look_up
from connectors.transforms import Unfit, to_instant, to_microseconds

ROWS = 2000
CHARACTERS = 8_000_000


def take(file: File, stream: FileStream, position: Position, now: datetime) -> Iterator[Page]:
    """The file's pages, from the row where `position` stopped. Only the last one takes it."""
    digest = file.digest()
    as_of = exported_at(file, stream)
    check_past(as_of, file, now)
    taking = Taking(file, stream, digest, as_of, position)
    if position.at and position.at[0] == file.name and position.at[1] != digest:
        yield notice(
            file.name, "changed while it was being taken; read again from its start", position
        )
    with file.text(stream.encoding) as text:
        rows = read_rows(text, stream.format, stream.delimiter)
        yield from taking.pages(rows)


def exported_at(file: File, stream: FileStream) -> datetime:
    """Up to when the file is complete. A file's modification is later than the query that filled
    it, so a stamp in the name or a column is the better witness.
    """
    if stream.as_of == "stamp":
        return stamp_of(file, stream)
    return _latest(file, stream) if stream.as_of_column else file.modified_at


def notice(name: str, said: str, position: Position) -> Page:
    """A page that holds no rows, only something about a file that people must hear of."""
    body = {"file": name, "notice": f"the file {name} {said}"}
    return Page(_body(body, ()), position.text(), origin=name)


def batches(rows: Iterator[Raw]) -> Iterator[tuple[list[Raw], bool]]:
    """Rows in pages, each with whether it is the last."""
    batch = _batch(rows)
    while batch:
        following = _batch(rows)
        yield batch, not following
        batch = following


def _batch(rows: Iterator[Raw]) -> list[Raw]:
    batch, size = [], 0
    for raw in islice(rows, ROWS):
        batch.append(raw)
        size += len(raw.text) + sum(map(len, raw.cells or ()))
        if size > CHARACTERS:
            break
    return batch


@dataclass
class Taking:
    """The way through one file. `ids` holds what makes up the id of every row of a snapshot, raw,
    so that a census follows a changed mapping too.
    """

    file: File
    stream: FileStream
    digest: str
    as_of: datetime
    position: Position
    columns: list[str] | None = None
    ids: list[dict[str, Any]] = field(default_factory=list)
    all_ids_known: bool = True

    def pages(self, rows: Iterator[Raw]) -> Iterator[Page]:
        if self.stream.format == "csv":
            self.columns = header(rows)
        done = self.position.rows_done(self.file, self.digest)
        rows = self._watched(rows)
        for _ in islice(rows, done):
            pass
        is_taken = False
        for batch, is_last in batches(rows):
            done += len(batch)
            is_taken = is_last and not self._has_census()
            yield self._rows_page(batch, done, is_taken=is_taken)
        if not is_taken:
            self.file.check_unchanged()
            yield self._census_page() if self._has_census() else self._rows_page([], done)

    def _watched(self, rows: Iterator[Raw]) -> Iterator[Raw]:
        for raw in rows:
            if self.stream.snapshot:
                self._note_id(raw)
            yield raw

    def _note_id(self, raw: Raw) -> None:
        mapping = self.stream.mapping
        source = mapping.declared["source_id"]
        try:
            row = raw.row(self.columns)
            known = isinstance(convert(row, source, mapping.targets["source_id"]), str)
        except (ValueError, TypeError, ArithmeticError):
            known = False
        if known:
            self.ids.append({path: look_up(row, path) for path in source.paths})
        self.all_ids_known &= known

    def _has_census(self) -> bool:
        """Absence is evidence only when every row's id could be read: a refused row without an id
        may be any record. An older snapshot that came late proves nothing about today, and an
        empty file is a sign of life.
        """
        is_newest = to_microseconds(self.as_of) >= self.position.top
        return self.stream.snapshot and bool(self.ids) and self.all_ids_known and is_newest

    def _rows_page(self, batch: list[Raw], done: int, *, is_taken: bool = True) -> Page:
        body = _body(self._head(), (raw.packed() for raw in batch))
        if is_taken:
            self.file.check_unchanged()
            return Page(body, self._taken(), watermark=self._watermark(), origin=self.file.name)
        cursor = self.position.reached(self.file, self.digest, done).text()
        return Page(body, cursor, origin=self.file.name)

    def _census_page(self) -> Page:
        return Page(
            _body(self._head(), self.ids),
            self._taken(),
            watermark=self._watermark(),
            part="census",
            origin=self.file.name,
        )

    def _head(self) -> dict[str, Any]:
        sequence = to_microseconds(self.as_of)
        return {"file": self.file.name, "sequence": sequence, "columns": self.columns}

    def _taken(self) -> str:
        sequence = to_microseconds(self.as_of)
        return self.position.finished(self.file, self.digest, sequence).text()

    def _watermark(self) -> datetime | None:
        """None for a file that came late: nothing is complete up to *less* than before."""
        return self.as_of if to_microseconds(self.as_of) >= self.position.top else None


def header(rows: Iterator[Raw]) -> list[str]:
    """The columns' names; none when the file has no readable header."""
    first = next(rows, Raw(1))
    return [cell.strip() for cell in first.cells or ()]


def _latest(file: File, stream: FileStream) -> datetime:
    """The greatest time in the declared column; an empty file only has its own time."""
    latest, count = None, 0
    with file.text(stream.encoding) as text:
        rows = read_rows(text, stream.format, stream.delimiter)
        columns = header(rows) if stream.format == "csv" else None
        for count, raw in enumerate(rows, 1):  # noqa: B007 - how many there were
            try:
                value = look_up(raw.row(columns), stream.as_of_column)
                moment = to_instant(value, stream.moments)
            except (Unfit, ValueError):
                continue
            latest = moment if latest is None else max(latest, moment)
    if latest is None and count:
        raise NeedsHuman(
            f"{file.name}: no row has a readable time in the column '{stream.as_of_column}'",
            "Correct 'as_of' or 'instant' in the stream's settings, or the export.",
        )
    return latest or file.modified_at


def _body(head: dict[str, Any], rows: Any) -> bytes:
    return "\n".join(json.dumps(one, default=str) for one in (head, *rows)).encode()
