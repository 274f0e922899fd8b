"""Which subjects a control must judge again: what changed, what came due, what could not be read.

Changes are read by transaction visibility, never by last id: ids commit out of order. A change
concerns the subjects that its reference names now and the ones it named before.
"""

from collections.abc import Iterator

from connectors.kinds import KINDS, fields_of
from opsboard.controls.catalogue import Definition, Watch
from opsboard.controls.causes import watches_of
from opsboard.records.models import TABLES

# Rows that became visible since the snapshot `seen`.
SINCE = (
    "{row}.{xid} >= pg_snapshot_xmin(%(seen)s::pg_snapshot)"
    " and not pg_visible_in_snapshot({row}.{xid}, %(seen)s::pg_snapshot)"
)


def fill_asked(cursor, definition: Definition, values: dict) -> int:
    """Fill the temporary table `asked` with the subjects to judge again, and count them.

    `values` holds the snapshot `seen`, the `bound`, the control's `code` and `extra` subjects.
    """
    sources = [
        "select subject from unread",
        "select unnest(%(extra)s::text[])",
        "select subject from controls_waitingsubject"
        " where control_id = %(code)s and look_at <= %(bound)s",
    ]
    sources += [_subjects(definition, watch) for watch in watches_of(definition)]
    cursor.execute(
        "create temp table asked on commit drop as select distinct subject::text from ("
        + " union all ".join(sources)
        + ") source (subject) where subject is not null",
        values,
    )
    cursor.execute("analyze asked")
    cursor.execute("select count(*) from asked")
    return cursor.fetchone()[0]


def fill_unread(cursor, definition: Definition) -> None:
    """Fill `unread`: subjects whose row, or whose counterpart, arrived but was refused.

    Only the kinds whose absence the control takes for evidence count: its feeds.
    """
    cursor.execute(
        "select distinct kind from refused_row where kind = any(%s)",
        [[feed.kind for feed in definition.feeds]],
    )
    # Hardly anything is ever refused; where nothing is, no population needs to be read for it.
    kinds = {kind for (kind,) in cursor.fetchall()}
    sources = ["select null::text"]
    for watch in watches_of(definition):
        if watch.kind in kinds and watch.column not in ("any", "findings"):
            sources += _refused(definition, watch)
    cursor.execute(
        "create temp table unread on commit drop as select distinct subject from ("
        + " union all ".join(sources)
        + ") source (subject) where subject is not null"
    )


def _refused(definition: Definition, watch: Watch) -> Iterator[str]:
    """The subjects that a refused row of a watched kind belongs to, as far as it could be read."""
    of_kind = f"refused.kind = '{watch.kind}'"
    if watch.column == "key":
        name = (
            "refused.system || ':' || nullif(refused.source_id, '')"
            if watch.field == "key"
            else f"refused.hints ->> '{watch.field}'"
        )
        yield f"select {name} from refused_row refused where {of_kind}"
        return
    target, native, own = watch.kind, "refused.source_id", watch.column.removesuffix("_id")
    # A subject's own identity stands in its own system's id, that of a reference in the reference.
    own = "source_id" if watch.column == "canonical_id" else own
    if watch.field != "canonical_id":
        refs = {f"{one.name}_id": one for one in fields_of(KINDS[watch.kind]) if one.ref}
        target = refs[watch.field].ref if watch.field in refs else ""
        native = f"refused.hints ->> '{refs[watch.field].name if target else watch.field}'"
        # What is no reference is compared as it is.
        own = own if target else watch.column
    population = f"(select * from {definition.population}) population"
    # Never loaded, it has no identity yet: then the same system's own reference leads to it.
    if own and (own != watch.column or not target):
        yield (
            f"select population.key from refused_row refused join {population}"
            f" on population.system = refused.system and population.{own} = {native}"
            f" where {of_kind}"
        )
    if target and KINDS[target].natural_key:
        yield (
            "select population.key from refused_row refused join records_crossreference copy"
            f" on copy.kind = '{target}' and copy.system = refused.system"
            f" and copy.native_id = {native} join {population}"
            f" on population.{watch.column} = copy.entity_id where {of_kind}"
        )


def must_run_in_full(cursor, definition: Definition, seen: str) -> str:
    """The reason why what changed cannot be followed to its subjects; empty when it can."""
    cursor.execute(
        "select pg_snapshot_xmax(%s::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot())", [seen]
    )
    if cursor.fetchone()[0]:
        return "the database is older than what was judged before"
    for watch in watches_of(definition):
        if watch.column == "any":
            cursor.execute(f"select exists ({_changed(watch)})", {"seen": seen})
            if cursor.fetchone()[0]:
                return f"{watch.kind} changed"
    return ""


def _subjects(definition: Definition, watch: Watch) -> str:
    if watch.column == "any":
        return "select null::text"
    changed = _changed(watch)
    if watch.column == "key":
        return changed
    if watch.column == "findings":
        return (
            "select subject from controls_waitingsubject"
            f" where control_id = %(code)s and exists ({changed})"
        )
    name, _, condition = definition.population.partition(" where ")
    return (
        f"select population.key from {name} population"
        f" where population.{watch.column} in ({changed})"
        + (f" and ({condition})" if condition else "")
    )


def _changed(watch: Watch) -> str:
    return " union ".join(_values(watch))


def _values(watch: Watch) -> Iterator[str]:
    """The watched field of changed records: of new ones, as it is now, and as it was before."""
    table = TABLES[watch.kind]._meta.db_table
    logged = f"records_change logged join {table} record on record.key = logged.key"
    fresh = SINCE.format(row="record", xid="created_xid")
    moved = f"logged.kind = '{watch.kind}' and " + SINCE.format(row="logged", xid="xid")
    reference = _reference(watch)
    if reference is None:
        yield f"select record.{watch.field} from {table} record where {fresh}"
        yield f"select record.{watch.field} from {logged} where {moved}"
        if watch.field not in ("key", "canonical_id"):
            yield f"select logged.before ->> '{watch.field}' from {logged} where {moved}"
        return
    resolve, column = reference
    name = watch.field.removesuffix("_id")
    yield (
        f"select {column} from {table} record {resolve.format(value=f'record.{name}')}"
        f" where {fresh}"
    )
    yield f"select {column} from {logged} {resolve.format(value=f'record.{name}')} where {moved}"
    before = f"(logged.before ->> '{name}')"
    yield f"select {column} from {logged} {resolve.format(value=before)} where {moved}"


def _reference(watch: Watch) -> tuple[str, str] | None:
    """How a watched `x_id` resolves to a canonical id, as in the views; None for plain fields."""
    target = next(
        (one.ref for one in fields_of(KINDS[watch.kind]) if f"{one.name}_id" == watch.field), ""
    )
    if not target:
        return None
    if KINDS[target].natural_key:
        return (
            f"join records_crossreference copy on copy.kind = '{target}'"
            " and copy.system = record.system and copy.native_id = {value}",
            "copy.entity_id",
        )
    table = TABLES[target]._meta.db_table
    return f"join {table} target on target.key = record.system || ':' || {{value}}", "target.id"
