"""Interleaved rounds at one size: R, the product in full, the product after a change, the peers."""

import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from bench.controls import asking, peers, world
from bench.load.place import ask

KEYS = 1_000
MANY = (1, 1_000, 10_000, 50_000, 200_000)


class Rounds:
    """Seconds by name, one per round; MiB by name; and what must be equal, as a list of faults."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.seconds: dict[str, list[float]] = defaultdict(list)
        # Of processor, the client's and the server's with all its workers.
        self.busy: dict[str, list[float]] = defaultdict(list)
        self.mib: dict[str, float] = {}
        self.modes: dict[int, str] = {}
        self.faults: list[str] = []
        self._version = 1

    def prepare(self, *, twins: bool) -> None:
        world.make(self.count)
        if twins:
            peers.make_twins()

    def run(self) -> None:
        """One round; a full run finds nothing stored, so that every offender becomes an item."""
        for memory in asking.MEMORIES:
            self._time(f"R {memory}", lambda memory=memory: asking.full_join(memory))
        self._time("anti-join", lambda: asking.anti_join("4MB"))
        self._forget()
        with asking.memory_above_start() as found:
            self._time("full", lambda: asking.reconcile(full=True))
        self.mib["opsboard"] = found[0]
        self._count_items()
        self._time("full again", lambda: asking.reconcile(full=True))
        self._after_a_change()
        self.seconds["sql in full"].append(asking.judge_only(None))
        for keys in (1, KEYS):
            named = [f"psa:T{number}" for number in asking.picked(keys, self.count)]
            self.seconds[f"sql, {keys:,} keys"].append(asking.judge_only(named))

    def run_peers(self, python: Path) -> None:
        for name in peers.NAMES:
            found = peers.run(python, name)
            self.seconds[name].append(found["seconds"])
            self.mib[name] = found["mib"]

    def run_any_number(self) -> None:
        """Bar 3d: however many subjects changed, the engine is never much worse than in full, with
        as many changed and as many items to open and to refresh."""
        for keys in MANY:
            if keys <= self.count:
                for name, full in (("changed", False), ("in full", True)):
                    self._move(keys)
                    self._time(f"{name} {keys:,}", partial(self._note, keys, full=full))

    def _note(self, keys: int, *, full: bool) -> None:
        later = timedelta(minutes=self._version)
        mode = asking.reconcile(full=full, later=later)
        if not full:
            self.modes[keys] = mode

    def _after_a_change(self) -> None:
        """1,000 entries change: load, restrict, open and close items, commit; then prove it."""
        asking.reconcile(full=False, later=timedelta(minutes=self._version))
        modes: list[str] = []
        later = timedelta(minutes=self._version + 1)

        def change() -> None:
            self._move(KEYS)
            modes.append(asking.reconcile(full=False, later=later))

        self._time("changed, end to end", change)
        if "full" in modes:
            self.faults.append(f"{KEYS} changed keys were judged in full")
        mine = asking.outcome()
        asking.reconcile(full=True, later=later)
        if asking.outcome() != mine:
            self.faults.append("an incremental run differs from a full one")

    def _move(self, keys: int) -> None:
        self._version += 1
        asking.move(asking.picked(keys, self.count), self._version)

    def _count_items(self) -> None:
        [[found]] = ask("select count(*) from exceptions_exceptionitem where state <> 'resolved'")
        if self._version == 1 and found != world.offenders(self.count):
            self.faults.append(f"{found} items for {world.offenders(self.count)} offenders")

    def _forget(self) -> None:
        ask(
            "truncate controls_control, controls_controlrun, exceptions_group,"
            " exceptions_exceptionitem, exceptions_atom, exceptions_touched cascade"
        )
        ask("checkpoint")

    def _time(self, name: str, work: Callable[[], object]) -> None:
        start, busy = time.perf_counter(), asking.busy()
        work()
        self.seconds[name].append(time.perf_counter() - start)
        self.busy[name].append(asking.busy() - busy)
