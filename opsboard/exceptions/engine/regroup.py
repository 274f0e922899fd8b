"""From items to groups, owners and deadlines: derived once per pipeline, after all controls."""

import json
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from opsboard.exceptions.engine.coming_back import bring_back
from opsboard.exceptions.engine.deadlines import times
from opsboard.exceptions.engine.escalating import TURN, follow
from opsboard.exceptions.engine.settle import read
from opsboard.exceptions.guard import as_engine

AS_TOUCHED = "create temp table touched on commit drop as select key from exceptions_touched"


@transaction.atomic
def regroup(as_of: datetime, config: Any, *, in_close_window: bool = False) -> None:
    """Make groups, owners and deadlines follow what the controls settled since the last time."""
    values = {
        "as_of": as_of,
        "t1": config.thresholds.t1,
        "t2": config.thresholds.t2,
        "t3": config.thresholds.t3,
        "sla": json.dumps(times(config)),
        "close_day": config.firm.close_day,
    }
    with as_engine(), connection.cursor() as cursor:
        cursor.execute(TURN)
        # New touches wait for the next time; what stands now is worked off.
        cursor.execute("lock table exceptions_touched in exclusive mode")
        bring_back(cursor, values)
        for name in ("closing", "age", "hang"):
            cursor.execute(read(name), values)
        cursor.execute(AS_TOUCHED)
        for name in ("regroup", "lapse"):
            cursor.execute(read(name), values)
        follow(cursor, as_of, config, in_close_window=in_close_window)
        for name in ("ineffective", "names", "fold_tally"):
            cursor.execute(read(name), values)
        cursor.execute("delete from exceptions_touched")
        cursor.execute("drop table cause, touched, closing")
