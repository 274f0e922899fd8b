"""The firm as it stands by its clock, built once for all connections of a process."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import RLock

from connectors.northquay.clock import Clock, read
from connectors.northquay.settings import Recipe
from connectors.sandbox.book import Row
from connectors.sandbox.firm import Firm, build
from connectors.sandbox.shape import SNAPSHOTS

# The default firm takes some 500 MB: a process keeps few.
KEPT = 2
Place = tuple[datetime, str]
_firms: dict[Recipe, "Standing"] = {}
_lock = RLock()


class Standing:
    """A firm brought to a clock's instant, and what came to be seen later than it was written."""

    def __init__(self, recipe: Recipe) -> None:
        faults = recipe.faults
        self.firm: Firm = build(
            seed=recipe.seed,
            size=recipe.size,
            snapshot=recipe.snapshot,
            faults=faults if isinstance(faults, str) else list(faults),
            traps=recipe.traps,
        )
        self.clock = Clock(SNAPSHOTS[recipe.snapshot])
        self._seen_from: dict[tuple[str, str, str], datetime] = {}

    def bring_to(self, clock: Clock) -> None:
        """Let happen what happened since, in its order. KeyError names an unknown fault."""
        for one in clock.mended[len(self.clock.mended) :]:
            self.firm.advance(one.at)
            self._mend(one.fault, one.at)
        self.firm.advance(clock.as_of)
        self.clock = clock

    def changed(self, system: str, kind: str, since: Place | None) -> list[tuple[Place, Row]]:
        """Rows that came to be seen after `since`, in that order, each with its place in it."""
        until = self.watermark(system, kind)
        placed = (
            ((self._seen(system, kind, row), row["source_id"]), row)
            for row in self.firm.rows(system, kind)
        )
        found = [
            (place, row)
            for place, row in placed
            if place[0] <= until and (since is None or place > since)
        ]
        return sorted(found, key=lambda one: one[0])

    def watermark(self, system: str, kind: str) -> datetime:
        return self.firm.watermark(system, kind)

    def _seen(self, system: str, kind: str, row: Row) -> datetime:
        at = row["source_updated_at"].astimezone(UTC)
        later = self._seen_from.get((system, kind, row["source_id"]))
        return max(at, later) if later else at

    def _mend(self, fault: str, at: datetime) -> None:
        """A record that was lost bears its own, old instant, but is seen only from its mend on."""
        book = self.firm.world.book
        touched = {key for one in self.firm.truth for key in one.changed}
        absent = [key for key in touched if book.row(key, at) is None]
        self.firm.mend(fault)
        self._seen_from |= {key: at for key in absent if book.row(key, at) is not None}


@contextmanager
def standing(recipe: Recipe) -> Iterator[Standing]:
    """The firm by its clock's present word; nobody else moves it meanwhile."""
    with _lock:
        clock = read(recipe.folder, recipe.snapshot)
        found = _firms.pop(recipe, None)
        if found is None or not clock.follows(found.clock):
            found = Standing(recipe)
        found.bring_to(clock)
        while len(_firms) >= KEPT:
            del _firms[next(iter(_firms))]
        _firms[recipe] = found
        yield found
