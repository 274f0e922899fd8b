"""Atoms counted anew where people settled, or brought back, what claims them."""

from collections.abc import Iterable
from pathlib import Path

from django.db import connection, transaction

COUNT = Path(__file__).parent.parent / "sql" / "count_atoms.sql"


@transaction.atomic
def recount(groups: Iterable[int]) -> None:
    """Money follows: of what these groups' items claim, the ledger counts what is unsettled now.

    The claims stay, because their control still finds the items; only the count moves.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "create temp table moved_atom on commit drop as"
            " select distinct held.atom from exceptions_exposure held"
            " join exceptions_exceptionitem item on item.id = held.item_id"
            " where item.group_id = any(%s)",
            [list(groups)],
        )
        cursor.execute(COUNT.read_text())
        cursor.execute("drop table moved_atom")
