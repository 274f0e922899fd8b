"""What every system has ever said, version by version; any past instant can be read back.

A record is a list of sayings `(at, fields)`. Its state at an instant is what was said until then,
later words over earlier ones. Nothing is ever computed from another system's words.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

Row = dict[str, Any]
Saying = tuple[datetime, Row]
Key = tuple[str, str, str]


class Book:
    """The copies of all systems: `pages[system, kind][source_id]` is a record's history."""

    def __init__(self) -> None:
        self.pages: dict[tuple[str, str], dict[str, list[Saying]]] = defaultdict(dict)

    def copy(self) -> "Book":
        """A second book with the same words, to write on."""
        found = Book()
        for place, page in self.pages.items():
            found.pages[place] = {own: list(sayings) for own, sayings in page.items()}
        return found

    def say(self, system: str, kind: str, source_id: str, at: datetime, fields: Row) -> None:
        """A system says something; in the order of time, whatever the order of the calls."""
        sayings = self.pages[system, kind].setdefault(source_id, [])
        if sayings and sayings[-1][0] > at:
            insort(sayings, (at, fields), key=lambda saying: saying[0])
        else:
            sayings.append((at, fields))

    def history(self, key: Key) -> list[Saying]:
        return self.pages[key[0], key[1]].get(key[2], [])

    def replace(self, key: Key, sayings: list[Saying]) -> None:
        """Rewrite a record's history; without any saying it was never there."""
        page = self.pages[key[0], key[1]]
        if sayings:
            page[key[2]] = sayings
        else:
            page.pop(key[2], None)

    def row(self, key: Key, until: datetime | None = None) -> Row | None:
        """The record as it stood at `until`, or at the end of the script."""
        return _fold(key[2], self.history(key), until)

    def rows(self, system: str, kind: str, until: datetime) -> Iterator[Row]:
        for source_id, sayings in self.pages.get((system, kind), {}).items():
            row = _fold(source_id, sayings, until)
            if row is not None:
                yield row

    def kinds(self) -> list[tuple[str, str]]:
        return [place for place, page in self.pages.items() if page]


def _fold(source_id: str, sayings: list[Saying], until: datetime | None) -> Row | None:
    row: Row = {"source_id": source_id}
    last = None
    for place, (at, fields) in enumerate(sayings):
        if until is not None and at > until:
            break
        row.update(fields)
        last = at, place
    if last is None:
        return None
    at, place = last
    # Two sayings of one microsecond are still two versions.
    row["source_version"] = int(at.timestamp()) * 1_000_000 + at.microsecond + place
    row["source_updated_at"] = at
    return row
