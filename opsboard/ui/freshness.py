"""How far behind a feed is, and whether that is still good enough."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# The one rule of staleness: near real time feeds have an hour (domain.md, IN03), the others twice
# their interval. The SQL view `feed` is built with these two.
LEAST = timedelta(minutes=60)
INTERVALS = 2


@dataclass(frozen=True, slots=True)
class Freshness:
    """`word` is fresh, slow, stale or waiting (never read); `behind` is none while waiting."""

    word: str
    behind: timedelta | None
    limit: timedelta

    @property
    def share(self) -> float:
        """Behind, as a share of the limit; what is over stays over."""
        return self.behind / self.limit if self.behind is not None else 0.0

    @property
    def width(self) -> str:
        """Of a bar of 100 whose limit stands at 70."""
        return f"{min(self.share * 70, 100):.1f}"

    @property
    def shape(self) -> str:
        """The class of dateline.css."""
        return "slow" if self.word == "waiting" else self.word


def limit_of(interval: timedelta) -> timedelta:
    return max(INTERVALS * interval, LEAST)


def freshness(watermark: datetime | None, interval: timedelta, now: datetime) -> Freshness:
    limit = limit_of(interval)
    if watermark is None:
        return Freshness("waiting", None, limit)
    behind = max(now - watermark, timedelta(0))
    if behind > limit:
        return Freshness("stale", behind, limit)
    return Freshness("slow" if behind > 0.8 * limit else "fresh", behind, limit)
