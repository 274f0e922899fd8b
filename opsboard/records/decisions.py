"""What people decide about identity: every verb leaves who, when, and a way back."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import ProgrammingError, connection, transaction

from opsboard.audit import log as audit
from opsboard.records import identity, statements
from opsboard.records.models import CrossReference, Entity, Merge, Proposal, Strength

# Names at least this alike, of 1, are proposed.
LIKENESS = 0.55


@transaction.atomic
def merge(gone: Entity, kept: Entity, *, by: Any, at: datetime, reason: str = "") -> Merge | None:
    """Make `gone` be `kept` from now on, everywhere at once; None when they cannot be one."""
    with connection.cursor() as cursor:
        identity.lock(cursor, kept.kind)
        gone.refresh_from_db()
        kept.refresh_from_db()
        if gone == kept or gone.kind != kept.kind or gone.merged_into_id or kept.merged_into_id:
            return None
        done = Merge.objects.create(
            kind=kept.kind,
            gone=gone,
            kept=kept,
            strength=Strength.SUGGESTED,
            reason=reason,
            by=_name(by),
            at=at,
        )
        Entity.objects.filter(pk=gone.pk).update(merged_into=kept)
        _move(cursor, gone.references.all(), kept, Strength.SUGGESTED)
        identity.rekey(
            cursor, kept.kind, _values(kept.kind, "merge", "merged_into", by, at), parent=done.pk
        )
    settled = Proposal.objects.filter(first__in=[gone, kept], second__in=[gone, kept])
    settled.update(state=Proposal.State.CONFIRMED, decided_by=_name(by), decided_at=at)
    _audit("records.merged", done, by, reason)
    return done


@transaction.atomic
def undo(done: Merge, *, by: Any, at: datetime) -> bool:
    """Take a merge back, and what followed from it; False when a later one has to go first.

    What arrived since under the thing that was kept stays there.
    """
    with connection.cursor() as cursor:
        identity.lock(cursor, done.kind)
        done.refresh_from_db()
        done.kept.refresh_from_db()
        if done.undone_at or done.kept.merged_into_id:
            return False
        for child in Merge.objects.filter(parent=done, undone_at=None):
            _split(cursor, child, by, at, is_chosen=False)
        _split(cursor, done, by, at, is_chosen=True)
    Proposal.objects.filter(
        first__in=[done.gone, done.kept], second__in=[done.gone, done.kept]
    ).update(state=Proposal.State.REJECTED, decided_by=_name(by), decided_at=at)
    _audit("records.merge_undone", done, by, "")
    return True


@transaction.atomic
def retire(reference: CrossReference, *, by: Any, at: datetime) -> bool:
    """Say that a native id no longer stands for its thing; it gets one of its own.

    An id that stands alone keeps its thing, which what happened under it still refers to.
    """
    with connection.cursor() as cursor:
        identity.lock(cursor, reference.kind)
        reference.refresh_from_db()
        had = reference.entity
        mine = CrossReference.objects.filter(pk=reference.pk)
        if had.references.exclude(pk=reference.pk).exists():
            own = Entity.objects.create(
                kind=had.kind, code=had.code, name=had.name, named_by=reference.system
            )
            _move(cursor, mine, own, Strength.EXACT)
            identity.rekey(cursor, had.kind, _values(had.kind, "split", "retired", by, at))
        elif reference.state == CrossReference.State.RETIRED:
            return False
        else:
            mine.update(state="retired", valid_to=at, confirmed_by=_name(by), confirmed_at=at)
    audit.record("records.reference_retired", _said(reference), by=by, before={"entity": had.pk})
    reference.refresh_from_db()
    return True


def confirm(reference: CrossReference, *, by: Any, at: datetime) -> bool:
    """Say that a native id stands for the thing it was matched with; nothing else moves it then."""
    found = CrossReference.objects.filter(
        pk=reference.pk, entity=reference.entity, state=CrossReference.State.CONFIRMED
    ).update(confirmed_by=_name(by), confirmed_at=at)
    if found:
        audit.record("records.reference_confirmed", _said(reference), by=by)
    return bool(found)


@transaction.atomic
def accept(proposal: Proposal, *, by: Any, at: datetime) -> Merge | None:
    """Say that the two are one; the older thing stays. None when that was already decided."""
    accepted = Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.PROPOSED).update(
        state=Proposal.State.CONFIRMED, decided_by=_name(by), decided_at=at
    )
    if not accepted:
        return None
    gone, kept = _survivor(proposal.second), _survivor(proposal.first)
    return merge(gone, kept, by=by, at=at, reason=proposal.reason)


@transaction.atomic
def reject(proposal: Proposal, *, by: Any, at: datetime) -> bool:
    """Say that the two are not one; they are not proposed again."""
    open_ones = Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.PROPOSED)
    changed = open_ones.update(state=Proposal.State.REJECTED, decided_by=_name(by), decided_at=at)
    if changed:
        told = {"first": proposal.first_id, "second": proposal.second_id}
        audit.record("records.match_denied", f"{proposal.kind} {proposal.pk}", by=by, before=told)
    return bool(changed)


@transaction.atomic
def suggest(kind: str, *, at: datetime, likeness: float = LIKENESS) -> int:
    """Propose what may be one thing, and count the new proposals. Joins nothing."""
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from pg_extension where extname = 'pg_trgm')")
        # Only things that are told from each other by their names.
        by_name = cursor.fetchone()[0] and kind in statements.ALSO_KNOWN_BY
        values = {"kind": kind, "at": at}
        if by_name:
            cursor.execute("set local pg_trgm.similarity_threshold = %s", [likeness])
            cursor.execute(statements.statement("compare_names", kind), values)
        cursor.execute(statements.suggest(kind, by_name=by_name), values)
        proposed = cursor.rowcount
        cursor.execute("drop table if exists compared")
        return proposed


def allow_comparing_names() -> None:
    """Take PostgreSQL's trigrams into use where they are there; without them names go uncompared.

    Called after every migration. Whoever may create tables may usually create this extension, too.
    """
    with connection.cursor() as cursor, suppress(ProgrammingError):
        cursor.execute("select exists (select from pg_available_extensions where name = 'pg_trgm')")
        if cursor.fetchone()[0]:
            with transaction.atomic():
                cursor.execute("create extension if not exists pg_trgm")


def _survivor(entity: Entity) -> Entity:
    """What the thing is now, after whatever merges."""
    while entity.merged_into:
        entity = entity.merged_into
    return entity


def _split(cursor, done: Merge, by: Any, at: datetime, *, is_chosen: bool) -> None:
    moved = done.moved.values_list("system", "native_id")
    still_there = [
        one.pk for one in done.kept.references.all() if (one.system, one.native_id) in set(moved)
    ]
    Merge.objects.filter(pk=done.pk).update(undone_by=_name(by), undone_at=at)
    Entity.objects.filter(pk=done.gone_id).update(merged_into=None)
    _move(cursor, done.kept.references.filter(pk__in=still_there), done.gone, Strength.EXACT)
    # What only followed from the merge may be matched again; what a person took apart stays apart.
    identity.rekey(
        cursor, done.kind, _values(done.kind, "split", "retired", by if is_chosen else None, at)
    )


def _move(cursor, references, target: Entity, strength: str) -> None:
    """Fill `moving` for identity.rekey."""
    cursor.execute(
        "create temp table moving on commit drop as"
        " select id as reference_id, entity_id as gone, %s::bigint as kept, %s::text as strength,"
        " ''::text as reason, ''::text as derivation"
        " from records_crossreference where id = any(%s)",
        [target.pk, strength, list(references.values_list("pk", flat=True))],
    )


def _values(kind: str, op: str, ended: str, by: Any, at: datetime) -> dict:
    return {"kind": kind, "op": op, "ended": ended, "by": _name(by) if by else "", "at": at}


def _name(by: Any) -> str:
    return by.get_username()


def _audit(action: str, done: Merge, by: Any, reason: str) -> None:
    told = {"kind": done.kind, "gone": done.gone_id, "kept": done.kept_id, "merge": done.pk}
    audit.record(action, f"{done.kind} {done.gone_id}", by=by, after=told, reason=reason)


def _said(reference: CrossReference) -> str:
    return f"{reference.kind} {reference.system}:{reference.native_id}"
