"""The firm as it stands by its clock, built once for all connections of a process."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import RLock

from connectors.northquay.clock import Clock, Mended, read
from connectors.northquay.settings import Recipe
from connectors.northquay.words import Place, Words
from connectors.sandbox.book import Row
from connectors.sandbox.firm import Firm, build
from connectors.sandbox.shape import SNAPSHOTS

# The default firm takes some 500 MB: a process keeps few.
KEPT = 2
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
        self._words: dict[tuple[str, str], Words] = {}

    def bring_to(self, clock: Clock) -> None:
        """Let happen what happened since, in its order. KeyError names an unknown fault."""
        for one in clock.mended[len(self.clock.mended) :]:
            self.firm.advance(one.at)
            self._set_right(one)
        self.firm.advance(clock.as_of)
        self.clock = clock

    def changed(self, system: str, kind: str, since: Place | None) -> Iterator[tuple[Place, Row]]:
        """Rows that came to be seen after `since`, in that order, each with its place in it.

        A record that has changed again since stands where it changed last.
        """
        until, book = self.watermark(system, kind), self.firm.world.book
        words = self._words_of(system, kind)
        for place in words.between(since, until):
            row = book.row((system, kind, place[1]), until)
            if row and words.place(place[1], row["source_updated_at"]) == place:
                yield place, row

    def watermark(self, system: str, kind: str) -> datetime:
        return self.firm.watermark(system, kind)

    def _words_of(self, system: str, kind: str) -> Words:
        if (system, kind) not in self._words:
            histories = self.firm.world.book.pages.get((system, kind), {})
            later = {
                name: at for (*own, name), at in self._seen_from.items() if own == [system, kind]
            }
            self._words[system, kind] = Words(histories, later)
        return self._words[system, kind]

    def _set_right(self, mended: Mended) -> None:
        """A record that was lost bears its own, old instant, but is seen only from its mend on."""
        at = mended.at
        book = self.firm.world.book
        touched = {key for one in self.firm.truth for key in one.changed}
        absent = [key for key in touched if book.row(key, at) is None]
        if mended.messages:
            self.firm.send_again(mended.messages)
        else:
            self.firm.mend(mended.fault)
        self._seen_from |= {key: at for key in absent if book.row(key, at) is not None}
        # A mend may write anywhere.
        self._words.clear()


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
