"""Which legal entities are in their close window, each on its own calendar (domain.md 0.8)."""

from datetime import datetime

from django.db import connection


def entities_closing(as_of: datetime, close_day: int) -> str:
    """Their codes in one text, so that a run can tell whether anything opened or closed since."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(string_agg(entity, ' ' order by entity), '')"
            " from entity_calendar where in_close_window(calendar, %s, %s)",
            [as_of, close_day],
        )
        return cursor.fetchone()[0]
