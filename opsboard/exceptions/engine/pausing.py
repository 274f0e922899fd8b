"""The resolution clock stands still while a group waits for what its owner cannot hasten (F.2)."""

from datetime import datetime
from typing import Any

from django.db import connection

from opsboard.clock import now

# The deadline of people moves, that of the close does not. While the clock pauses the stored
# instants stand for the longest pause. What is late already stays late: no pause gives time back.
MOVED = """
    update exceptions_group live
    set paused_at = %(at)s,
        pause_ends_at = %(until)s,
        pause_reason = %(reason)s,
        sla_at = moved.sla_at,
        due_at = least(moved.sla_at, live.cutoff_at),
        escalates_at = null
    from (
        select held.id, case when pause.minutes > 0
            then after_working_minutes(clock.calendar, clock.sla_at, pause.minutes)
            else clock.sla_at end as sla_at
        from exceptions_group held
        cross join lateral (
            select coalesce(nullif(held.calendar, ''), 'default') as calendar,
                coalesce(held.sla_at, held.due_at) as sla_at
        ) clock
        cross join lateral (
            select worked_minutes(clock.calendar, %(until)s)
                - worked_minutes(clock.calendar, %(at)s) as minutes
        ) pause
        where held.id = %(group)s
    ) moved
    where live.id = moved.id
      and live.paused_at is null
      and coalesce(live.sla_at, live.due_at) > %(at)s
      and %(until)s > %(at)s
"""
BACK = """
    update exceptions_group live
    set paused_at = null,
        pause_ends_at = null,
        pause_reason = '',
        paused_minutes = live.paused_minutes + floor(moved.used),
        sla_at = moved.sla_at,
        due_at = least(moved.sla_at, live.cutoff_at),
        escalates_at = null
    from (
        select held.id, pause.used, case when pause.unused > 0
            then after_working_minutes(clock.calendar, clock.sla_at, -pause.unused)
            else clock.sla_at end as sla_at
        from exceptions_group held
        cross join lateral (
            select coalesce(nullif(held.calendar, ''), 'default') as calendar,
                coalesce(held.sla_at, held.due_at) as sla_at,
                least(%(at)s, held.pause_ends_at) as ends_at
        ) clock
        cross join lateral (
            select
                worked_minutes(clock.calendar, clock.ends_at)
                    - worked_minutes(clock.calendar, held.paused_at) as used,
                worked_minutes(clock.calendar, held.pause_ends_at)
                    - worked_minutes(clock.calendar, clock.ends_at) as unused
        ) pause
        where held.id = %(group)s
    ) moved
    where live.id = moved.id
      and live.paused_at is not null
"""
CHANGED = ["paused_at", "pause_ends_at", "pause_reason", "due_at", "sla_at", "paused_minutes"]


def pause(group: Any, reason: str, until: datetime) -> None:
    """From now until an instant at the latest the clock of the group does not run."""
    _set(group, MOVED, at=now(), until=until, reason=reason)


def resume(group: Any) -> None:
    """The clock goes on; what was not used of the pause is taken from the deadline again."""
    _set(group, BACK, at=now())


def _set(group: Any, sql: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"group": group.pk, **values})
    group.refresh_from_db(fields=[*CHANGED, "escalates_at"])
