"""What the planner knows of the records; after much was loaded it must be told anew."""

from django.db import connection

from opsboard.records.models import TABLES, CrossReference, Entity


def count_once() -> None:
    """A database that has never counted its rows joins the first of them for minutes."""
    with connection.cursor() as cursor:
        cursor.execute("select reltuples < 0 from pg_class where oid = 'records_entity'::regclass")
        [is_new] = cursor.fetchone()
    if is_new:
        count_rows()


def count_rows() -> None:
    """Of the records alone: nobody who works on other tables waits for it."""
    tables = [table._meta.db_table for table in (*TABLES.values(), Entity, CrossReference)]
    with connection.cursor() as cursor:
        cursor.execute(f"analyze {', '.join(tables)}")
