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
    """How a list runs: by `column` and, among equals, by id. `shown` names it in the rows."""

    name: str
    column: str
    shown: str
    down: bool = False
    id_down: bool = False

    def keys(self, *, back: bool) -> tuple[str, str]:
        return _key(self.column, down=self.down != back), _key("id", down=self.id_down != back)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the cursors of its neighbours; None where there is none."""

    rows: list[dict]
    before: str | None
    after: str | None


def page_of(rows: QuerySet, order: Order, cursor: str, size: int) -> Page:
    """The page that starts where `cursor` says; an empty cursor is the first page."""
    back, value, pk = _open(order, cursor) if cursor else (False, None, None)
    found = _take(rows, order, (value, pk), size + 1, back=back)
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    has_before, has_after = (more, True) if back else (bool(cursor), more)
    return Page(
        found,
        _seal(order, found[0], back=True) if found and has_before else None,
        _seal(order, found[-1], back=False) if found and has_after else None,
    )


def _take(rows: QuerySet, order: Order, start: tuple, size: int, *, back: bool) -> list[dict]:
    """First the rows with a value, then those without; the other way round going back."""
    value, pk = start
    keys = order.keys(back=back)
    having = rows.filter(**{f"{order.column}__isnull": False}).order_by(*keys)
    lacking = rows.filter(**{f"{order.column}__isnull": True}).order_by(keys[1])
    if pk is None:
        parts = [having, lacking]
    elif value is None:
        parts = [lacking.filter(_beyond_id(order, pk, back=back)), having]
        parts = parts if back else parts[:1]
    else:
        parts = [having.filter(_beyond(order, value, pk, back=back)), lacking]
        parts = parts[:1] if back else parts
    found: list[dict] = []
    for part in parts:
        if len(found) < size:
            found += part[: size - len(found)]
    return found


def _beyond(order: Order, value: Any, pk: int, *, back: bool) -> Q:
    """The first condition bounds the index scan; the second parts the rows that tie."""
    side = "lt" if order.down != back else "gt"
    bound = Q(**{f"{order.column}__{side}e": value})
    return bound & (Q(**{f"{order.column}__{side}": value}) | _beyond_id(order, pk, back=back))


def _beyond_id(order: Order, pk: int, *, back: bool) -> Q:
    return Q(id__lt=pk) if order.id_down != back else Q(id__gt=pk)


def _key(column: str, *, down: bool) -> str:
    return f"-{column}" if down else column


def _seal(order: Order, row: dict, *, back: bool) -> str:
    value = row[order.shown]
    text = None if value is None else getattr(value, "isoformat", value.__str__)()
    return signing.dumps([order.name, back, text, row["id"]], salt=SALT)


def _open(order: Order, cursor: str) -> tuple[bool, Any, int]:
    try:
        name, back, text, pk = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise BadCursor(cursor) from None
    if name != order.name:
        raise BadCursor(cursor)
    return back, text, pk
