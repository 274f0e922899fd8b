"""A pull stores every page with the cursor behind it, and says how it ended."""

import gzip
import hashlib
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.utils import timezone

from opsboard.sync.claim import claimed
from opsboard.sync.models import RawPage, Run, Stream
from opsboard.sync.pull import pull
from opsboard.sync.queries import due_streams
from tests.sync.world import party


def test_pages_are_kept_as_they_came(source):
    source.says({"rows": [party(1)], "origin": "GET /parties"}, {"rows": [party(2)]})
    run = pull(source.stream())

    assert (run.state, run.pages) == ("done", 2)
    first, second = RawPage.objects.order_by("pk")
    body = gzip.decompress(bytes(first.body))
    assert b"Customer 1" in body
    assert first.sha256 == hashlib.sha256(body).hexdigest()
    assert (first.origin, first.cursor, second.cursor) == ("GET /parties", "1", "2")
    assert source.stream().cursor == "2"


def test_the_next_pull_goes_on_from_the_cursor(source):
    source.says({"rows": [party(1)]})
    pull(source.stream())
    source.says({"rows": [party(1)]}, {"rows": [party(2)]})
    run = pull(source.stream())

    assert run.pages == 1
    assert RawPage.objects.count() == 2


def test_a_full_pull_begins_at_the_beginning(source):
    source.says({"rows": [party(1)]}, {"rows": [party(2)]})
    pull(source.stream())
    run = pull(source.stream(), full=True)

    assert run.pages == 2
    assert source.stream().cursor == "2"


def test_a_stream_that_answered_is_due_after_its_interval(source):
    source.says({"rows": [party(1)]})
    before = timezone.now()
    pull(source.stream())
    stream = source.stream()

    assert stream not in due_streams(before + timedelta(minutes=14))
    assert stream in due_streams(timezone.now() + timedelta(minutes=15))


def test_pages_before_an_error_are_kept(source):
    source.says({"rows": [party(1)]}, {"try_again": "busy"})
    run = pull(source.stream())

    assert (run.state, run.pages, run.error) == ("failed", 1, "busy")
    assert source.stream().cursor == "1"
    source.says({"rows": [party(1)]}, {"rows": [party(2)]})
    source.stream().connection.wake()
    assert pull(source.stream()).pages == 1


def test_a_page_and_its_cursor_stand_together_or_not_at_all(source):
    # Half a surrogate pair cannot be stored: the page fails after its cursor was moved.
    source.says({"rows": [party(1)]}, {"rows": [party(2)], "origin": "\ud800"})
    run = pull(source.stream())

    assert run.state == "failed"
    assert source.stream().cursor == "1"
    assert RawPage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_stream_is_pulled_by_one_process_at_a_time(source):
    source.says({"rows": [party(1)]})
    stream = source.stream()
    runs = []

    def pull_elsewhere():
        runs.append(pull(Stream.objects.get(pk=stream.pk)))
        connections.close_all()

    with claimed(stream) as is_ours:
        assert is_ours
        other = threading.Thread(target=pull_elsewhere)
        other.start()
        other.join()
    assert runs == [None]
    assert Run.objects.count() == 0

    pull_elsewhere()
    assert runs[1].state == "done"


def test_a_run_left_by_a_dead_process_is_marked_killed(source):
    left = Run.objects.create(stream=source.stream(), started_at=datetime(2026, 7, 1, tzinfo=UTC))
    source.says({"rows": [party(1)]})
    pull(source.stream())
    left.refresh_from_db()

    assert left.state == "killed"
    assert left.ended_at is not None


def test_a_session_that_lost_its_claim_does_not_write(source):
    source.says({"rows": [party(1)]}, {"rows": [party(2)]})
    stream = source.stream()

    class Thief:
        """Moves the cursor behind the pull's back, as another process would."""

        def __init__(self):
            self.is_done = False

        def __call__(self, execute, sql, *rest):
            if "sync_rawpage" in sql and sql.startswith("INSERT") and not self.is_done:
                self.is_done = True
                result = execute(sql, *rest)
                Stream.objects.filter(pk=stream.pk).update(cursor="elsewhere")
                return result
            return execute(sql, *rest)

    with connections["default"].execute_wrapper(Thief()):
        run = pull(stream)

    assert run.state == "killed"
    assert source.stream().cursor == "elsewhere"
    assert RawPage.objects.count() == 1
