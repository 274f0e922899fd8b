"""What follows what: pull, load, reconcile, settle, group, tell. No other file knows.

All state is rows, so every step may be killed and run again. The steps of one pipeline run inside
one job; the queue carries only `tick` and `run_pipeline`.
"""

import hashlib
import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from opentelemetry import trace

from opsboard import telemetry
from opsboard.alerts import queries as alerts
from opsboard.alerts import sending
from opsboard.clock import now
from opsboard.config import Misconfigured, config
from opsboard.controls import engine
from opsboard.controls.checks import refuse_mistakes
from opsboard.controls.closing import entities_closing
from opsboard.controls.lives import settings_of, wanted
from opsboard.controls.models import Control, Status
from opsboard.exceptions.engine.escalating import watch
from opsboard.exceptions.engine.redrive import carry_out
from opsboard.exceptions.engine.regroup import regroup
from opsboard.exceptions.engine.settle import has_unsettled, let_go, restless_subjects, settle
from opsboard.loading import load_stream
from opsboard.people.calendars import settle_calendars
from opsboard.people.queries import settle_teams
from opsboard.people.working_time import in_close_window
from opsboard.records import counting, governance, matches
from opsboard.sync import queries as sync
from opsboard.sync.claim import only_turn
from opsboard.sync.models import Pipeline, Stream
from opsboard.sync.pull import pull as pull_stream
from opsboard.sync.turns import bury_the_lost, enqueue, request, wishes
from opsboard.traces import queries as traces

log = logging.getLogger(__name__)
tracer = trace.get_tracer(__name__)
# After so many changes in all of a turn the planner must be told anew.
MANY = 1_000
TRIES = 3


def tick() -> None:
    """Once a minute: run what is due, pick up what a killed worker left, send what waits.

    A mail server or a queue that is wrong stops its own part alone.
    """
    for part in (
        bury_the_lost,
        lambda: carry_out(now()),
        _queue_turns,
        _watch,
        lambda: tell(now()),
        lambda: sync.forget(now(), config()),
        lambda: traces.forget(now(), config().retention.spans),
        telemetry.flush,
    ):
        try:
            part()
        except Exception:
            log.exception("a part of the tick failed")


def _queue_turns() -> None:
    if sync.due_streams(now()).exists():
        request(trigger="schedule")
    for waiting in Pipeline.objects.filter(state=Pipeline.State.QUEUED):
        enqueue(waiting)


def _watch() -> None:
    """What time alone changes, also while nothing is pulled: who is away, and what is late."""
    at = now()
    watch(at, config(), in_close_window=in_close_window(at, config().firm.close_day))


def run_pipeline(number: int) -> None:
    """The job: one pipeline from pull to mail. Does nothing when it ran or is running."""
    with only_turn() as is_ours:
        mine = Pipeline.objects.filter(pk=number, state=Pipeline.State.QUEUED)
        if not is_ours or not mine.update(state=Pipeline.State.RUNNING, started_at=now()):
            return
        pipeline = Pipeline.objects.get(pk=number)
        try:
            with telemetry.correlation(pipeline.correlation_id):
                turn(pipeline)
            pipeline.state = Pipeline.State.DONE
        except Exception as error:
            log.exception("pipeline %s failed at %s", number, pipeline.step)
            pipeline.state = Pipeline.State.FAILED
            pipeline.error = _in_words(error, pipeline.step)
        finally:
            pipeline.ended_at = now()
            pipeline.save()
            telemetry.flush()


def _in_words(error: Exception, step: str) -> str:
    """Mistakes of the file hold no secrets; any other message may quote what a source sent."""
    if isinstance(error, Misconfigured):
        return f"opsboard.toml cannot be used: {error}"
    return f"{type(error).__name__} at {f'step {step}' if step else 'its beginning'}"


def turn(pipeline: Pipeline) -> None:
    """Pull, load, reconcile and tell, with every step named on the pipeline's row."""
    with tracer.start_as_current_span("pipeline"):
        prepare()
        _step(pipeline, "replay")
        carry_out(now())
        _step(pipeline, "pull")
        for wish in wishes(pipeline):
            pull_streams(sync.wished_streams(wish), pipeline=pipeline, full=wish["full"])
        _step(pipeline, "reconcile")
        reconcile(pipeline=pipeline)
        _step(pipeline, "tell")
        tell(now())
        _step(pipeline, "done")


