"""One fault in the making: it changes what systems say, and notes down what it did.

Every change is a layer upon the record, so that the case can be mended later.
"""

from bisect import insort
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from connectors.sandbox.book import Key, Saying
from connectors.sandbox.calendar import GROUP_CURRENCY
from connectors.sandbox.faults.layers import Change, Layer, emptied, in_order, shifted, without
from connectors.sandbox.severity import severity
from connectors.sandbox.truth import MEASURES, Bound, Claim, Truth

if TYPE_CHECKING:
    from connectors.sandbox.faults.scene import Scene

ONE_SECOND = timedelta(seconds=1)
Money = tuple[Decimal | None, str]


class Case:
    """A root fault with its subjects. Every change goes through one of the verbs below."""

    def __init__(self, scene: "Scene", truth: Truth) -> None:
        self.scene = scene
        self.book = scene.world.book
        self.truth = truth
        # In the order in which they were changed.
        self._changed: dict[Key, None] = {}
        self._about = ""
        self._subjects: set[str] = set()
        self._children: set[tuple[str, str]] = set()
        self._claims: dict[tuple[str, str, str, str], Claim] = {}
        self._last = ""

    # What is expected of the controls, and of the exposure ledger.

    def subject(
        self,
        key: str,
        amount: Decimal | None = None,
        currency: str = GROUP_CURRENCY,
        *,
        seen_from: datetime | None = None,
        **money: Money,
    ) -> None:
        """A subject of the control, and what it claims on itself; other atoms tell `claim`."""
        if key not in self._subjects:
            self._subjects.add(key)
            self.truth.subject_keys.append(key)
        self._see(self.truth.control_code, key, seen_from)
        self._money(self.truth.control_code, key, money)
        self._last = key
        self.risk(amount or Decimal(0), currency)

    def child(
        self, control: str, key: str, seen_from: datetime | None = None, **money: Money
    ) -> None:
        """What another control sees of the same root, from when, and what it claims on it."""
        self._see(control, key, seen_from)
        children = self.truth.children.setdefault(control, [])
        if (control, key) not in self._children:
            self._children.add((control, key))
            children.append(key)
        if control not in self.truth.co_detections:
            self.truth.co_detections.append(control)
        self._money(control, key, money)

    def claim(
        self,
        control: str,
        measure: str,
        atom: str,
        amount: Decimal | None,
        currency: str,
        subject: str | None = None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> None:
        """A control's subject claims money on an atom; what is said again is added to it.

        It claims as long as the subject is seen, or within `since` and `until`.
        """
        if not amount:
            return
        if measure not in MEASURES:
            raise ValueError(f"{measure} is no measure")
        key = (control, subject or atom, measure, atom)
        held = self._claims.get(key)
        if held is None:
            held = self._claims[key] = Claim(*key, since=since, until=until)
            self.truth.claims.append(held)
        before = held.amount_gc
        held.parts.append((abs(amount), currency))
        held.amount_gc = self.scene.in_group(held.parts)
        if (control, measure) == (self.truth.control_code, self.truth.expected_measure):
            self._expect(abs(amount), currency, held.amount_gc - before)

    def risk(self, amount: Decimal, currency: str) -> None:
        """More of the expected measure on the subject told last; without one, for all of them."""
        truth = self.truth
        if self._last:
            self.claim(truth.control_code, truth.expected_measure, self._last, amount, currency)
        else:
            self._expect(amount, currency, self.scene.to_group(amount, currency))

    def restate(self) -> None:
        """The claims at the rates of another day, to which the firm has moved on."""
        truth = self.truth
        for claim in truth.claims:
            moved = self.scene.in_group(claim.parts)
            if (claim.control, claim.measure) == (truth.control_code, truth.expected_measure):
                truth.expected_amount_gc += moved - claim.amount_gc
            claim.amount_gc = moved

    def bound(
        self, control: str, key: str, floor: str = "", cap: str = "", since: datetime | None = None
    ) -> None:
        """How grave this subject of a control is at least, or at most, whatever it is worth."""
        self.truth.bounds[f"{control} {key}"] = Bound(floor, cap, since)

    def _money(self, control: str, key: str, money: dict[str, Money]) -> None:
        for measure, (amount, currency) in money.items():
            self.claim(control, measure, key, amount, currency)

    def _see(self, control: str, key: str, at: datetime | None) -> None:
        if at and at != self.truth.first_detectable_at:
            self.truth.seen_from[f"{control} {key}"] = at

    def _expect(self, amount: Decimal, currency: str, group: Decimal) -> None:
        truth = self.truth
        if truth.expected_ccy in ("", currency):
            truth.expected_ccy = currency
            truth.expected_amount_tc += amount
        else:
            # Several currencies under one root are only ever added up in the group's.
            truth.expected_ccy = GROUP_CURRENCY
            truth.expected_amount_tc = truth.expected_amount_gc + group
        truth.expected_amount_gc += group
        truth.expected_severity = severity(
            truth.control_code, truth.expected_amount_gc, self.scene.as_of
        )

    # What the systems say instead.
    def create(self, system: str, kind: str, own: str, at: datetime, **fields: Any) -> None:
        key = (system, kind, own)
        before = list(self.book.history(key))
        self.scene.world.say(system, kind, own, at, **fields)
        said = [one for one in self.book.history(key) if one not in before]
        self._lay(key, lambda history: in_order([*history, *said]), before)

    def amend(self, system: str, kind: str, own: str, at: datetime, **fields: Any) -> None:
        """From `at` on the record says so, whatever it would have said of these fields."""

        def change(history: list[Saying]) -> list[Saying]:
            kept = [(when, said if when <= at else without(said, fields)) for when, said in history]
            told = [one for one in kept if one[1]]
            insort(told, (at, fields), key=lambda saying: saying[0])
            return told

        self._lay((system, kind, own), change)

    def rewrite(self, system: str, kind: str, own: str, **fields: Any) -> None:
        """As if the record had said so from the beginning."""

        def change(history: list[Saying]) -> list[Saying]:
            later = [(when, without(said, fields)) for when, said in history[1:]]
            first = [(at, {**said, **fields}) for at, said in history[:1]]
            return [*first, *(one for one in later if one[1])]

        self._lay((system, kind, own), change)

    def truncate(self, system: str, kind: str, own: str, after: datetime) -> None:
        """What the record said later never happened."""
        self._lay((system, kind, own), lambda told: [one for one in told if one[0] <= after])

    def remove(self, system: str, kind: str, own: str) -> None:
        self._lay((system, kind, own), lambda history: [])

    def add(
        self,
        system: str,
        kind: str,
        own: str,
        *,
        since: datetime | None = None,
        **deltas: Decimal | int,
    ) -> None:
        """Shift numbers, in every saying that holds them, or every one since an instant."""
        key = (system, kind, own)
        deltas = {name: delta for name, delta in deltas.items() if delta}
        if deltas and self.book.history(key):
            self._lay(
                key,
                lambda history: [
                    (at, said if since and at < since else shifted(said, deltas))
                    for at, said in history
                ],
            )

    def drop(self, system: str, kind: str, own: str, name: str, word: str) -> None:
        """Take a word out of a list field, in every saying that holds it."""
        self._lay(
            (system, kind, own),
            lambda history: [
                (at, {**said, name: tuple(one for one in said[name] if one != word)})
                if name in said
                else (at, said)
                for at, said in history
            ],
        )

    def made(self, key: Key) -> None:
        """The record was written by other hands on behalf of this case."""
        said = list(self.book.history(key))
        self._lay(key, lambda history: in_order([*history, *said]), [])

    @contextmanager
    def about(self, work: str) -> Iterator[None]:
        """What is changed meanwhile is about one piece of work, as `system:native id`."""
        self._about = work
        yield
        self._about = ""

    def stand_before(self, work: str) -> None:
        """Whoever mends what another fault did to that work finds it waiting behind this one."""
        self.scene.layers.behind[work] = self

    def inherit(self, key: Key, layer: Layer) -> None:
        """What another did to a record is taken away with this case."""
        self._changed[key] = None
        layer.case = self

    def _lay(self, key: Key, change: Change, before: list[Saying] | None = None) -> None:
        if key not in self._changed:
            self._changed[key] = None
            self.truth.changed.append(key)
        self.scene.layers.lay(key, Layer(self, self._about, change), before)

    # The fix, at an instant: records say what they should, as new versions.

    def mend(self, at: datetime) -> None:
        for key, told in self.scene.layers.lift(self, self._changed).items():
            self._restore(key, told, at)
        self.truth.mended_at = at

    def holds(self, works: Collection[str]) -> set[str]:
        """Which of these pieces of work the case still spoils."""
        return self.scene.layers.works_of(self, self._changed) & set(works)

    def let_through(self, works: Collection[str], at: datetime) -> None:
        """Some of its work goes its way after all; the case is over when nothing is left of it."""
        for key, told in self.scene.layers.lift(self, self._changed, works).items():
            self._restore(key, told, at)
        if not any(self.scene.layers.hold(self, key) for key in self._changed):
            self.truth.mended_at = at

    def _restore(self, key: Key, healthy: list[Saying], at: datetime) -> None:
        said = [one for one in self.book.history(key) if one[0] <= at]
        if healthy == self.book.history(key):
            return
        if not said:
            self.book.replace(key, healthy)
            return
        due: dict[str, Any] = {}
        for when, fields in healthy:
            if when <= at:
                due.update(fields)
        if due:
            due = emptied(said, due) | due
            right = max(at, said[-1][0] + ONE_SECOND)
            self.book.replace(key, [*said, (right, due), *(h for h in healthy if h[0] > at)])
        elif key[1] == "project_actual":
            self.book.replace(key, said)
            self._reverse(key, at)
        else:
            self.book.replace(key, [*said, (max(at, said[-1][0]), {"is_deleted": True})])

    def _reverse(self, key: Key, at: datetime) -> None:
        """A ledger line is never deleted: a second one takes it back, on the day it is written."""
        row = self.book.row(key) or {}
        opposite = {
            name: value
            for name, value in row.items()
            if name not in ("source_id", "source_version", "source_updated_at")
        }
        for name in ("hours", "cost_amount", "cost_amount_functional", "bill_amount"):
            if opposite.get(name) is not None:
                opposite[name] = -opposite[name]
        opposite |= {
            "txn_type": "reversal", "reversal_of": key[2], "posted_at": at,
            "accounting_date": at.date(),
        }  # fmt: skip
        self.book.say(key[0], key[1], f"{key[2]}-REV", at, opposite)
