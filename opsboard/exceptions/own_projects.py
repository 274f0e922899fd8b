"""The projects of a project manager, who works and sees no others (domain.md E.2)."""

from pathlib import Path
from typing import Any

from django.db import connection

from opsboard.people.roles import Role

SQL = Path(__file__).parent / "sql" / "own_projects.sql"
# These roles see of their workflows what their own projects hold.
BY_PROJECT = {Role.PROJECT_MANAGER}


def is_bound(person: Any) -> bool:
    return person.role in BY_PROJECT


def own_projects(person: Any) -> list[int]:
    """Canonical ids, read once for each reader; whoever has no worker number manages nothing."""
    if not is_read(person):
        person._projects = _read(person) if person.worker_no else []
    return person._projects


def is_read(person: Any) -> bool:
    # The reader of a request is a lazy object: its own __dict__ is not the person's.
    return hasattr(person, "_projects")


def asked(person: Any) -> tuple[str, list[Any]]:
    """The question as one of several in a statement; `keep` takes its answer."""
    sql = f"select coalesce(jsonb_agg(canonical_id), '[]') from ({SQL.read_text()}) mine"
    return sql, [person.worker_no] * 2


def keep(person: Any, ids: list[int]) -> None:
    person._projects = ids


def _read(person: Any) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(SQL.read_text(), [person.worker_no] * 2)
        return [pk for (pk,) in cursor.fetchall()]
