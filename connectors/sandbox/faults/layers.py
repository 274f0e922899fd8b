"""What the faults did to each record, one upon the other, so that any of them can be taken away.

Faults meet: an invoice is held back that bills time which was never posted. When one of the two is
mended, the record says what it would say had only the other ever been.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors.sandbox.book import Book, Key, Saying

if TYPE_CHECKING:
    from connectors.sandbox.faults.case import Case

Change = Callable[[list[Saying]], list[Saying]]


@dataclass(slots=True)
class Layer:
    """One change of a record's history by a case, and which piece of work it is about, if any."""

    case: "Case"
    about: str
    change: Change


class Layers:
    """Every record that a fault changed: its history before, and the changes in their order."""

    def __init__(self, book: Book) -> None:
        self.book = book
        # Work that another case stands in front of: it stays where it is when its own is mended.
        self.behind: dict[str, Case] = {}
        self._before: dict[Key, list[Saying]] = {}
        self._laid: dict[Key, list[Layer]] = defaultdict(list)

    def lay(self, key: Key, layer: Layer, before: list[Saying] | None = None) -> None:
        """Change a record; `before` is its history where the change was made already."""
        history = list(self.book.history(key)) if before is None else before
        self._before.setdefault(key, history)
        self._laid[key].append(layer)
        self.book.replace(key, layer.change(list(history)))

    def lift(
        self, case: "Case", keys: Iterable[Key], about: Collection[str] | None = None
    ) -> dict[Key, list[Saying]]:
        """Take a case's changes away: what each of its records would have said without them.

        Of some work alone when `about` names it. Changes about work that waits behind another open
        case become changes of that one.
        """
        found = {}
        for key in keys:
            kept = [
                one
                for one in self._laid[key]
                if (about is not None and one.about not in about) or not self._goes(key, one, case)
            ]
            if len(kept) < len(self._laid[key]):
                self._laid[key] = kept
                found[key] = self._told(key)
        return found

    def hold(self, case: "Case", key: Key) -> bool:
        """Whether something of the case still lies upon the record."""
        return any(layer.case is case for layer in self._laid[key])

    def works_of(self, case: "Case", keys: Iterable[Key]) -> set[str]:
        """Every piece of work that the case's changes of these records are about."""
        return {one.about for key in keys for one in self._laid[key] if one.case is case}

    def _goes(self, key: Key, layer: Layer, case: "Case") -> bool:
        if layer.case is not case:
            return False
        heir = self.behind.get(layer.about)
        if heir is None or heir is case or heir.truth.mended_at:
            return True
        heir.inherit(key, layer)
        return False

    def _told(self, key: Key) -> list[Saying]:
        history = list(self._before[key])
        for layer in self._laid[key]:
            history = layer.change(history)
        return history


def in_order(history: list[Saying]) -> list[Saying]:
    return sorted(history, key=lambda saying: saying[0])


def without(said: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    if not fields.keys() & said.keys():
        return said
    return {name: value for name, value in said.items() if name not in fields}


def shifted(said: dict[str, Any], deltas: dict[str, Any]) -> dict[str, Any]:
    moved = {
        name: said[name] + delta for name, delta in deltas.items() if said.get(name) is not None
    }
    return {**said, **moved} if moved else said


def emptied(said: list[Saying], due: dict[str, Any]) -> dict[str, Any]:
    """Fields that only the fault had filled in, without their words."""
    extra = {name: value for _, fields in said for name, value in fields.items() if name not in due}
    return {
        name: type(value)() if isinstance(value, str | tuple | bool) else None
        for name, value in extra.items()
    }
