"""The stable vocabulary: one SQL view per kind, references resolved to canonical ids.

Controls and boards are written in these views; the tables may change beneath them. A view shows
what exists: tombstones are left out. For every reference `x` there is a column `x_id`.
"""

import hashlib

from django.db import connection, transaction

from connectors.kinds import KINDS, Field, fields_of
from opsboard.records import governance
from opsboard.records.models import TABLES

ENTITY_VIEW = "create view entity as select id, kind, code, name from records_entity"
# What changed in a record, field by field; the envelope's own movements are no change.
CHANGE_VIEW = (
    "create view field_change as select logged.id, logged.kind, logged.key, logged.system,"
    " logged.canonical_id, logged.at, logged.source_version, part.key as field,"
    " logged.before ->> part.key as before, part.value as after"
    " from records_change logged cross join lateral jsonb_each_text(logged.after) part"
    " where logged.op = 'update' and part.key <> 'source_updated_at'"
)


def rebuild() -> None:
    """Make the views equal to the declarations; called after every migration."""
    rules = governance.views()
    names = ["entity", "field_change", *rules, *KINDS]
    drops = [f"drop view if exists {name} cascade" for name in names]
    install("entity", [*drops, ENTITY_VIEW, CHANGE_VIEW, *rules.values(), *map(view_of, KINDS)])


@transaction.atomic
def install(name: str, statements: list[str]) -> None:
    """Run statements that define the view `name` and its company, unless they already did.

    The digest of what was run is kept as the view's comment, so that a start without news, and
    every test, costs one look-up.
    """
    digest = hashlib.sha256("\n".join(statements).encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("select obj_description(to_regclass(%s), 'pg_class')", [name])
        if cursor.fetchone()[0] == digest:
            return
        for statement in statements:
            cursor.execute(statement)
        cursor.execute(f"comment on view {name} is '{digest}'")


def view_of(kind: str) -> str:
    fields = fields_of(KINDS[kind])
    columns = ["t.id", "t.key", "t.system", "t.system_role", "t.canonical_id", "t.loaded_at"]
    columns += [f"t.{field.name}" for field in fields if field.name != "is_deleted"]
    joins = []
    for field in fields:
        if field.ref:
            columns.append(_resolved(field))
            joins.append(_join(field))
    columns.append("legal_entity_ref_entity.code as entity")
    joins.append(
        "left join records_entity legal_entity_ref_entity"
        " on legal_entity_ref_entity.id = legal_entity_ref.entity_id"
    )
    table = TABLES[kind]._meta.db_table
    return (
        f"create view {kind} as select {', '.join(columns)} from {table} t {' '.join(joins)}"
        " where not t.is_deleted"
    )


def _resolved(field: Field) -> str:
    column = "entity_id" if KINDS[field.ref].natural_key else "id"
    return f"{field.name}_ref.{column} as {field.name}_id"


def _join(field: Field) -> str:
    """Shared kinds resolve through the cross-reference, the others by their own key."""
    alias = f"{field.name}_ref"
    if KINDS[field.ref].natural_key:
        return (
            f"left join records_crossreference {alias} on {alias}.kind = '{field.ref}'"
            f" and {alias}.system = t.system and {alias}.native_id = t.{field.name}"
        )
    table = TABLES[field.ref]._meta.db_table
    return f"left join {table} {alias} on {alias}.key = t.system || ':' || t.{field.name}"
