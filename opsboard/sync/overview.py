"""The systems at a glance: how fresh, what their runs brought, what stands in the way."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Case, When

from opsboard.sync.models import Pipeline
from opsboard.sync.strips import Strip, strip
from opsboard.ui.freshness import Freshness, freshness
from opsboard.ui.words import role_place

SQL = Path(__file__).parent / "sql"
DAY = timedelta(days=1)
UNFINISHED = (Pipeline.State.QUEUED, Pipeline.State.RUNNING)


@dataclass(frozen=True)
class StreamLine:
    """One stream as the page shows it. Counts are of the last day, `refused` is what is open."""

    connection: str
    title: str
    connector: str
    role: str
    resting_until: datetime | None
    stream: int | None
    name: str
    kind: str
    interval: timedelta
    watermark: datetime | None
    state: str
    next_attempt_at: datetime | None
    last_error: str
    remedy: str
    drift: list[str]
    rows: int
    changed: int
    deleted: int
    refused: int
    last_state: str
    last_at: datetime | None
    correlation_id: str
    now: datetime
    strip: Strip | None = None

    @cached_property
    def freshness(self) -> Freshness:
        return freshness(self.watermark, self.interval, self.now)

    @property
    def stands(self) -> bool:
        """Something is wrong that the next turn alone may not mend."""
        return bool(self.last_error) or self.state != "ready"


@dataclass(frozen=True)
class SystemLine:
    """One connection: as fresh as its slowest stream."""

    streams: list[StreamLine] = field(default_factory=list)
    strip: Strip | None = None
    slug: str = ""
    title: str = ""
    role: str = ""
    resting_until: datetime | None = None

    @cached_property
    def slowest(self) -> StreamLine | None:
        key = lambda one: (one.freshness.behind is None, one.freshness.share)  # noqa: E731
        return max(self.streams, key=key, default=None)

    @property
    def stopped(self) -> list[StreamLine]:
        return [one for one in self.streams if one.state == "stopped"]

    @property
    def in_trouble(self) -> list[StreamLine]:
        return [one for one in self.streams if one.stands]

    @property
    def is_fresh(self) -> bool:
        return bool(self.slowest) and self.slowest.freshness.word in ("fresh", "slow")

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.streams)

    @property
    def changed(self) -> int:
        return sum(one.changed for one in self.streams)

    @property
    def refused(self) -> int:
        return sum(one.refused for one in self.streams)

    @property
    def next_at(self) -> datetime | None:
        """When it is asked next; none when every stream is stopped."""
        asked = [one.next_attempt_at or one.now for one in self.streams if one.state != "stopped"]
        return min(asked, default=None)


def systems(now: datetime, slug: str = "") -> list[SystemLine]:
    """Every active connection, in the order in which work flows."""
    rows = _ask("overview", since=now - DAY, connection=slug)
    strips = _strips(now, slug)
    lines = [StreamLine(**row, now=now, strip=strip(strips[row["stream"]])) for row in rows]
    found = [
        _system(list(streams), strips) for _, streams in groupby(lines, attrgetter("connection"))
    ]
    return sorted(found, key=lambda one: (role_place(one.role), one.title.casefold()))


def refused_reasons() -> list[dict[str, Any]]:
    return _ask("refused_reasons")


def turn() -> Pipeline | None:
    """The turn of the river that runs, else the one that waits, else the last one that ended."""
    standing = Case(
        When(state=Pipeline.State.RUNNING, then=0),
        When(state=Pipeline.State.QUEUED, then=1),
        default=2,
    )
    return Pipeline.objects.order_by(standing, "-pk").first()


def _system(streams: list[StreamLine], strips: dict) -> SystemLine:
    first = streams[0]
    slots = [slot for one in streams for slot in strips[one.stream]]
    return SystemLine(
        streams=[one for one in streams if one.stream],
        strip=strip(slots),
        slug=first.connection,
        title=first.title,
        role=first.role,
        resting_until=first.resting_until,
    )


def _strips(now: datetime, slug: str) -> dict[int | None, list[dict[str, Any]]]:
    found = defaultdict(list)
    slot = DAY.total_seconds() / Strip.SLOTS
    for row in _ask("strips", since=now - DAY, now=now, slot=slot, connection=slug):
        found[row["stream"]].append(row)
    return found


def _ask(name: str, **values: object) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute((SQL / f"{name}.sql").read_text(), values)
        return _named(cursor.description, cursor)


def _named(description: Iterable, rows: Iterable[tuple]) -> list[dict[str, Any]]:
    names = [column.name for column in description]
    return [dict(zip(names, row, strict=True)) for row in rows]
