"""Verbs on many groups: one guarded statement each, one line of history and of the audit log per
group, all under one bulk act (domain.md F.3).
"""

import json
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from opsboard.audit import log as audit
from opsboard.clock import now
from opsboard.exceptions.engine import pausing
from opsboard.exceptions.engine.settle import read
from opsboard.exceptions.models import BulkAct, Group, History, State
from opsboard.exceptions.models.moving import SAID
from opsboard.exceptions.transitions import BY_VERB

LABELS = json.dumps({state.value: state.label for state in State})
# The toast offers it for ten seconds; a slow line may take longer.
UNDONE_WITHIN = timedelta(minutes=1)


@transaction.atomic
def move(
    verb: str,
    ids: list[int],
    *,
    by: Any,
    seen: int,
    query: str = "",
    note: str = "",
    breach_cause: str = "",
) -> int:
    """Acknowledge or claim; gives how many moved, the others had moved on since `seen`. Of those
    that are late, `breach_cause` says why."""
    way = BY_VERB[verb]
    values = {
        "sources": list(way.sources),
        "target": way.target,
        "said": SAID[verb],
        "after": way.target.label,
        "labels": LABELS,
        "claimed_at": now() if verb == "claim" else None,
        "breach_cause": breach_cause,
        "seen": seen,
    }
    bulk = _begun(verb, by, query, note)
    moved = _done("bulk_move", bulk, ids, values | {"note": note}, audited=SAID[verb])
    # A clock that paused goes on; each has its own calendar, and few of many are paused.
    for group in Group.objects.filter(pk__in=moved, paused_at__isnull=False).select_related("team"):
        pausing.resume(group)
    return len(moved)


@transaction.atomic
def assign(
    ids: list[int],
    *,
    by: Any,
    seen: int,
    to: Any = None,
    team: Any = None,
    query: str = "",
    note: str = "",
) -> BulkAct:
    """Hand over to a person, or to a team's queue; `groups` of the act says how many moved."""
    team = team or (to.team if to and to.team_id else None)
    values = {
        "owner": to.pk if to else None,
        "team": team.pk if team else None,
        "reason": f"because {by} assigned it",
        "after": str(to or team or "")[:200],
        "seen": seen,
    }
    bulk = _begun("assign", by, query, note)
    _done("bulk_assign", bulk, ids, values | {"note": note}, audited="assigned")
    return bulk


@transaction.atomic
def comment(ids: list[int], *, by: Any, note: str, query: str = "") -> int:
    bulk = _begun("comment", by, query, note)
    return len(_done("bulk_comment", bulk, ids, {"note": note}, audited="commented"))


@transaction.atomic
def ask_waivers(groups: list[Group], *, by: Any, query: str = "", **said: Any) -> int:
    """Ask to accept each at what it weighs now. Each has its own last day, approvers and clock, so
    this is a walk and no set; raises Unfit, and then nothing was asked."""
    from opsboard.exceptions.deciding.tiers import weight

    bulk, since = _begun("ask", by, query, said["narrative"]), now()
    asked = [one for one in groups if one.ask_waiver(by=by, amount=weight(one), **said)]
    lines = History.objects.filter(group__in=asked, by=by, at__gte=since, verb="asked")
    lines.update(bulk=bulk)
    _end(bulk, [(one.pk, "", one.children, one.value_at_risk, None) for one in asked])
    return len(asked)


@transaction.atomic
def undo(bulk: BulkAct, *, by: Any) -> int | None:
    """Bring back who had what before; None when it is too late, or done already."""
    mine = BulkAct.objects.select_for_update().filter(
        pk=bulk.pk, by=by, act="assign", undone_at=None, at__gte=now() - UNDONE_WITHIN
    )
    found = mine.first()
    if found is None:
        return None
    mine.update(undone_at=now())
    back = _begun("undo", by, found.query, "")
    values = {"former": json.dumps(found.former), "undone": found.pk}
    return len(_done("bulk_undo", back, [], values, audited="handed_back"))


def _begun(act: str, by: Any, query: str, note: str) -> BulkAct:
    return BulkAct.objects.create(at=now(), by=by, act=act, query=query, note=note)


def _done(name: str, bulk: BulkAct, ids: list[int], values: dict, *, audited: str) -> list[int]:
    given = {"ids": ids, "at": bulk.at, "by": bulk.by_id, "bulk": bulk.pk}
    with connection.cursor() as cursor:
        cursor.execute(read(name), given | values)
        moved = cursor.fetchall()
    subjects = [f"group:{pk}" for pk, *_ in moved]
    befores = [before for _, before, *_ in moved]
    audit.record_each(
        f"exception.{audited}",
        subjects,
        by=bulk.by,
        befores=befores,
        after=values.get("after") or None,
        reason=values.get("note", ""),
        correlation_id=f"bulk-{bulk.pk}",
    )
    _end(bulk, moved)
    return [pk for pk, *_ in moved]


def _end(bulk: BulkAct, moved: list[tuple]) -> None:
    """What the act came to."""
    bulk.groups, bulk.items = len(moved), sum(row[2] for row in moved)
    bulk.value_at_risk = sum(row[3] for row in moved)
    bulk.former = {str(row[0]): json.loads(row[4]) for row in moved if row[4]}
    bulk.save(update_fields=["groups", "items", "value_at_risk", "former"])
