"""Pages by keyset: the next page starts after the last row seen, so its cost does not grow.

Rows without the ordering value come last. A cursor is signed: nobody reads on from an invented one.
"""

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet

SALT = "opsboard.exceptions.page"


class BadCursor(ValueError):
    """A page that this list never offered."""


@dataclass(frozen=True, slots=True)
class Order:
    """How a list runs: by `column`, among equals by `then` from the largest, last by id.

    `shown` and `then_shown` name the two in the rows.
    """

    name: str
    column: str
    shown: str
    down: bool = False
    id_down: bool = False
    then: str = ""
    then_shown: str = ""

    def keys(self, *, back: bool) -> list[str]:
        return [_key(self.column, down=self.down != back), *self.ties(back=back)]

    def ties(self, *, back: bool) -> list[str]:
        """What parts rows that are equal in `column`."""
        then = [_key(self.then, down=not back)] if self.then else []
        return [*then, _key("id", down=self.id_down != back)]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the cursors of its neighbours; None where there is none."""

    rows: list[dict]
    before: str | None
    after: str | None


def page_of(rows: QuerySet, order: Order, cursor: str, size: int) -> Page:
    """The page that starts where `cursor` says; an empty cursor is the first page."""
    back, *start = _open(order, cursor) if cursor else (False, None, None, None)
    found = _take(rows, order, start, size + 1, back=back)
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    has_before, has_after = (more, True) if back else (bool(cursor), more)
    return Page(
        found,
        _seal(order, found[0], back=True) if found and has_before else None,
        _seal(order, found[-1], back=False) if found and has_after else None,
    )


def _take(rows: QuerySet, order: Order, start: list, size: int, *, back: bool) -> list[dict]:
    """First the rows with a value, then those without; the other way round going back."""
    value, then, pk = start
    having = rows.filter(**{f"{order.column}__isnull": False}).order_by(*order.keys(back=back))
    lacking = rows.filter(**{f"{order.column}__isnull": True}).order_by(*order.ties(back=back))
    if pk is None:
        parts = [having, lacking]
    elif value is None:
        parts = [lacking.filter(_beyond_ties(order, then, pk, back=back)), having]
        parts = parts if back else parts[:1]
    else:
        parts = [having.filter(_beyond(order, value, then, pk, back=back)), lacking]
        parts = parts[:1] if back else parts
    found: list[dict] = []
    for part in parts:
        if len(found) < size:
            found += part[: size - len(found)]
    return found


def _beyond(order: Order, value: Any, then: Any, pk: int, *, back: bool) -> Q:
    """The first condition bounds the index scan; the second parts the rows that tie."""
    side = "lt" if order.down != back else "gt"
    bound = Q(**{f"{order.column}__{side}e": value})
    ties = _beyond_ties(order, then, pk, back=back)
    return bound & (Q(**{f"{order.column}__{side}": value}) | ties)


def _beyond_ties(order: Order, then: Any, pk: int, *, back: bool) -> Q:
    by_id = _beyond_id(order, pk, back=back)
    if not order.then:
        return by_id
    side = "gt" if back else "lt"
    return Q(**{f"{order.then}__{side}": then}) | (Q(**{order.then: then}) & by_id)


def _beyond_id(order: Order, pk: int, *, back: bool) -> Q:
    return Q(id__lt=pk) if order.id_down != back else Q(id__gt=pk)


def _key(column: str, *, down: bool) -> str:
    return f"-{column}" if down else column


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
