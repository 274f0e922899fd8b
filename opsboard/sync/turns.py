"""Asking for a turn of the river: a row first, then a job that carries nothing but its number."""

from operator import itemgetter
from typing import Any

import django_rq
from django.db import transaction
from django.db.utils import IntegrityError

from opsboard.clock import now
from opsboard.correlation import new_correlation_id
from opsboard.sync.claim import only_turn
from opsboard.sync.models import Pipeline

SCHEDULE = "schedule"
DUE = {"connection": "", "full": False, "due": True}
# By name: what follows what is known to one file, and no room imports it.
JOB = "opsboard.pipeline.run_pipeline"


def request(*, trigger: str, by: Any = None, connection: str = "", full: bool = False) -> Pipeline:
    """Queue one turn; one that already waits is joined, and does what both were asked for.

    Without a connection, the schedule asks for what is due and a person for everything.
    """
    due = trigger == SCHEDULE and not connection
    wish = {"connection": connection, "full": full, "due": due}
    asked = None
    while asked is None:
        # A waiting turn may begin between the two: then there is room for a new one.
        asked = _join(wish) or _create(wish, trigger, str(by or ""))
    enqueue(asked)
    return asked


def wishes(asked: Pipeline) -> list[dict[str, Any]]:
    """What the turn was asked for, due streams last: what was read by then is due no more."""
    return sorted(asked.only.get("wishes", [DUE]), key=itemgetter("due"))


@transaction.atomic
def _join(wish: dict[str, Any]) -> Pipeline | None:
    """Add the wish to the turn that waits; its row is locked, so it cannot begin meanwhile."""
    waiting = Pipeline.objects.select_for_update().filter(state=Pipeline.State.QUEUED).first()
    if waiting is None:
        return None
    others = [one for one in wishes(waiting) if not _covers(wish, one)]
    if not any(_covers(one, wish) for one in others):
        waiting.only = {"wishes": [*others, wish]}
        waiting.save(update_fields=["only"])
    return waiting


def _covers(wide: dict[str, Any], narrow: dict[str, Any]) -> bool:
    """Whether who does the one has done the other."""
    if wide["due"]:
        return narrow["due"] and wide["full"] >= narrow["full"]
    same = not wide["connection"] or wide["connection"] == narrow["connection"]
    return same and wide["full"] >= narrow["full"]


def _create(wish: dict[str, Any], trigger: str, by: str) -> Pipeline | None:
    """None when another process was first; then there is a turn to join."""
    try:
        with transaction.atomic():
            return Pipeline.objects.create(
                trigger=trigger,
                requested_by=by,
                only={"wishes": [wish]},
                correlation_id=new_correlation_id(),
            )
    except IntegrityError:
        return None


def bury_the_lost() -> None:
    """Whoever runs a turn holds its lock; when nobody does, what says "running" is dead."""
    with only_turn() as is_ours:
        if is_ours:
            Pipeline.objects.filter(state=Pipeline.State.RUNNING).update(
                state=Pipeline.State.FAILED,
                ended_at=now(),
                error="Its process ended before it did. The next turn goes on from there.",
            )


def enqueue(asked: Pipeline) -> None:
    """Put the turn's job into the queue, unless it is there; running it twice would be harmless."""
    queue, job = django_rq.get_queue("default"), f"pipeline-{asked.pk}"
    if job not in queue.job_ids:
        queue.enqueue(JOB, asked.pk, job_id=job, result_ttl=60)
