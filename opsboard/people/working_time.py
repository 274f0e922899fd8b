"""Working time as SQL functions, so that deadlines are computed for whole sets."""

from datetime import datetime
from pathlib import Path

from django.db import connection

FUNCTIONS = Path(__file__).parent / "sql" / "working_time.sql"


def install() -> None:
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS.read_text())


def in_close_window(at: datetime, close_day: int, calendar: str = "default") -> bool:
    """From two working days before a month ends to its close day in the next (domain.md 0.8)."""
    with connection.cursor() as cursor:
        cursor.execute("select in_close_window(%s, %s, %s)", [calendar, at, close_day])
        return cursor.fetchone()[0]
