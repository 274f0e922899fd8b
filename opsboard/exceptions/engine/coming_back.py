"""What time and data bring back: waivers at their end, snoozes, requests that nobody decided."""

from typing import Any

from opsboard.exceptions.engine.settle import read

# Business days after which a request is over; its clock pauses for the first of them only.
DECIDE_WITHIN = 5


def bring_back(cursor: Any, values: dict[str, Any]) -> None:
    """Before groups are derived: what comes back counts again, and takes its place among them.

    Run as the engine, in its transaction; `values` gives `as_of` and `t1`.
    """
    given = values | {"decide_within": DECIDE_WITHIN}
    for name in ("wake", "unanswered", "held", "overtake"):
        cursor.execute(read(name), given)
    cursor.execute(read("count_atoms"))
    cursor.execute("drop table moved_atom")
