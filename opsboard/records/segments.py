"""Pages on their way into the database, some thousand rows at a time.

One thread opens and writes the rows to come while another waits for the server to take those
before: on two processors a load takes as long as the slower of both, not as long as both.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count, repeat

from connectors.kinds import Record
from opsboard.records.encode import write

# Enough that round trips do not count, few enough that two of them are some ten MiB.
ROWS = 10_000
Pages = Iterator[tuple[int, list[Record]]]


@dataclass(slots=True)
class Arriving:
    """What of a segment is to be written: places in it, and the ids of the rows there.

    `differs` tells of each newer row whether its content differs, as PostgreSQL writes it.
    """

    new: Sequence[int]
    new_ids: Sequence[str]
    newer: Sequence[int]
    newer_ids: Sequence[str]
    differs: Sequence[str]


@dataclass(slots=True)
class Segment:
    """Rows as COPY text; a row's place is its position in each column."""

    keys: list[str] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    natural_keys: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    offers: list[str] = field(default_factory=list)

    @property
    def has_doubles(self) -> bool:
        return len(set(self.keys)) < len(self.keys)

    def add(self, kind: type[Record], system: str, page: int, records: list[Record]) -> None:
        """Add a page, and what the server needs to compare it with what it knows."""
        written = write(kind, system, records)
        columns = zip(written.keys, written.versions, written.digests, count(len(self.keys)))
        self.offers.append(
            "".join(
                [
                    f"{key}\t{version}\t{page}\t{digest}\t{place}\n"
                    for key, version, digest, place in columns
                ]
            )
        )
        self.keys += written.keys
        self.digests += written.digests
        self.facts += written.facts
        self.pages += repeat(page, len(records))
        self.natural_keys += written.natural_keys
        self.names += written.names

    def new_rows(self, arriving: Arriving, envelope: str) -> Iterator[str]:
        """Rows of the kind's own table, each its own thing: id, canonical id, and the rest."""
        keys, digests, facts, pages = self.keys, self.digests, self.facts, self.pages
        for place, number in zip(arriving.new, arriving.new_ids, strict=True):
            yield (
                f"{number}\t{number}\t{keys[place]}\t{digests[place]}\t{pages[place]}"
                f"\t{envelope}\t{facts[place]}\n"
            )

    def staged_rows(self, arriving: Arriving, *, with_new: bool) -> Iterator[str]:
        """Rows that need more than to be written: what is newer, and what needs an identity."""
        if with_new:
            for place, number in zip(arriving.new, arriving.new_ids, strict=True):
                yield self._staged(place, f"t\t{number}\tt")
        newer = zip(arriving.newer, arriving.newer_ids, arriving.differs, strict=True)
        for place, number, differs in newer:
            yield self._staged(place, f"f\t{number}\t{differs}")

    def _staged(self, place: int, found: str) -> str:
        natural_key, name = (
            (self.natural_keys[place], self.names[place]) if self.names else ("", "")
        )
        return (
            f"{found}\t{natural_key}\t{name}\t{self.keys[place]}\t{self.digests[place]}"
            f"\t{self.pages[place]}\t{self.facts[place]}\n"
        )


def segments(kind: type[Record], system: str, pages: Pages) -> Iterator[Segment]:
    """The rows of all pages, in order. A page is asked for, and written, in another thread."""
    with ThreadPoolExecutor(1, thread_name_prefix="writing") as writer:
        coming = writer.submit(_next_segment, kind, system, pages)
        while (segment := coming.result()) is not None:
            coming = writer.submit(_next_segment, kind, system, pages)
            yield segment


def _next_segment(kind: type[Record], system: str, pages: Pages) -> Segment | None:
    segment = Segment()
    for page, records in pages:
        segment.add(kind, system, page, records)
        if len(segment.keys) >= ROWS:
            break
    return segment if segment.keys else None
