"""Rows out of text: CSV records and JSON lines, and what is wrong with the broken ones."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TextIO

from connectors.decoding import decode_json

LONGEST_LINE = 1_000_000
DAMAGED = re.compile("[\ud800-\udfff\ufffd]")


@dataclass(frozen=True, slots=True)
class Raw:
    """One row as it stood in the file: cells of a CSV record, or the text of a line.

    `fault` says why a record could not even be cut into cells.
    """

    line: int
    cells: list[str] | None = None
    text: str = ""
    fault: str = ""

    def packed(self) -> list[Any]:
        return [self.line, self.cells if self.cells is not None else self.text, self.fault]

    @classmethod
    def unpacked(cls, packed: list[Any]) -> "Raw":
        line, content, fault = packed
        if isinstance(content, list):
            return cls(line, cells=content, fault=fault)
        return cls(line, text=content, fault=fault)

    def row(self, columns: list[str] | None) -> dict[str, Any]:
        """The row under the names of its columns; raises ValueError with the reason."""
        if self.fault:
            raise ValueError(self.fault)
        if is_damaged(self.text) or any(is_damaged(cell) for cell in self.cells or ()):
            raise ValueError("has bytes that are not text in the declared encoding")
        if columns is None:
            return self._decoded()
        if not columns:
            raise ValueError("stands under a header that cannot be read")
        if self.cells is None or len(self.cells) != len(columns):
            found = len(self.cells or ())
            raise ValueError(f"has {found} cells where the header has {len(columns)}")
        return dict(zip(columns, self.cells, strict=True))

    def shown(self) -> str:
        """The row for people, in text that any database keeps."""
        text = self.text if self.cells is None else "\t".join(self.cells)
        return text.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")

    def _decoded(self) -> dict[str, Any]:
        row = decode_json(self.text)
        if not isinstance(row, dict):
            raise ValueError("is JSON, but not an object with names")
        return row


def is_damaged(text: str) -> bool:
    """ASCII, which most cells are, cannot be damaged."""
    return not text.isascii() and bool(DAMAGED.search(text))


def read_rows(text: TextIO, form: str, delimiter: str) -> Iterator[Raw]:
    """Every row that is not blank; of a CSV file the first is the header."""
    feed = Feed(text)
    return _csv_rows(feed, delimiter) if form == "csv" else _json_rows(feed)


class Feed:
    """Physical lines, numbered, that can be put back. One too long is shortened and remembered."""

    def __init__(self, text: TextIO):
        self.text = text
        self.back: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> "Feed":
        return self

    def __next__(self) -> str:
        line = self.back.popleft() if self.back else self._read()
        self.taken.append(line)
        self.number += 1
        if len(line) >= LONGEST_LINE:
            raise csv.Error(f"is a line longer than {LONGEST_LINE} characters")
        return line

    def start(self) -> int:
        """Forget the lines of the last row; the number of the next row's first line."""
        self.taken.clear()
        return self.number + 1

    def put_back_all_but_first(self) -> str:
        first, *others = self.taken
        self.back.extendleft(reversed(others))
        self.number -= len(others)
        return first

    def _read(self) -> str:
        line = more = self.text.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        while len(more) >= LONGEST_LINE and more[-1] not in "\r\n":
            more = self.text.readline(LONGEST_LINE)
        return line


def _csv_rows(feed: Feed, delimiter: str) -> Iterator[Raw]:
    """A quote that never closes costs its own line, and not the file: reading goes on below."""
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        line = feed.start()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            first = feed.put_back_all_but_first().rstrip("\r\n")[:1000]
            yield Raw(line, text=first, fault=_fault(str(error)))
            continue
        if cells:
            yield Raw(line, cells=cells)


def _fault(error: str) -> str:
    return error if error.startswith("is a line") else f"has quotes that do not match ({error})"


def _json_rows(feed: Feed) -> Iterator[Raw]:
    while True:
        line = feed.start()
        try:
            text = next(feed).strip()
        except StopIteration:
            return
        except csv.Error as error:
            yield Raw(line, text=feed.taken[0][:1000], fault=str(error))
            continue
        if text:
            yield Raw(line, text=text)
