"""Pages by keyset: the next page starts after the last row seen, so its cost does not grow.

A cursor is signed: nobody reads on from an invented one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet

from opsboard.clock import now
from opsboard.exceptions.queue import branches
from opsboard.exceptions.queue.branches import Key
from opsboard.exceptions.queue.sparse import take_sparse

SALT = "opsboard.exceptions.page"


class BadCursor(ValueError):
    """A page that this list never offered."""


@dataclass(frozen=True, slots=True)
class Order:
    """How a list runs: by `column`, among equals by `then` from the largest, last by id.

    `shown` and `then_shown` name the two in the rows. `by_day` is the order of the queue, in which
    what is late comes before all days, `late_only` its beginning. A `sparse` column may be empty;
    rows without it come last.
    """

    name: str
    column: str
    shown: str
    down: bool = False
    id_down: bool = False
    then: str = ""
    then_shown: str = ""
    by_day: bool = False
    late_only: bool = False
    sparse: bool = False

    def ordering(self, *, back: bool = False) -> list[str]:
        """For `order_by`; of the order by day only what the database has of it."""
        return branches.ordering(self.keys, back=back)

    @property
    def keys(self) -> list[Key]:
        then = [Key(self.then, down=True)] if self.then else []
        first = [] if self.column == "id" else [Key(self.column, down=self.down)]
        return [*first, *then, Key("id", down=self.id_down)]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the cursors of its neighbours; None where there is none."""

    rows: list[dict]
    before: str | None
    after: str | None


def page_of(
    rows: QuerySet, order: Order, cursor: str, size: int, lists: Sequence[Q] = (Q(),)
) -> Page:
    """The page that starts where `cursor` says; an empty cursor is the first page.

    `lists` are conditions that part the rows, each row into one (see `apart.py`).
    """
    back, *start = _open(order, cursor) if cursor else (False, None, None, None)
    found = _take(rows, order, start, size + 1, lists, back=back)
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    has_before, has_after = (more, True) if back else (bool(cursor), more)
    return Page(
        found,
        _seal(order, found[0], back=True) if found and has_before else None,
        _seal(order, found[-1], back=False) if found and has_after else None,
    )


def in_order(rows: QuerySet, order: Order, at: datetime) -> QuerySet:
    """The whole list, for a file."""
    if not order.by_day:
        return rows.order_by(*order.ordering())
    keys = [Key("day"), *order.keys[1:]]
    return rows.annotate(day=branches.day_at(at)).order_by(*branches.ordering(keys, back=False))


def _take(
    rows: QuerySet, order: Order, start: list, size: int, lists: Sequence[Q], *, back: bool
) -> list[dict]:
    if order.sparse:
        return take_sparse(rows, order.keys, start, size, back=back)
    first, then, pk = start
    values = [] if pk is None else [first, *([then] if order.then else []), pk]
    if order.column == "id":
        values = values[1:]
    at, keys = now(), order.keys
    if order.by_day:
        rows, keys = rows.annotate(day=branches.day_at(at)), [Key("day"), *keys[1:]]
    parts: list[QuerySet] = []
    for one in (rows.filter(condition) for condition in lists):
        if order.by_day:
            late = order.late_only
            parts += branches.by_day(one, order.keys, values, at, back=back, late=late)
        else:
            parts += branches.beyond(one, keys, values, back=back)
    return list(branches.first_of(rows, parts, keys, size, back=back))


def _seal(order: Order, row: dict, *, back: bool) -> str:
    then = _text(row[order.then_shown]) if order.then else None
    place = [order.name, back, _text(row[order.shown]), then, row["id"]]
    return signing.dumps(place, salt=SALT)


def _text(value: Any) -> str | None:
    return None if value is None else getattr(value, "isoformat", value.__str__)()


def _open(order: Order, cursor: str) -> tuple[bool, Any, Any, int]:
    try:
        name, back, text, then, pk = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise BadCursor(cursor) from None
    if name != order.name:
        raise BadCursor(cursor)
    return back, text, then, pk
