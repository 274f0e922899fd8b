"""What becomes due by time alone: deadlines that pass, the steps of the ladder, pauses that end."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from opsboard.exceptions.engine.deadlines import set_deadlines
from opsboard.exceptions.engine.owning import LIMIT, own
from opsboard.exceptions.engine.settle import read
from opsboard.exceptions.guard import as_engine
from opsboard.people.absences import away_at

# Of several processes one derives at a time.
TURN = "select pg_advisory_xact_lock(hashtext('exceptions.regroup'))"
TRY_TURN = "select pg_try_advisory_xact_lock(hashtext('exceptions.regroup'))"
NOTHING_TOUCHED = "create temp table touched (key text) on commit drop"


@transaction.atomic
def watch(as_of: datetime, config: Any, *, in_close_window: bool = False) -> bool:
    """What a minute changes although nothing was pulled: who is away, what nobody took, what is
    late. False when a turn derives all of it anyway."""
    with as_engine(), connection.cursor() as cursor:
        cursor.execute(TRY_TURN)
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(read("closing"), {"as_of": as_of, "close_day": config.firm.close_day})
        cursor.execute(NOTHING_TOUCHED)
        follow(cursor, as_of, config, in_close_window=in_close_window)
        cursor.execute(read("fold_tally"))
        cursor.execute("drop table touched, closing")
    return True


def follow(cursor: Any, as_of: datetime, config: Any, *, in_close_window: bool) -> None:
    """Owners, then deadlines, then what has passed. Wants `touched` and `closing`."""
    own(cursor, as_of, config)
    set_deadlines(cursor, as_of, config, in_close_window=in_close_window)
    alone = [pk for pk, one in away_at(as_of).items() if one.delegate is None]
    values = {"as_of": as_of, "limit": LIMIT, "alone": alone}
    for name in ("resume", "breach", "escalate"):
        cursor.execute(read(name), values)
