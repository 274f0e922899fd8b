"""One pull of one stream: every page stored as it came, with the next cursor, or not at all."""

import gzip
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import Error, transaction
from django.db.models import F
from opentelemetry import trace
from rq.timeouts import BaseTimeoutException

from connectors.base import NeedsHuman, Page, TryAgain
from opsboard import clock
from opsboard.correlation import (
    CORRELATION,
    correlation,
    current_correlation_id,
    new_correlation_id,
)
from opsboard.sync.claim import claimed
from opsboard.sync.models import Pipeline, RawPage, Run, Stream
from opsboard.sync.sources import blamed, opened, said

tracer = trace.get_tracer(__name__)


class Overtaken(Exception):
    """Somebody else moved the cursor: this session lost its claim, and must not write."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a pull ended, in words for people; `asked` is when the source wants to be asked again."""

    state: str = Run.State.DONE
    error: str = ""
    remedy: str = ""
    asked: timedelta | None = field(default=None)


def pull(stream: Stream, *, pipeline: Pipeline | None = None, full: bool = False) -> Run | None:
    """Ask the source from the stream's cursor on, or from the beginning when `full`.

    None when nothing was asked: another process is pulling the stream, or its connection rests.
    """
    now = clock.now()
    with claimed(stream) as is_ours:
        stream.refresh_from_db()
        if not is_ours or stream.connection.is_resting(now):
            return None
        _bury(stream, now)
        return _run(stream, pipeline, now, full=full)


def _bury(stream: Stream, now: datetime) -> None:
    """The claim is ours, so whoever left a run behind is dead."""
    stream.runs.filter(state=Run.State.RUNNING).update(
        state=Run.State.KILLED, ended_at=now, error="Its process ended before the pull did."
    )


def _run(stream: Stream, pipeline: Pipeline | None, now: datetime, *, full: bool) -> Run:
    run = Run.objects.create(
        stream=stream,
        pipeline=pipeline,
        started_at=now,
        correlation_id=_correlation_id(pipeline),
    )
    if full:
        Stream.objects.filter(pk=stream.pk).update(cursor="")
        stream.cursor = ""
    with _hop(stream, run) as span:
        ending = _ask(stream, run)
        _settle(stream, run, ending)
        span.set_attribute("pages", run.pages)
        if ending.error:
            span.set_status(trace.StatusCode.ERROR, ending.state)
    return run


def _correlation_id(pipeline: Pipeline | None) -> str:
    """The turn's own, or that of whoever asks, or a new one."""
    of_pipeline = pipeline.correlation_id if pipeline else ""
    return of_pipeline or current_correlation_id() or new_correlation_id()


@contextmanager
def _hop(stream: Stream, run: Run) -> Iterator[trace.Span]:
    """The span of a pull, and what is asked beneath it, under the run's correlation ID.

    An error's text may hold what a span must never hold, so the span does not record it.
    """
    with (
        correlation(run.correlation_id),
        tracer.start_as_current_span(
            f"pull {stream}",
            attributes={CORRELATION: run.correlation_id},
            record_exception=False,
            set_status_on_exception=False,
        ) as span,
    ):
        yield span


def _ask(stream: Stream, run: Run) -> Ending:
    """Store pages until the source is done or fails. Our own database's errors are not caught:
    there would be nowhere to write them.
    """
    slug = stream.connection_id
    try:
        with opened(stream.connection) as connector:
            for page in connector.pull(stream.name, stream.cursor):
                _store(stream, run, page)
    except TryAgain as error:
        return Ending(Run.State.FAILED, said(slug, error), asked=error.retry_after)
    except NeedsHuman as error:
        return Ending(Run.State.STOPPED, said(slug, error), said(slug, error.remedy))
    except Overtaken:
        return Ending(Run.State.KILLED, "Another process took the stream over.")
    except (Error, BaseTimeoutException):
        raise
    except Exception as error:
        return Ending(Run.State.FAILED, blamed(slug, error))
    return Ending()


@transaction.atomic
def _store(stream: Stream, run: Run, page: Page) -> None:
    """The page and the cursor behind it stand together or not at all."""
    mine = Stream.objects.filter(pk=stream.pk, cursor=stream.cursor)
    if not mine.update(cursor=page.cursor):
        raise Overtaken
    RawPage.objects.create(
        run=run,
        stream=stream,
        part=page.part,
        body=gzip.compress(page.body, mtime=0),
        sha256=hashlib.sha256(page.body).hexdigest(),
        cursor=page.cursor,
        watermark=page.watermark,
        origin=said(stream.connection_id, page.origin),
        received_at=clock.now(),
    )
    Run.objects.filter(pk=run.pk).update(pages=F("pages") + 1)
    stream.cursor = page.cursor


@transaction.atomic
def _settle(stream: Stream, run: Run, ending: Ending) -> None:
    now = clock.now()
    run.end(ending.state, now, ending.error)
    if ending.state == Run.State.DONE:
        stream.succeed(run.started_at)
    elif ending.state == Run.State.FAILED:
        stream.retry(ending.error, now, ending.asked)
    elif ending.state == Run.State.STOPPED:
        stream.stop(ending.error, ending.remedy)
