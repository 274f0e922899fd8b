"""The role that a firm's own controls run as: it may read the views, and nothing else.

It is made with the views, where the database lets us; where not, an administrator makes it:
`create role opsboard_reader; grant opsboard_reader to <opsboard's user>`.
"""

from typing import Any

from django.db import connection

from connectors.kinds import KINDS
from opsboard.controls.rules import shared_views

ROLE = "opsboard_reader"
# No statement of somebody else's may hold the engine up for longer.
PATIENCE = "20s"
TABLES = ("people_workinterval", "people_businesscalendar")
MAKE = f"""
do $$
begin
    if not exists (select from pg_roles where rolname = '{ROLE}') then
        create role {ROLE} nologin;
    end if;
    if not pg_has_role(current_user, '{ROLE}', 'member') then
        execute format('grant {ROLE} to %I', current_user);
    end if;
exception
    -- Two databases of one cluster are made at once, or we may not make roles.
    when duplicate_object or unique_violation or insufficient_privilege then null;
end
$$
"""


def install(**_: Any) -> None:
    """Make the role, and let it read the views; called after every migration."""
    views = ["entity", "feed", *KINDS, *shared_views(), *TABLES]
    with connection.cursor() as cursor:
        cursor.execute(MAKE)
        if exists(cursor):
            cursor.execute(f"grant usage on schema public to {ROLE}")
            cursor.execute(f"grant select on {', '.join(views)} to {ROLE}")


def exists(cursor: Any) -> bool:
    """Whether the role is there and may be taken."""
    cursor.execute(
        "select coalesce(bool_or(pg_has_role(current_user, oid, 'member')), false)"
        " from pg_roles where rolname = %s",
        [ROLE],
    )
    return cursor.fetchone()[0]


def keep(cursor: Any, source: str, values: dict[str, Any]) -> str:
    """Ask the control as the reader, and keep what it says: the name of a temporary table."""
    borrowed = exists(cursor)
    cursor.execute(f"set local statement_timeout = '{PATIENCE}'")
    if borrowed:
        cursor.execute("select to_regclass('pg_temp.asked')")
        if cursor.fetchone()[0]:
            cursor.execute(f"grant select on asked to {ROLE}")
        cursor.execute(f"set local role {ROLE}")
    cursor.execute(
        f"create temp table own_said on commit drop as select * from {source} control", values
    )
    if borrowed:
        cursor.execute("reset role")
    cursor.execute("set local statement_timeout = 0")
    return "own_said"
