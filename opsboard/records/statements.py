"""The statements about identity, with a kind's own table and columns in them.

Only declared names are ever put in; values are bound.
"""

from collections.abc import Iterator
from pathlib import Path

from connectors.kinds import KINDS, Record, fields_of
from opsboard.records.models import TABLES

SQL = Path(__file__).parent / "sql"
TODAY = "(%(at)s::timestamptz at time zone 'UTC')::date"
# What the middleware says holds today, and was not withdrawn.
HOLDS = (
    "{row}.status in ({states}) and not {row}.is_deleted"
    f" and coalesce({{row}}.valid_from <= {TODAY}, true)"
    f" and coalesce({{row}}.valid_to >= {TODAY}, true)"
)
# The names by which things of a kind may also be recognised, beside their natural key.
ALSO_KNOWN_BY = {
    "party": ("tax_id, country", "registration_no, country", "duns", "lei"),
    "project": ("enterprise_project_id",),
    "worker": ("person_id", "work_email"),
}


def statement(name: str, kind: str, **parts: str) -> str:
    """The statement of this name for a kind."""
    text = (SQL / f"{name}.sql").read_text()
    return text.format(
        table=TABLES[kind]._meta.db_table,
        said_holds=HOLDS.format(row="said", states="'confirmed'"),
        other_holds=HOLDS.format(row="other", states="'confirmed'"),
        said_may_hold=HOLDS.format(row="said", states="'confirmed', 'proposed'"),
        **parts,
    )


def naming_arriving(kind: str) -> str:
    declared = KINDS[kind]
    if not declared.within:
        parts = {"scope_kind": "", "scope_id": "null::text", "scope_is_known": "true"}
        return statement("naming_arriving", kind, **parts)
    scope = scope_of(declared)
    known = "scope.entity_id is not null"
    if scope == "legal_entity":
        # A source of one entity need not name it; a task without its project is nobody's.
        known = f"({known} or staged.legal_entity = '')"
    return statement(
        "naming_arriving",
        kind,
        scope_kind=scope,
        scope_id=f"staged.{declared.within}",
        scope_is_known=known,
    )


def naming_within(kind: str) -> str:
    declared = KINDS[kind]
    return statement(
        "naming_within",
        kind,
        natural_key=_stored_key(declared),
        entity_name=_stored_name(declared),
        scope_field=declared.within,
        scope_kind=scope_of(declared),
    )


def restate(kind: str) -> str:
    """Name the things anew of which copies were touched."""
    return _restate(kind, "select had from touched union select has from touched")


def restate_within(kind: str) -> str:
    """The same for things of this kind that are known by a code within what was touched."""
    table, field = TABLES[kind]._meta.db_table, KINDS[kind].within
    return _restate(
        kind,
        "select inner_copy.entity_id from touched"
        f" join {table} inner_one on inner_one.system = touched.system"
        f" and inner_one.{field} = touched.native_id"
        f" join records_crossreference inner_copy on inner_copy.kind = '{kind}'"
        " and inner_copy.system = inner_one.system"
        " and inner_copy.native_id = inner_one.source_id",
    )


def _restate(kind: str, chosen: str) -> str:
    declared = KINDS[kind]
    key = _stored_key(declared)
    if declared.within:
        known = "scope.entity_id is not null"
        if scope_of(declared) == "legal_entity":
            known = f"({known} or record.legal_entity = '')"
        key = f"case when {known} then {key} else '' end"
    return statement(
        "restate",
        kind,
        named=kind,
        chosen=chosen,
        natural_key=key,
        entity_name=_stored_name(declared),
        scope_kind=scope_of(declared),
        scope_id=f"record.{declared.within}" if declared.within else "null::text",
    )


def _stored_key(kind: type[Record]) -> str:
    """The natural key as connectors' records give it, from the stored row."""
    parts = [f"nullif(trim(record.{name}::text), '')" for name in kind.natural_key]
    complete = " and ".join(f"{one} is not null" for one in parts)
    return f"case when {complete} then concat_ws('|', {', '.join(parts)}) else '' end"


def _stored_name(kind: type[Record]) -> str:
    names = {one.name for one in fields_of(kind)}
    return next((f"record.{one}" for one in ("name", "legal_name") if one in names), "''")


def scope_of(kind: type[Record]) -> str:
    """The kind of thing within which this kind's codes mean something."""
    return next((one.ref for one in fields_of(kind) if one.name == kind.within), "")


def scoped_by(kind: str) -> list[str]:
    """The kinds whose codes mean something only within one of these."""
    return [name for name, declared in KINDS.items() if scope_of(declared) == kind]


def referrers_of(kind: str) -> Iterator[tuple[str, str]]:
    """Every field, with its kind, that refers to this kind."""
    for name, declared in KINDS.items():
        for one in fields_of(declared):
            if one.ref == kind:
                yield name, one.name


def suggest(kind: str, *, by_name: bool) -> str:
    """The statement that proposes pairs; alike names need the table `compared`."""
    pairs = [_same_code()]
    pairs += [_same_values(kind, columns) for columns in ALSO_KNOWN_BY.get(kind, ())]
    if by_name:
        pairs.append(_alike_names())
    return statement("suggest", kind, pairs="\n    union all\n    ".join(pairs))


def _same_code() -> str:
    """The same code, while for at least one of the two it is not said within what."""
    return (
        "select least(a.id, b.id) as first_id, greatest(a.id, b.id) as second_id,"
        " 'same code ' || a.code as reason, 0.900 as likeness"
        " from records_entity a join records_entity b"
        " on b.kind = a.kind and lower(b.code) = lower(a.code) and b.id > a.id"
        " where a.kind = %(kind)s and a.code <> ''"
    )


def _same_values(kind: str, columns: str) -> str:
    table = TABLES[kind]._meta.db_table
    names = columns.split(", ")
    equal = " and ".join(f"lower(b.{one}) = lower(a.{one})" for one in names)
    filled = " and ".join(f"trim(a.{one}) <> ''" for one in names[:1])
    return (
        "select least(a.canonical_id, b.canonical_id), greatest(a.canonical_id, b.canonical_id),"
        f" 'same {' and '.join(names).replace('_', ' ')}', 0.950"
        f" from {table} a join {table} b on {equal}"
        f" where b.canonical_id > a.canonical_id and {filled}"
        " and not a.is_deleted and not b.is_deleted"
    )


def _alike_names() -> str:
    """Each thing with the one whose name is most like its own, of those no system knows beside."""
    return (
        "select * from (select distinct on (a.id)"
        " least(a.id, b.id), greatest(a.id, b.id), 'alike names: ' || a.name || ' and ' || b.name,"
        " similarity(a.name, b.name)::numeric(4, 3) as likeness"
        " from compared a join compared b on b.name %% a.name and b.id <> a.id"
        " where not a.systems && b.systems"
        " order by a.id, likeness desc, b.id) alike"
    )
