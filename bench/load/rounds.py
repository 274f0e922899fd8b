"""Interleaved rounds: each phase of every contender next to the others', so that a busy minute
meets them all."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.load import contenders, peers, rows
from bench.load.contenders import PHASES, TABLE, Ready, empty, make_twin, settled
from bench.load.place import Timed, ask, timed
from connectors.base import Opened

Load = Callable[[str], object]
# A peer of one tenth of the speed is given a tenth of the rows; what is compared is the rate.
FEW = 100_000
TWINS = {"copied": True, "upserted": True, "inserted": True}
KEY_ALONE = {"keyed": False, "keyed_too": False}


class Rounds:
    """All timings of a run: contender -> phase -> one Timed per round."""

    def __init__(self, ready: Ready, data: Path, count: int):
        self.ready, self.data, self.count = ready, data, count
        self.few = min(count, FEW)
        # What the indexes cost is asked once, of as many rows as the peers load.
        self.twins = TWINS | (KEY_ALONE if count <= FEW else {})
        self.times: dict[str, dict[str, list[Timed]]] = defaultdict(lambda: defaultdict(list))

    def prepare(self) -> None:
        """One load that nobody times: it warms the caches and leaves the finished rows."""
        empty()
        contenders.load_pages(self.ready.first, rows.decoded)
        self.ready.finished["first"] = self.ready.finished["again"] = contenders.finished_rows()
        contenders.load_pages(self.ready.changed, rows.decoded)
        self.ready.finished["changed"] = contenders.finished_rows()
        for name, indexes in self.twins.items():
            make_twin(name, indexes=indexes)

    def run(self) -> None:
        empty()
        ask(f"truncate {', '.join(self.twins)}")
        for phase in PHASES:
            for name, load, table in self._side_by_side():
                if phase == "first" or name != "COPY":
                    self._time(name, phase, load, table, self.count)
        empty()
        ask(f"truncate {', '.join(self.twins)}")

    def run_peers(self, python: Path) -> None:
        """Those that need minutes, with fewer rows, and the product with as few beside them."""
        self._time_few()
        for mode in ("documented", "best"):
            seconds = peers.dlt_merge(python, mode, self.ready, self.few // rows.PAGE)
            ask(f"drop schema if exists dlt_{mode}, dlt_{mode}_staging cascade")
            for phase, one in zip(PHASES, seconds, strict=True):
                self.times[f"dlt {mode}"][phase].append(Timed(one, rows=self.few))
            self._time_few()
        fewer = max(self.few // 10 // rows.PAGE, 1)
        self._three_times("opsboard, mapped", self._load(rows.mapped, fewer * 5), fewer * 5)
        self._three_times("bulk_create", self._create(fewer), fewer)

    def _side_by_side(self) -> Iterator[tuple[str, Load, str]]:
        text = self.ready.finished
        differs = contenders.insert_what_differs
        yield "COPY", lambda phase: contenders.copy_straight("copied", text[phase]), "copied"
        yield "L", lambda phase: contenders.upsert("upserted", text[phase]), "upserted"
        yield "opsboard", self._load_all, TABLE
        yield "L'", lambda phase: differs("inserted", text[phase]), "inserted"
        if self.twins == TWINS:
            return
        yield "L, key alone", lambda phase: contenders.upsert("keyed", text[phase]), "keyed"
        yield "L', key alone", lambda phase: differs("keyed_too", text[phase]), "keyed_too"

    def _load_all(self, phase: str) -> None:
        contenders.load_pages(self.ready.pages(phase), rows.decoded)

    def _time_few(self) -> None:
        """Before and after each peer, so that none is compared with another minute's load."""
        pages = self.few // rows.PAGE
        self._three_times("opsboard, few", self._load(rows.decoded, pages), pages)

    def _three_times(self, name: str, load: Load, pages: int) -> None:
        empty()
        for phase in PHASES:
            self._time(name, phase, load, TABLE, pages * rows.PAGE)
        empty()

    def _load(self, how: Callable[[bytes], Opened], pages: int) -> Load:
        return lambda phase: contenders.load_pages(self.ready.pages(phase)[:pages], how)

    def _create(self, pages: int) -> Load:
        return lambda phase: contenders.bulk_create(self.ready.pages(phase)[:pages])

    def _time(self, name: str, phase: str, load: Load, table: str, count: int) -> None:
        found = timed(lambda: load(phase), "" if phase == "first" else table, self.data)
        found.rows = count
        self.times[name][phase].append(found)
        settled(table)
