"""Groups derived at once, where a person took a cause apart or put two together."""

from collections.abc import Iterable
from pathlib import Path

from django.db import connection, transaction

from opsboard.clock import now
from opsboard.config import config
from opsboard.exceptions.guard import as_engine

REGROUP = Path(__file__).parent.parent / "sql" / "regroup.sql"


@transaction.atomic
def derive(keys: Iterable[str]) -> None:
    """Members and amounts of these causes follow their items, each atom counted once.

    Owners and deadlines stay; the next turn looks at them.
    """
    marks = config().thresholds
    values = {"as_of": now(), "t1": marks.t1, "t2": marks.t2, "t3": marks.t3}
    with as_engine(), connection.cursor() as cursor:
        cursor.execute(
            "create temp table touched on commit drop as select unnest(%s::text[]) as key",
            [sorted(set(keys))],
        )
        cursor.execute(REGROUP.read_text(), values)
        cursor.execute("drop table cause, touched")
