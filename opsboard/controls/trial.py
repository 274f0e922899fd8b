"""What only the database knows of a firm's own controls: columns, rights and cost.

Nothing is judged and nothing is kept. Without a database there is nothing to tell.
"""

import logging
import re
from collections.abc import Iterator

from django.db import DatabaseError, connection, transaction

from opsboard.controls import judgement, reader
from opsboard.controls.catalogue import Definition
from opsboard.controls.gate import BAR, cost_ratio
from opsboard.controls.own import own_controls

log = logging.getLogger(__name__)
NEEDED = ("subject", "look_at", "title")


def mistakes() -> list[str]:
    found = own_controls().sound.values()
    if not found or not _is_ready():
        return []
    return [f"{one.path.name}: {told}" for one in found if one.sql for told in _try(one)]


def _is_ready() -> bool:
    """Whether there is a database with the views in it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select to_regclass('entity') is not null")
            return cursor.fetchone()[0]
    except DatabaseError:
        return False


def _try(definition: Definition) -> Iterator[str]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"set local statement_timeout = '{reader.PATIENCE}'")
            if reader.exists(cursor):
                cursor.execute(f"set local role {reader.ROLE}")
            else:
                yield f"the role {reader.ROLE} is not there; it runs with opsboard's own rights"
            yield from _column_mistakes(cursor, definition)
            cursor.execute(f"select key from {definition.population} limit 0")
            ratio = cost_ratio(definition)
            if ratio > BAR and not definition.always_full:
                yield (
                    f"judging one subject is planned to cost {ratio:.2f} of a full run, more than"
                    f" {BAR}; see the rules for authors, or say 'incremental: no, <reason>'"
                )
            transaction.set_rollback(True)
    except DatabaseError as error:
        yield _in_words(definition, error)


def _column_mistakes(cursor, definition: Definition) -> Iterator[str]:
    given = judgement.columns_of(cursor, definition, dict(definition.parameters))
    for name in NEEDED:
        if name not in given:
            yield f"the SELECT returns no column {name}"
    casts = [f"{name}::{sort}" for name, sort in judgement.STANDARD.items() if name in given]
    statement, values = judgement.question(definition, dict(definition.parameters))
    cursor.execute(f"select {', '.join(casts)} from ({statement}) control limit 0", values)


def _in_words(definition: Definition, error: DatabaseError) -> str:
    """PostgreSQL's first line, and the line of the file where it says which."""
    said = str(error).strip().splitlines()
    message = said[0] if said else type(error).__name__
    place = next((re.match(r"LINE (\d+):", line) for line in said if line.startswith("LINE")), None)
    head = definition.path.read_text(encoding="utf-8").splitlines()
    before = next((n for n, line in enumerate(head) if not line.startswith("--")), 0)
    return f"{before + int(place[1])}: {message}" if place else message
