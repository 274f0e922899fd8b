"""The rows after a place in an order, as parts that each are one scan of an index.

"After (day, money, id)" is: the same day and money and a higher id; or the same day and less money;
or a later day. Said as one condition, a database reads from the beginning of the day.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    DateField,
    F,
    Func,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from opsboard.exceptions.models.group import LATE


@dataclass(frozen=True, slots=True)
class Key:
    column: str
    down: bool = False


def ordering(keys: list[Key], *, back: bool) -> list[str]:
    return [f"-{key.column}" if key.down != back else key.column for key in keys]


def day_at(at: datetime) -> Case:
    """The day of a group's deadline; LATE also for what the engine has not yet seen to be late."""
    late = When(due_at__lt=at, then=Value(LATE))
    return Case(late, default=F("due_on"), output_field=DateField())


def beyond(rows: QuerySet, keys: list[Key], values: list, *, back: bool) -> list[QuerySet]:
    """The rows after these values, each part in order; all of them when no values are given."""
    if not values:
        return [rows.order_by(*ordering(keys, back=back))]
    parts = []
    for number, key in reversed(list(enumerate(keys))):
        same = {before.column: values[at] for at, before in enumerate(keys[:number])}
        side = "lt" if key.down != back else "gt"
        found = rows.filter(**same, **{f"{key.column}__{side}": values[number]})
        parts.append(found.order_by(*ordering(keys[number:], back=back)))
    return parts


def by_day(
    rows: QuerySet, keys: list[Key], values: list, at: datetime, *, back: bool, late: bool
) -> list[QuerySet]:
    """The parts of the queue's order: what is late, what turned late since the engine looked, and
    what is to come. `late` leaves out the last.
    """
    gone = [rows.filter(due_on=LATE), rows.filter(awaited_at__lt=at)]
    coming = rows.filter(Q(due_at__gte=at) | Q(due_at=None), due_on__gt=LATE)
    is_late = bool(values) and values[0] == LATE.isoformat()
    parts: list[QuerySet] = []
    if is_late or not values or back:
        start = values[1:] if is_late else []
        parts += [part for one in gone for part in beyond(one, keys[1:], start, back=back)]
    if not late and not (is_late and back):
        parts += beyond(coming, keys, [] if is_late else values, back=back)
    return parts


def first_of(
    rows: QuerySet, parts: list[QuerySet], keys: list[Key], size: int, *, back: bool
) -> QuerySet:
    """The first rows of all parts together, in one statement."""
    if not parts:
        return rows.none()
    columns = [key.column for key in keys if key.column != "id"]
    found = [Subquery(part.values(*columns, "id")[:size]) for part in parts]
    order = ordering(keys, back=back)
    return rows.filter(_First(found, order, size)).order_by(*order)


class _First(Func):
    """Whether the row is among the first of several parts, found by the keys alone."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, parts: list[Subquery], order: list[str], size: int):
        super().__init__(F("pk"), *parts)
        self.order, self.size = order, size

    def as_sql(self, compiler, connection, **_) -> tuple[str, list[Any]]:
        (pk, _), *parts = [compiler.compile(one) for one in self.get_source_expressions()]
        by = ", ".join(f"{one.lstrip('-')}{' desc' if one[0] == '-' else ''}" for one in self.order)
        all_of_them = " union all ".join(text for text, _ in parts)
        first = f"select id from ({all_of_them}) part order by {by} limit {self.size:d}"
        return f"{pk} = any(array({first}))", [one for _, given in parts for one in given]
