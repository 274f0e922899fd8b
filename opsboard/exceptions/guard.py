"""The state machine, told to the database; and the one who may prove things: the engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

from opsboard.exceptions.transitions import pairs

SQL = Path(__file__).parent / "sql"


def install(**_: Any) -> None:
    """Make the guard equal to `transitions.py`, keep days and tally, have tables tidied; after each
    migration."""
    with connection.cursor() as cursor:
        cursor.execute(
            (SQL / "guard.sql")
            .read_text()
            .format(engine=_listed(pairs(by_engine=True)), people=_listed(pairs(by_engine=False)))
        )
        cursor.execute((SQL / "tally.sql").read_text())
        cursor.execute((SQL / "keep_evidence.sql").read_text())
        cursor.execute((SQL / "vacuum.sql").read_text())


def _listed(steps: set) -> str:
    return ", ".join(f"('{source}', '{target}')" for source, target in sorted(steps))


@contextmanager
def as_engine() -> Iterator[None]:
    """For the rest of the block, in this transaction, steps are the engine's."""
    _say("engine")
    yield
    _say("")


def _say(actor: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('opsboard.actor', %s, true)", [actor])
