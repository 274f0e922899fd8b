"""Northquay Advisory: a whole firm, deterministic by seed, with faults that are known.

firm = build(seed=7, size="tiny", snapshot="close", faults={"time.posting_lost"})
firm.systems["psa"]["time_entry"]    # what the PSA holds now, under its own ids
firm.truth                           # what is wrong, and what ought to be seen of it
firm.advance(later); firm.mend("time.posting_lost.001")
"""

import gc
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from connectors.sandbox import (
    billing,
    cash,
    changes,
    commercial,
    delivery,
    expense,
    ledger,
    messages,
    people,
    revenue,
    time,
)
from connectors.sandbox.book import Row
from connectors.sandbox.chance import Chance
from connectors.sandbox.faults import FAULTS, inject
from connectors.sandbox.faults.scene import Scene
from connectors.sandbox.shape import SNAPSHOTS, Shape, shape_of
from connectors.sandbox.systems import customers, money, organisation, projects, vocabulary, work
from connectors.sandbox.systems import workforce as workforce_records
from connectors.sandbox.traps import lay
from connectors.sandbox.truth import Truth, exposure, to_json
from connectors.sandbox.world import World


class Copies(Mapping[str, list[Row]]):
    """What one system holds, kind by kind; read when asked for."""

    def __init__(self, firm: "Firm", system: str) -> None:
        self._firm, self._system = firm, system
        self._kinds = [kind for name, kind in firm.world.book.kinds() if name == system]

    def __getitem__(self, kind: str) -> list[Row]:
        if kind not in self._kinds:
            raise KeyError(kind)
        return self._firm.rows(self._system, kind)

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)


class Firm:
    """The firm as it stands at `as_of`; its script runs on to the last snapshot and a day more."""

    def __init__(self, world: World, scene: Scene, as_of: datetime) -> None:
        self.world = world
        self.scene = scene
        self.as_of = as_of
        self._read: dict[tuple[str, str], list[Row]] = {}

    @property
    def truth(self) -> list[Truth]:
        return self.scene.truth

    def exposure(self, controls: Container[str] | None = None) -> dict[str, Decimal]:
        """What the exposure ledger must add up to now; only of `controls`, where given."""
        return exposure(self.truth, self.as_of, controls)

    def truth_as_json(self) -> str:
        return to_json(self.truth)

    @property
    def systems(self) -> dict[str, Copies]:
        names = dict.fromkeys(system for system, _ in self.world.book.kinds())
        return {name: Copies(self, name) for name in names}

    def rows(self, system: str, kind: str) -> list[Row]:
        """What a system holds of one kind, as far as its feed has come."""
        if (system, kind) not in self._read:
            until = self.watermark(system, kind)
            self._read[system, kind] = list(self.world.book.rows(system, kind, until))
        return self._read[system, kind]

    def watermark(self, system: str, kind: str) -> datetime:
        """Up to when the system's feed is complete: now, unless it has fallen behind."""
        return self.as_of - self.scene.stale.get((system, kind), timedelta(0))

    def advance(self, to: datetime) -> None:
        """Let time pass. What the script holds until then has then happened."""
        if to < self.as_of:
            raise ValueError(f"the firm stands at {self.as_of} and cannot go back to {to}")
        self.as_of = to
        self.scene.advance(to)
        self._read.clear()

    def mend(self, fault_id: str) -> int:
        """Fix one fault, or all of a name as in FAULTS; gives how many were still open."""
        chosen = [
            case
            for case in self.scene.cases
            if case.truth.mended_at is None
            and case.truth.kind == "fault"
            and (case.truth.fault_id == fault_id or case.truth.fault_id.startswith(f"{fault_id}."))
        ]
        if not chosen and not any(fault_id.startswith(name) for name in FAULTS):
            raise KeyError(fault_id)
        # The last put in is the first taken out, so that each finds what it left.
        for case in reversed(chosen):
            case.mend(self.as_of)
            for feed in [*self.scene.stale]:
                if "/".join(feed) in case.truth.subject_keys:
                    del self.scene.stale[feed]
        self._read.clear()
        return len(chosen)

    def message(self, name: str) -> Row:
        """What the middleware says of a message now; nothing of one it never had."""
        key = ("middleware", "integration_message", name)
        return self.world.book.row(key, self.as_of) or {}

    def send_again(self, names: Iterable[str]) -> None:
        """The middleware sends messages again that were lost on their way; what carried data that
        are still wrong would only be refused again, and stays."""
        lost = [one for one in map(self.message, names) if is_lost(one)]
        works = {one["subject_key"] for one in lost}
        open_cases = [case for case in self.scene.cases if case.truth.mended_at is None]
        for case in reversed(open_cases):
            if mine := case.holds(works):
                case.let_through(mine, self.as_of)
        self._read.clear()


def is_lost(message: Row) -> bool:
    """Whether a message would arrive if it were sent again."""
    arrived = message.get("outcome") in ("accepted", "applied", "duplicate_ignored", "superseded")
    return not arrived and message.get("error_class") == "retryable"


def build(
    *,
    seed: int = 1,
    size: str | int | Shape = "default",
    snapshot: str | datetime = "close",
    faults: str | Iterable[str] = "all",
    traps: bool = True,
) -> Firm:
    """Build the firm. `snapshot` is a name in SNAPSHOTS or an instant; `faults` is "all", "none",
    or names out of FAULTS."""
    with _without_collecting():
        return stage(healthy(seed, shape_of(size)), snapshot, faults, traps=traps)


def stage(
    world: World, snapshot: str | datetime, faults: str | Iterable[str], *, traps: bool
) -> Firm:
    """Lay traps and put faults into a healthy world, which is changed by it."""
    scene = Scene(world, SNAPSHOTS[snapshot] if isinstance(snapshot, str) else snapshot)
    if traps:
        lay(scene)
    inject(scene, _names(faults))
    return Firm(world, scene, scene.as_of)


def _names(faults: str | Iterable[str]) -> list[str]:
    if isinstance(faults, str):
        return {"all": list(FAULTS), "none": []}.get(faults, [faults])
    return list(faults)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Half a million records that all stay: looking for garbage among them only costs time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def healthy(seed: int, shape: Shape) -> World:
    """A firm in which everything is done in time and every copy agrees."""
    chance = Chance(seed)
    world = World(shape, chance)
    world.workers = people.people(shape, chance)
    world.parties = commercial.parties(shape, chance)
    world.projects = commercial.projects(shape, chance, world.parties, world.workers)
    world.assignments = delivery.book(shape, chance, world.workers, world.projects)
    workforce_records.set_role_standards(world)
    world.entries = time.timesheets(shape, chance, world.workers, world.projects)
    billing.set_terms(world)
    world.changes = changes.change_orders(world)
    world.expenses = expense.expenses(world)
    world.orders = expense.orders(world)
    world.charges = expense.charges(world)
    world.events = billing.events(world)
    world.invoices = billing.invoices(world)
    world.receipts = cash.receipts(world)
    world.earnings = revenue.earnings(world)
    for part in (organisation, workforce_records, vocabulary, customers, projects, work, money,
                 ledger, messages):  # fmt: skip
        part.tell(world)
    return world


def describe(firm: Firm) -> dict[str, Any]:
    """How many records each system holds, for a reader."""
    return {
        system: {kind: len(copies[kind]) for kind in copies}
        for system, copies in firm.systems.items()
    }
