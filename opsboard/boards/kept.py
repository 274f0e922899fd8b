"""Cells are asked once for all who may see the same, until something moves that they rest on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.core.cache import cache
from django.db import connection

from opsboard.boards.statements import HERE, Asking
from opsboard.boards.tying import Cell, cells

KEEP_FOR = 3600


@dataclass(frozen=True, slots=True)
class Answer:
    """The cells of every period, and the instant that they were asked for."""

    cells: Sequence[Cell]
    as_of: datetime


def kept_cells(asking: Asking) -> Answer:
    """Whoever is bound to companies, or may not see amounts, is asked for apart."""
    asking = replace(asking, entity="")
    key = _key(asking)
    found = cache.get(key) if key else None
    if found is None:
        found = Answer(cells(asking), asking.as_of)
        if key:
            cache.set(key, found, KEEP_FOR)
    return found


def _key(asking: Asking) -> str:
    """Empty while no control has run: what comes in then is not told by any number."""
    with connection.cursor() as cursor:
        cursor.execute((HERE / "sql/last.sql").read_text())
        last: tuple[Any, ...] = cursor.fetchone()
    if last[0] is None:
        return ""
    person, statement = asking.person, asking.statement
    scope = ",".join(sorted(person.entities)) if person else ""
    day = asking.as_of.astimezone(UTC).date()
    name = connection.settings_dict["NAME"]
    sees = statement.may_be_seen_by(person)
    return f"statement:{name}:{statement.code}:{day}:{last}:{scope}:{sees}".replace(" ", "")
