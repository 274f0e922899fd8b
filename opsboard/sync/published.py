"""The SQL views through which controls and boards read sync."""

from pathlib import Path

from django.db import connection, transaction

from opsboard.ui import freshness

SQL = Path(__file__).parent / "sql"
VIEWS = ("feed", "refused_row")
RULES = {"least": freshness.LEAST, "intervals": freshness.INTERVALS}


@transaction.atomic
def rebuild() -> None:
    """Make the views equal to their files; called after every migration."""
    with connection.cursor() as cursor:
        for name in VIEWS:
            cursor.execute(f"drop view if exists {name} cascade")
            cursor.execute((SQL / f"{name}.sql").read_text(), RULES)
