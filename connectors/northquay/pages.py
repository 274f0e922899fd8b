"""Rows into pages and back: where a pull stands, and what a stored page holds."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import msgspec

from connectors.base import NeedsHuman, Opened, Page, Refused
from connectors.decoding import decode_json
from connectors.kinds import Record, build, fields_of
from connectors.northquay.words import ALL, Place
from connectors.sandbox.book import Row

AGAIN = "Pull the stream again with --full."
SHOWN = 300


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one page, where they end, and whether the feed is complete with them."""

    rows: list[Row]
    place: Place
    is_last: bool


def read_cursor(text: str) -> Place | None:
    """Where the last page ended: an instant, and the last id of it."""
    if not text:
        return None
    try:
        at, after = json.loads(text)
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not isinstance(after, str):
            raise ValueError
        return moment.astimezone(UTC), after
    except (ValueError, TypeError):
        raise NeedsHuman("The cursor is not one of the sandbox", AGAIN) from None


def write_cursor(place: Place) -> str:
    return json.dumps([place[0].isoformat(), place[1]])


def part_of(changed: Iterator[tuple[Place, Row]], watermark: datetime, size: int) -> Part:
    """The next page of what changed; the last one, empty if need be, ends at the watermark."""
    chunk = list(islice(changed, size))
    is_last = len(chunk) < size or next(changed, None) is None
    return Part([row for _, row in chunk], (watermark, ALL) if is_last else chunk[-1][0], is_last)


def to_page(part: Part, origin: str) -> Page:
    """Numbers travel as texts, so that none passes through a binary fraction."""
    body = msgspec.json.encode({"rows": part.rows})
    watermark = part.place[0] if part.is_last else None
    return Page(body, write_cursor(part.place), watermark, origin=origin)


def open_rows(kind: type[Record], page: Page) -> Opened:
    rows = _rows(page)
    records: list[Record] = []
    refused: list[Refused] = []
    for row in rows:
        made = _made(kind, row)
        (refused if isinstance(made, Refused) else records).append(made)
    return Opened(records, refused, _drift(kind, rows))


def _rows(page: Page) -> list[Any]:
    try:
        rows = decode_json(page.body)["rows"]
        if not isinstance(rows, list):
            raise TypeError
        return rows
    except (ValueError, TypeError, KeyError):
        raise NeedsHuman(f"The stored page of {page.origin} cannot be opened", AGAIN) from None


def _made(kind: type[Record], row: Any) -> Record | Refused:
    if not isinstance(row, Mapping):
        return Refused(_text(row), "the row is no table")
    try:
        return build(kind, row)
    except msgspec.ValidationError as error:
        return _refusal(kind, row, str(error))


def _refusal(kind: type[Record], row: Mapping[str, Any], said: str) -> Refused:
    """Amounts and personal data stay out of the hints and the reason, which many may read."""
    reason, _, place = said.partition(" - at `$.")
    name = place.partition("`")[0].partition("[")[0]
    declared = {one.name: one for one in fields_of(kind)}
    if name in declared and declared[name].sensitive:
        reason = "the value cannot be read"
    hints = {
        key: value
        for key, value in row.items()
        if isinstance(value, str) and key in declared and not declared[key].sensitive
        if key != name
    }
    return Refused(
        row=_text(row),
        reason=f"{name}: {reason}" if name else reason,
        field=name,
        source_id=hints.get("source_id", ""),
        hints=hints,
    )


def _drift(kind: type[Record], rows: Iterable[Any]) -> frozenset[str]:
    told = set().union(*(row for row in rows if isinstance(row, Mapping)))
    return frozenset(f"+{name}" for name in told - set(kind.__struct_fields__))


def _text(row: Any) -> str:
    return json.dumps(row, default=str)
