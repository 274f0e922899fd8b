"""Asking for a turn of the river: a row first, then a job that carries nothing but its number."""

from typing import Any

import django_rq
from django.db import transaction
from django.db.utils import IntegrityError

from opsboard.correlation import new_correlation_id
from opsboard.sync.models import Pipeline

# By name: what follows what is known to one file, and no room imports it.
JOB = "opsboard.pipeline.run_pipeline"


def request(*, trigger: str, by: Any = None, connection: str = "", full: bool = False) -> Pipeline:
    """Queue one turn; one that already waits is joined, not doubled."""
    try:
        with transaction.atomic():
            asked = Pipeline.objects.create(
                trigger=trigger,
                requested_by=str(by or ""),
                only={"connection": connection, "full": full},
                correlation_id=new_correlation_id(),
            )
    except IntegrityError:
        asked = Pipeline.objects.get(state=Pipeline.State.QUEUED)
    enqueue(asked)
    return asked


def enqueue(asked: Pipeline) -> None:
    """Put the turn's job into the queue, unless it is there; running it twice would be harmless."""
    queue, job = django_rq.get_queue("default"), f"pipeline-{asked.pk}"
    if job not in queue.job_ids:
        queue.enqueue(JOB, asked.pk, job_id=job, result_ttl=60)
