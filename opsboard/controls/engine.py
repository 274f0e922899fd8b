"""Asks one control its question, in full or only about what changed, and leaves the evidence.

Inside `judging` the temporary table `outcome` holds every subject that is not simply matched, and
`asked` the subjects that were judged (absent when all were). The exceptions room settles from them
in the same transaction, so a run and its consequences are one fact.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.utils import OperationalError
from opentelemetry import trace

from opsboard.clock import now
from opsboard.controls import causes, changes, judgement, totals
from opsboard.controls.catalogue import Definition
from opsboard.controls.feeds import bound, watermarks
from opsboard.controls.models import Control, ControlRun
from opsboard.controls.versions import known

tracer = trace.get_tracer(__name__)
# Past this share of the population a full run is cheaper (performance.md 3); few are always cheap.
SHARE, FEW = 0.05, 50
PATIENCE = "20s"
# What PostgreSQL calls two transactions that crossed, and a statement that took too long; its
# messages depend on the server's language.
CROSSED, TOO_LONG = {"40001", "40P01"}, "57014"


class Crossed(Exception):
    """Somebody acted on what was being settled. Nothing is left; run again on what they did."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is asked for. `extra` subjects are judged whatever changed (claims)."""

    definition: Definition
    as_of: datetime
    pipeline: int | None = None
    full: bool = False
    extra: Sequence[str] = ()
    parameters: dict[str, Any] | None = None
    in_close_window: bool = False
    # The legal entities in their close window; severity follows them.
    closing: str = ""
    # Status, effective_from and approved_by of the version (0.12).
    life: dict[str, Any] | None = None

    @property
    def values(self) -> dict[str, Any]:
        return {**self.definition.parameters, **(self.parameters or {})}


@contextmanager
def judging(order: Order) -> Iterator[ControlRun]:
    """Judge, let the caller settle, and commit both; a failure is recorded and raised.

    The control's advisory lock is taken before the transaction, so that a second engine starts
    from what this one committed.
    """
    definition = order.definition
    control = known(definition, order.values, order.as_of, order.life)
    run = ControlRun(control=control, started_at=now(), as_of=order.as_of)
    with (
        _lock(definition.code),
        tracer.start_as_current_span(f"control {definition.code}") as span,
    ):
        try:
            with transaction.atomic():
                _repeatable_read()
                control.refresh_from_db()
                _judge(run, order)
                run.save()
                yield run
                _remember(run, order)
        except Exception as error:
            if _sqlstate(error) in CROSSED:
                raise Crossed(definition.code) from error
            _record_failure(run, order, error)
            raise
        span.set_attributes({"findings": run.findings, "mode": run.mode, "judged": run.judged})


def _judge(run: ControlRun, order: Order) -> None:
    definition = order.definition
    marks = watermarks(definition)
    run.bound = bound(marks, order.as_of)
    run.watermarks = {name: mark and mark.isoformat() for name, mark in marks.items()}
    run.pipeline_id, run.parameters = order.pipeline, order.values
    run.version, run.digest = run.control.version, run.control.digest
    run.status, run.totals = run.control.status, {}
    with connection.cursor() as cursor:
        changes.fill_unread(cursor, definition)
        run.mode, run.reason = _choose(cursor, run, order)
        if run.mode == ControlRun.Mode.FULL or not _ask_some(cursor, run, order):
            run.mode = ControlRun.Mode.FULL
            judgement.ask_all(cursor, run, order)
        if not definition.own_cause:
            causes.attribute(cursor, definition)
        judgement.mark_unrecorded(cursor, definition)
        run.totals["amounts"] = totals.by_verdict(cursor)
        run.result_hash = judgement.hash_of_findings(cursor)
    run.state = ControlRun.State.DONE
    run.ended_at = now()


def _choose(cursor, run: ControlRun, order: Order) -> tuple[str, str]:
    """Full or incremental, and the reason when it is full."""
    control, definition = run.control, order.definition
    if order.full:
        return ControlRun.Mode.FULL, "asked for"
    if definition.always_full:
        return ControlRun.Mode.FULL, definition.always_full[:200]
    if not control.seen:
        return ControlRun.Mode.FULL, "first run of this version"
    if control.closing != _closing(order):
        return ControlRun.Mode.FULL, "the close window opened or closed"
    obstacle = changes.must_run_in_full(cursor, definition, control.seen)
    if obstacle:
        return ControlRun.Mode.FULL, obstacle
    values = {
        "seen": control.seen,
        "bound": run.bound,
        "code": control.code,
        "extra": list(order.extra),
    }
    asked = changes.fill_asked(cursor, definition, values)
    base = last_full(control)
    if asked > max(FEW, SHARE * (base.population or 0) if base else 0):
        cursor.execute("drop table asked")
        return ControlRun.Mode.FULL, f"{asked} subjects changed"
    run.based_on = base
    return ControlRun.Mode.INCREMENTAL, ""