def prepare() -> None:
    """Make the rows that follow from configuration equal to it."""
    deployment = config()
    refuse_mistakes(deployment)
    settle_calendars(deployment, now().date())
    settle_teams(deployment)
    governance.settle(deployment.ownership)
    for stream in sync.settle_connections(deployment):
        sync.reopen(stream)


def pull(connection: str | None = None, stream: str | None = None, *, full: bool = False) -> int:
    """Pull and load now, in this process: everything, one connection, or one stream."""
    prepare()
    streams = sync.active_streams()
    if connection:
        streams = streams.filter(connection=connection)
    if stream:
        streams = streams.filter(name=stream)
    with telemetry.correlation(telemetry.new_correlation_id()):
        return pull_streams(streams, full=full)


def pull_streams(
    streams: Iterable[Stream], *, pipeline: Pipeline | None = None, full: bool = False
) -> int:
    """Pull each stream and load what is stored, also what an earlier, killed run had stored."""
    pulled, began = 0, now()
    for stream in list(streams):
        run = pull_stream(stream, pipeline=pipeline, full=full)
        pulled += run is not None
        load_stream(stream)
    for stream in sync.waiting_streams():
        load_stream(stream)
    counting.count_once()
    changed = sync.changed_since(began)
    if sum(changed.values()) > MANY:
        counting.count_rows()
    matches.propose(set(changed), now())
    return pulled


def reconcile(
    codes: Iterable[str] = (),
    *,
    full: bool = False,
    as_of: datetime | None = None,
    pipeline: Pipeline | None = None,
) -> list[str]:
    """Run controls, settle what they find, and derive the groups. Returns the codes that failed.

    A control that fails leaves its evidence, keeps its items, and does not stop the others.
    """
    as_of = as_of or now()
    closing = in_close_window(as_of, config().firm.close_day)
    entities = entities_closing(as_of, config().firm.close_day)
    failed = []
    for definition, life in wanted(set(codes), as_of):
        order = engine.Order(
            definition=definition,
            as_of=as_of,
            pipeline=pipeline.pk if pipeline else None,
            full=full,
            extra=restless_subjects(definition.code, as_of, config().firm.group_currency),
            parameters=_parameters(definition.code, as_of),
            in_close_window=closing,
            closing=entities,
            life=life,
        )
        if not _judge(order):
            failed.append(definition.code)
    _retire(as_of, pipeline)
    regroup(as_of, config(), in_close_window=closing)
    return failed


def _judge(order: engine.Order) -> bool:
    for attempt in range(1, TRIES + 1):
        try:
            with engine.judging(order) as run:
                # A shadow counts, and raises nothing (domain.md 0.12).
                if run.status == Status.LIVE:
                    settle(run, order.definition, config(), in_close_window=order.in_close_window)
            return True
        except engine.Crossed as crossing:
            if attempt == TRIES:
                engine.give_up(order, crossing)
        except Exception:
            log.exception("control %s failed", order.definition.code)
            return False
    return False


def _retire(as_of: datetime, pipeline: Pipeline | None) -> None:
    """A control that was switched off or removed holds nothing any more."""
    for control in Control.objects.filter(active=False):
        if has_unsettled(control.code):
            with engine.retiring(control, as_of, pipeline.pk if pipeline else None) as run:
                let_go(run)


def tell(at: datetime) -> None:
    """Derive what people must hear of, and send what is due."""
    alerts.derive(at)
    sending.send(at)


def _parameters(code: str, as_of: datetime | None = None) -> dict[str, Any]:
    """What a firm set for the control, and what severity and amounts rest on: a change of either
    is a new version, and runs in full."""
    deployment = config()
    marks = deployment.thresholds
    return {
        "thresholds": [str(mark) for mark in (marks.t1, marks.t2, marks.t3)],
        "group_currency": deployment.firm.group_currency,
        "calendars": hashlib.sha256(repr(deployment.calendars).encode()).hexdigest()[:12],
        **settings_of(code, (as_of or now()).date()).parameters,
    }


def _step(pipeline: Pipeline, name: str) -> None:
    pipeline.step = name
    pipeline.save(update_fields=["step"])
