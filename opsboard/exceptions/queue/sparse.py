"""Pages of a list whose column may be empty: rows without a value come last, by the other keys."""

from typing import Any

from django.db.models import QuerySet

from opsboard.exceptions.queue.branches import Key, beyond, ordering


def take_sparse(
    rows: QuerySet, keys: list[Key], start: list[Any], size: int, *, back: bool
) -> list[dict]:
    """First the rows with a value, then those without; the other way round going back."""
    first, (value, _, pk) = keys[0], start
    having = rows.filter(**{f"{first.column}__isnull": False})
    lacking = rows.filter(**{f"{first.column}__isnull": True})
    by, ties = ordering(keys, back=back), ordering(keys[1:], back=back)
    if pk is None:
        parts = [having.order_by(*by), lacking.order_by(*ties)]
    elif value is None:
        rest = beyond(lacking, keys[1:], [pk], back=back)
        parts = [*rest, having.order_by(*by)] if back else rest
    else:
        rest = beyond(having, keys, [value, pk], back=back)
        parts = rest if back else [*rest, lacking.order_by(*ties)]
    found: list[dict] = []
    for part in parts:
        if len(found) < size:
            found += part[: size - len(found)]
    return found
