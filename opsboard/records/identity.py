"""Which native ids stand for one thing, as records arrive (domain.md 0.1, 0.11).

An exact natural key and the middleware's word join by themselves; what is only suggested waits for
a person. A person's word outlasts both: a native id that somebody has placed is moved by nobody
else. Whatever moves leaves change rows for both identities and for all that refers to them, so that
those who follow changes look again.
"""

from connectors.kinds import KINDS
from opsboard.records import statements
from opsboard.records.statements import statement

NOBODY = {"by": "", "ended": "merged_into", "op": "merge"}


def lock(cursor, kind: str) -> None:
    """Two transactions must not both invent, or move, the same entity."""
    cursor.execute("select pg_advisory_xact_lock(hashtext('identify ' || %s))", [kind])


def identify(cursor, kind: str, values: dict) -> None:
    """Give what is `staged` its entity, and match what has got its natural key only now.

    `values` holds kind, system and the instant `at`. Call it before the records are written.
    """
    cursor.execute(statements.naming_arriving(kind), values)
    cursor.execute("analyze naming (native_id)")
    cursor.execute(statement("identify", kind), values)
    _rematch(cursor, kind, values)


def follow(cursor, kind: str, values: dict) -> None:
    """What the arrived records make known of others; call it once they are written.

    Codes that mean something only within one of them become complete, and the middleware's
    cross-reference joins what it speaks of.
    """
    if kind == "id_xref":
        _heed_the_middleware(cursor, values)
    if statements.scoped_by(kind):
        cursor.execute(
            "create temp table followed on commit drop as"
            " select %(system)s::text as system, staged.source_id as native_id"
            " from staged where staged.is_new",
            values,
        )
        if cursor.rowcount:
            _rematch_within(cursor, kind, values)
        cursor.execute("drop table followed")


def rekey(cursor, kind: str, values: dict, parent: int | None = None) -> None:
    """Move the native ids of the table `moving`, with everything that follows from it.

    `values` holds kind, at, op, by, and the state `ended` of what is no longer so. When things
    merge, what is known by a code within them is matched anew; such merges have this `parent`.
    """
    cursor.execute(statement("rekey", kind), values)
    cursor.execute(statement("rekey_log", kind), values)
    for referrer, field in statements.referrers_of(kind):
        cursor.execute(
            statement("rekey_referrers", referrer, referrer=referrer, field=field), values
        )
    cursor.execute(statements.restate(kind))
    inner_kinds = statements.scoped_by(kind)
    for inner in inner_kinds:
        cursor.execute(statements.restate_within(inner))
    if inner_kinds and values["op"] == "merge":
        cursor.execute(
            "create temp table followed on commit drop as select system, native_id from touched"
        )
        cursor.execute("drop table moving, touched")
        _rematch_within(cursor, kind, {**values, **NOBODY}, parent)
        cursor.execute("drop table followed")
        return
    cursor.execute("drop table moving, touched")


def merge_moving(cursor, kind: str, values: dict, parent: int | None = None) -> int:
    """Merge the entities of `moving`, and count the native ids that moved."""
    cursor.execute("select count(*) from moving")
    [moved] = cursor.fetchone()
    if not moved:
        cursor.execute("drop table moving")
        return 0
    cursor.execute("analyze moving")
    cursor.execute(
        "insert into records_merge (kind, gone_id, kept_id, strength, reason, by, at, parent_id)"
        " select distinct on (gone) %(kind)s, gone, kept, strength, reason, %(by)s, %(at)s,"
        " %(parent)s::bigint from moving",
        {**values, "parent": parent},
    )
    cursor.execute(
        "update records_entity set merged_into_id = moving.kept from moving"
        " where records_entity.id = moving.gone"
    )
    rekey(cursor, kind, values, parent)
    return moved


def _rematch(cursor, kind: str, values: dict, parent: int | None = None) -> None:
    """Match and rename by the table `naming`, and drop it."""
    cursor.execute(statement("rematch", kind), values)
    # What moves may rematch others, which names them in a table of the same name.
    cursor.execute("alter table naming rename to naming_" + kind)
    merge_moving(cursor, kind, {**values, **NOBODY, "kind": kind}, parent)
    cursor.execute(f"alter table naming_{kind} rename to naming")
    cursor.execute(statement("rename", kind), values)
    cursor.execute("drop table naming")


def _rematch_within(cursor, kind: str, values: dict, parent: int | None = None) -> None:
    """Match anew what is known by a code within the things of `followed`, and drop that table."""
    for inner in statements.scoped_by(kind):
        lock(cursor, inner)
        cursor.execute(statements.naming_within(inner))
        cursor.execute("analyze naming")
        # The things within these may in turn have things within them.
        cursor.execute("alter table followed rename to followed_" + kind)
        _rematch(cursor, inner, {**values, "kind": inner}, parent)
        cursor.execute(f"alter table followed_{kind} rename to followed")


def _heed_the_middleware(cursor, values: dict) -> None:
    cursor.execute("select distinct of_kind from staged")
    spoken_of = {kind for [kind] in cursor.fetchall()}
    # In the order of the declarations, as everybody locks: what is within follows what it is in.
    for kind, declared in KINDS.items():
        if kind in spoken_of and declared.natural_key:
            lock(cursor, kind)
            mine = {**values, **NOBODY, "kind": kind, "of_kind": kind}
            cursor.execute(statement("told", kind), mine)
            cursor.execute(
                "insert into records_proposal"
                " (kind, first_id, second_id, reason, likeness, proposed_at)"
                " select distinct on (least(gone, kept), greatest(gone, kept)) %(kind)s,"
                " least(gone, kept), greatest(gone, kept), 'the middleware says so: ' || reason,"
                " 1, %(at)s from moving where is_conflict on conflict do nothing",
                mine,
            )
            cursor.execute("delete from moving where is_conflict")
            merge_moving(cursor, kind, mine)
