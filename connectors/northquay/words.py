"""In which order a system's records came to say something new: what a pull reads along."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Place = tuple[datetime, str]
# Sorts behind every id: nothing of that instant is left.
ALL = "\U0010ffff"


class Words:
    """Every word of one kind in one system, past and to come, by instant and id.

    Made once and read by bisection: a pull costs what changed, not what is stored.
    """

    def __init__(
        self,
        histories: Mapping[str, Sequence[tuple[datetime, Any]]],
        seen_from: Mapping[str, datetime],
    ) -> None:
        self._seen_from = seen_from
        said = {self.place(name, at) for name, sayings in histories.items() for at, _ in sayings}
        self._places = sorted(said)

    def place(self, name: str, at: datetime) -> Place:
        """Where a word stands. What was lost bears an old instant, but is seen only later."""
        at = at.astimezone(UTC)
        later = self._seen_from.get(name)
        return (max(at, later) if later else at, name)

    def between(self, since: Place | None, until: datetime) -> Iterator[Place]:
        start = bisect_right(self._places, since) if since else 0
        for number in range(start, bisect_right(self._places, (until, ALL))):
            yield self._places[number]
