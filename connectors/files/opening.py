"""A stored page of a file becomes records, refused rows and drift."""

import json
from dataclasses import replace
from typing import Any

from connectors.base import NeedsHuman, Opened, Page, Refused
from connectors.files.rows import Raw
from connectors.files.streams import FileStream
from connectors.kinds import Record
from connectors.mapping import Mapping
from connectors.reading import convert


def open_page(stream: FileStream, page: Page) -> Opened:
    """What the page holds. Pure: everything it needs stands in the page and the declaration."""
    try:
        head, *lines = map(json.loads, page.body.decode().split("\n"))
        if page.part == "census":
            return Opened([], census=_census(stream, lines))
        if "notice" in head:
            return Opened([], refused=[Refused(row=json.dumps(head), reason=head["notice"])])
        rows = [Raw.unpacked(one) for one in lines]
        return _open_rows(stream, stream.mapping_of(head["sequence"]), head["columns"], rows)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise NeedsHuman(
            f"The stored page of {page.origin or 'a file'} cannot be opened",
            "Pull the stream again with --full.",
        ) from None


def _census(stream: FileStream, rows: list[dict[str, Any]]) -> list[str] | None:
    """None when a later mapping cannot tell the ids any more: then nothing follows from it."""
    mapping = stream.mapping
    source, target = mapping.declared["source_id"], mapping.targets["source_id"]
    try:
        ids = [convert(row, source, target) for row in rows]
    except (ValueError, TypeError, ArithmeticError):
        return None
    return list(dict.fromkeys(ids)) if all(isinstance(one, str) and one for one in ids) else None


def _open_rows(
    stream: FileStream, mapping: Mapping, columns: list[str] | None, raws: list[Raw]
) -> Opened:
    blocked = "" if columns is None else _header_fault(stream, columns)
    seen: list[dict[str, Any]] = [] if columns is None else [dict.fromkeys(columns)]
    kept = Kept()
    for raw in raws:
        try:
            row = raw.row(columns)
        except ValueError as error:
            kept.refused.append(Refused(raw.shown(), f"the row {error}", line=raw.line))
            continue
        if columns is None:
            seen.append(row)
        read = mapping.refuse(row, blocked, raw.line) if blocked else mapping.read(row, raw.line)
        kept.add(read, row, raw.line, mapping)
    drift = mapping.drift(seen) if columns or columns is None else frozenset()
    return Opened(list(kept.records.values()), kept.refused, drift)


def _header_fault(stream: FileStream, columns: list[str]) -> str:
    needed = dict.fromkeys(stream.columns_needed)
    missing = [name for name in needed if name not in columns]
    double = [name for name in needed if columns.count(name) > 1]
    if missing:
        return f"the file's header has no column {', '.join(missing)}"
    return f"the file's header has more than one column {', '.join(double)}" if double else ""


class Kept:
    """Records by id, one each: of several the greatest version, of equal versions the last."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        self.lines: dict[str, tuple[dict[str, Any], int]] = {}
        self.refused: list[Refused] = []

    def add(self, read: Record | Refused, row: dict[str, Any], line: int, mapping: Mapping) -> None:
        if isinstance(read, Refused):
            self.refused.append(read)
            return
        before = self.records.get(read.source_id)
        if before is not None and before.source_version > read.source_version:
            return
        if before is not None and before.source_version == read.source_version and before != read:
            old, old_line = self.lines[read.source_id]
            reason = f"the id {read.source_id} stands again in line {line}, where it differs"
            self.refused.append(replace(mapping.refuse(old, reason, old_line), field="source_id"))
        self.records[read.source_id] = read
        self.lines[read.source_id] = (row, line)
