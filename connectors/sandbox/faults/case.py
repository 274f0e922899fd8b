"""One fault in the making: it changes what systems say, and notes down what it did.

The healthy history of whatever a case touches is kept, so that the case can be mended later.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from connectors.sandbox.book import Key, Saying
from connectors.sandbox.calendar import GROUP_CURRENCY
from connectors.sandbox.truth import MEASURES, Claim, Truth, severity

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
        self.healthy: dict[Key, list[Saying]] = {}
        self.deltas: dict[Key, dict[str, Decimal | int]] = {}
        self.dropped: list[tuple[Key, str, str]] = []
        self._changed: set[Key] = set()
        self._shifted_first: set[Key] = set()
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
        """A subject of the control, and what it claims on itself of the expected measure.

        `money` says more: `cost_at_risk=(amount, currency)`. Other atoms are told with `claim`.
        """
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
            truth.control_code,
            truth.expected_amount_gc,
            in_close_window=self.scene.in_close_window,
        )

    # What the systems say instead.

    def create(self, system: str, kind: str, own: str, at: datetime, **fields: Any) -> None:
        self._touch((system, kind, own))
        self.scene.world.say(system, kind, own, at, **fields)

    def amend(self, system: str, kind: str, own: str, at: datetime, **fields: Any) -> None:
        """From `at` on the record says so, whatever it would have said of these fields."""
        sayings = self._touch((system, kind, own))
        kept = [(when, said if when <= at else _without(said, fields)) for when, said in sayings]
        self.book.replace((system, kind, own), [one for one in kept if one[1]])
        self.book.say(system, kind, own, at, fields)

    def rewrite(self, system: str, kind: str, own: str, **fields: Any) -> None:
        """As if the record had said so from the beginning."""
        (at, first), *rest = self._touch((system, kind, own))
        later = [(when, _without(said, fields)) for when, said in rest]
        history = [(at, {**first, **fields}), *(one for one in later if one[1])]
        self.book.replace((system, kind, own), history)

    def truncate(self, system: str, kind: str, own: str, after: datetime) -> None:
        """What the record said later never happened."""
        sayings = self._touch((system, kind, own))
        self.book.replace((system, kind, own), [one for one in sayings if one[0] <= after])

    def remove(self, system: str, kind: str, own: str) -> None:
        self._touch((system, kind, own))
        self.book.replace((system, kind, own), [])

    def add(self, system: str, kind: str, own: str, **deltas: Decimal | int) -> None:
        """Shift numbers, in every saying that holds them; totals take part in many cases."""
        key = (system, kind, own)
        deltas = {name: delta for name, delta in deltas.items() if delta}
        if not deltas or not self.book.history(key):
            return
        self.note(key)
        known = self.deltas.setdefault(key, {})
        for name, delta in deltas.items():
            known[name] = known.get(name, 0) + delta
        shifted = [(at, _shifted(said, deltas)) for at, said in self.book.history(key)]
        self.book.replace(key, shifted)

    def drop(self, system: str, kind: str, own: str, name: str, word: str) -> None:
        """Take a word out of a list field, in every saying that holds it."""
        key = (system, kind, own)
        self.note(key)
        self.dropped.append((key, name, word))
        history = [
            (at, {**said, name: tuple(one for one in said[name] if one != word)})
            if name in said
            else (at, said)
            for at, said in self.book.history(key)
        ]
        self.book.replace(key, history)

    def _touch(self, key: Key) -> list[Saying]:
        history = self.book.history(key)
        if key not in self.healthy:
            self.healthy[key] = list(history)
            # Only then do its shifts have to be taken back besides.
            if key in self.deltas:
                self._shifted_first.add(key)
        self.note(key)
        return list(history)

    def note(self, key: Key) -> None:
        """The record differs from the healthy firm's."""
        if key not in self._changed:
            self._changed.add(key)
            self.truth.changed.append(key)

    def made(self, key: Key) -> None:
        """The record was written by other hands on behalf of this case."""
        self.healthy.setdefault(key, [])
        self.note(key)

    # The fix, at an instant: records say what they should, as new versions.

    def mend(self, at: datetime) -> None:
        for key, healthy in self.healthy.items():
            self._restore(key, healthy, at)
        for key, deltas in self.deltas.items():
            if key not in self.healthy or key in self._shifted_first:
                self._shift_back(key, deltas, at)
        for key, name, word in self.dropped:
            if key not in self.healthy or key in self._shifted_first:
                self._put_back(key, name, word, at)
        self.truth.mended_at = at

    def _shift_back(self, key: Key, deltas: dict[str, Decimal | int], at: datetime) -> None:
        row = self.book.row(key, at)
        if row is None:
            back = {name: -delta for name, delta in deltas.items()}
            history = self.book.history(key)
            self.book.replace(key, [(when, _shifted(said, back)) for when, said in history])
        else:
            right = {name: row[name] - delta for name, delta in deltas.items() if name in row}
            self.book.say(*key, at, right)

    def _put_back(self, key: Key, name: str, word: str, at: datetime) -> None:
        """What was not said yet by then will be said with the word in it."""
        row = self.book.row(key, at)
        if row is not None:
            self.book.say(*key, at, {name: tuple(sorted((*row[name], word)))})
            return
        history = [
            (when, {**said, name: tuple(sorted((*said[name], word)))} if name in said else said)
            for when, said in self.book.history(key)
        ]
        self.book.replace(key, history)

    def _restore(self, key: Key, healthy: list[Saying], at: datetime) -> None:
        said = [one for one in self.book.history(key) if one[0] <= at]
        if not said:
            self.book.replace(key, healthy)
            return
        due: dict[str, Any] = {}
        for when, fields in healthy:
            if when <= at:
                due.update(fields)
        if due:
            right = max(at, said[-1][0] + ONE_SECOND)
            self.book.replace(key, [*said, (right, due), *(h for h in healthy if h[0] > at)])
        elif key[1] == "project_actual":
            self.book.replace(key, said)
            self._reverse(key, at)
        else:
            self.book.replace(key, [*said, (max(at, said[-1][0]), {"is_deleted": True})])

    def _reverse(self, key: Key, at: datetime) -> None:
        """A ledger line is never deleted: a second one takes it back."""
        row = self.book.row(key) or {}
        opposite = {
            name: value
            for name, value in row.items()
            if name not in ("source_id", "source_version", "source_updated_at")
        }
        for name in ("hours", "cost_amount", "cost_amount_functional", "bill_amount"):
            if opposite.get(name) is not None:
                opposite[name] = -opposite[name]
        opposite |= {"txn_type": "reversal", "reversal_of": key[2], "posted_at": at}
        self.book.say(key[0], key[1], f"{key[2]}-REV", at, opposite)


def _without(said: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    if not fields.keys() & said.keys():
        return said
    return {name: value for name, value in said.items() if name not in fields}


def _shifted(said: dict[str, Any], deltas: dict[str, Any]) -> dict[str, Any]:
    moved = {
        name: said[name] + delta for name, delta in deltas.items() if said.get(name) is not None
    }
    return {**said, **moved} if moved else said