def _ask_some(cursor, run: ControlRun, order: Order) -> bool:
    """Judge only `asked`. False when it took too long; then nothing is left of the attempt."""
    try:
        with transaction.atomic():
            cursor.execute(f"set local statement_timeout = '{PATIENCE}'")
            judgement.ask_some(cursor, run, order)
            cursor.execute("set local statement_timeout = 0")
    except OperationalError as error:
        if _sqlstate(error) != TOO_LONG:
            raise
        cursor.execute("drop table asked")
        run.reason, run.based_on = "the incremental run took too long", None
        return False
    return True


def _closing(order: Order) -> str:
    return order.closing or ("all" if order.in_close_window else "")


@contextmanager
def retiring(control: Control, as_of: datetime, pipeline: int | None) -> Iterator[ControlRun]:
    """The evidence with which a control that runs no more lets go of its items."""
    with _lock(control.code), transaction.atomic():
        run = ControlRun.objects.create(
            control=control,
            pipeline_id=pipeline,
            version=control.version,
            digest=control.digest,
            mode=ControlRun.Mode.FULL,
            reason="switched off",
            state=ControlRun.State.DONE,
            as_of=as_of,
            started_at=now(),
            ended_at=now(),
        )
        yield run
        control.seen = ""
        control.save(update_fields=["seen"])


def give_up(order: Order, error: Exception) -> None:
    """Record that a control crossed others every time it was tried; IN12 finds it."""
    control = known(order.definition, order.values, order.as_of, order.life)
    run = ControlRun(control=control, started_at=now(), as_of=order.as_of)
    _record_failure(run, order, error)


def _sqlstate(error: Exception) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""


def last_full(control: Control) -> ControlRun | None:
    done = control.runs.filter(mode=ControlRun.Mode.FULL, state=ControlRun.State.DONE)
    return done.order_by("-started_at").first()


def _remember(run: ControlRun, order: Order) -> None:
    """What the next run may rely on: this snapshot, and the subjects that time alone can change."""
    with connection.cursor() as cursor:
        judgement.remember_waiting(cursor, run)
        cursor.execute("select pg_current_snapshot()::text")
        # A snapshot leaves its own transaction out: what a caller's writes later would look seen.
        run.control.seen = cursor.fetchone()[0] if _is_outermost() else ""
        # The caller's transaction, if there is one, may ask another control.
        cursor.execute("drop table if exists unread, asked, judged, outcome, own_said")
    run.control.bound, run.control.judged_at = run.bound, order.as_of
    run.control.closing = _closing(order)
    if run.mode == ControlRun.Mode.FULL:
        run.control.full_run_at = order.as_of
    run.control.save()


def _record_failure(run: ControlRun, order: Order, error: Exception) -> None:
    """Evidence that the control did not run; IN12 finds it."""
    ControlRun.objects.create(
        control=run.control,
        pipeline_id=order.pipeline,
        version=run.control.version,
        digest=run.control.digest,
        parameters=order.values,
        mode=run.mode or ControlRun.Mode.FULL,
        state=ControlRun.State.FAILED,
        as_of=order.as_of,
        started_at=run.started_at,
        ended_at=now(),
        population=run.population,
        judged=run.judged,
        identity_holds=run.identity_holds,
        error=_named(error)[:2000],
    )


def _named(error: Exception) -> str:
    """What a reader of any role may see: our own words, and of all else the name and the code.

    PostgreSQL quotes values in its messages, so they are for the log alone.
    """
    if isinstance(error, judgement.IdentityBroken | Crossed):
        return f"{type(error).__name__}: {error}"
    code = _sqlstate(error)
    name = f"{type(error.__cause__).__name__}, SQLSTATE {code}" if code else type(error).__name__
    return f"{name}; the log says more"


def _repeatable_read() -> None:
    """One snapshot for cursor and evaluation. Inside a caller's transaction its own level stays."""
    if _is_outermost():
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read")


def _is_outermost() -> bool:
    return not connection.savepoint_ids


@contextmanager
def _lock(code: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtext('control'), hashtext(%s))", [code])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(hashtext('control'), hashtext(%s))", [code])
