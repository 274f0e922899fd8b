"""The resolution clock stands still while a group waits for what its owner cannot hasten (F.2)."""

from datetime import datetime
from typing import Any

from django.db import connection

from opsboard.clock import now

# The deadline of people moves, that of the close does not. While the clock pauses the stored
# instants stand for the longest pause.
MOVED = """
    update exceptions_group
    set paused_at = %(at)s,
        pause_ends_at = %(until)s,
        pause_reason = %(reason)s,
        sla_at = after_working_minutes(calendar, sla_at, pause.minutes),
        due_at = least(
            after_working_minutes(calendar, coalesce(sla_at, due_at), pause.minutes), cutoff_at
        )
    from (
        select worked_minutes(held.calendar, %(until)s) - worked_minutes(held.calendar, %(at)s)
            as minutes
        from exceptions_group held
        where held.id = %(group)s
    ) pause
    where id = %(group)s
      and paused_at is null
"""
BACK = """
    update exceptions_group
    set paused_at = null,
        pause_ends_at = null,
        pause_reason = '',
        paused_minutes = paused_minutes + pause.used,
        sla_at = after_working_minutes(calendar, sla_at, -pause.unused),
        due_at = least(
            after_working_minutes(calendar, coalesce(sla_at, due_at), -pause.unused), cutoff_at
        )
    from (
        select
            worked_minutes(held.calendar, least(%(at)s, held.pause_ends_at))
                - worked_minutes(held.calendar, held.paused_at) as used,
            worked_minutes(held.calendar, held.pause_ends_at)
                - worked_minutes(held.calendar, least(%(at)s, held.pause_ends_at)) as unused
        from exceptions_group held
        where held.id = %(group)s
    ) pause
    where id = %(group)s
      and paused_at is not null
"""


def pause(group: Any, reason: str, until: datetime) -> None:
    """From now until an instant at the latest the clock of the group does not run."""
    _set(group, MOVED, at=now(), until=until, reason=reason)


def resume(group: Any) -> None:
    """The clock goes on; what was not used of the pause is taken from the deadline again."""
    _set(group, BACK, at=now())


def _set(group: Any, sql: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"group": group.pk, **values})
    group.refresh_from_db(
        fields=["paused_at", "pause_ends_at", "pause_reason", "due_at", "sla_at", "paused_minutes"]
    )
