"""A source in trouble is asked ever more rarely, then not at all; people are told what to do."""

from datetime import timedelta

import pytest
import time_machine

from opsboard.audit.models import AuditEvent
from opsboard.sync.models import Connection
from opsboard.sync.pull import pull
from opsboard.sync.queries import due_streams, release
from tests.sync.world import NOON, party

BUSY = {"try_again": "The source is busy."}
WAITS = [1, 5, 30, 120, 360]


def minutes(count):
    return timedelta(minutes=count)


def test_waits_grow_and_the_sixth_failure_stops(source):
    source.says(BUSY)
    now = NOON
    for wait in WAITS:
        with time_machine.travel(now, tick=False):
            pull(source.stream())
        stream = source.stream()
        assert stream.state == "retrying"
        assert stream.next_attempt_at == now + minutes(wait)
        assert stream not in due_streams(now + minutes(wait) - timedelta(seconds=1))
        assert stream in due_streams(now + minutes(wait))
        now += minutes(wait)

    with time_machine.travel(now, tick=False):
        pull(source.stream())
    stream = source.stream()
    assert stream.state == "stopped"
    assert stream.last_error == "The source is busy."
    assert "release" in stream.remedy
    assert stream not in due_streams(now + timedelta(days=365))


def test_one_good_answer_forgets_the_failures(source):
    source.says(BUSY)
    with time_machine.travel(NOON, tick=False):
        pull(source.stream())
    source.says({"rows": [party(1)]})
    with time_machine.travel(NOON + minutes(2), tick=False):
        pull(source.stream())
    stream = source.stream()

    assert (stream.state, stream.failures, stream.last_error) == ("ready", 0, "")
    assert stream.connection.resting_until is None


@pytest.mark.parametrize(
    ("asked", "waited"), [(600, minutes(10)), (5, minutes(1)), (10**9, timedelta(days=1))]
)
def test_the_source_may_ask_for_a_longer_wait(source, asked, waited):
    source.says({**BUSY, "retry_after": asked})
    with time_machine.travel(NOON, tick=False):
        pull(source.stream())

    assert source.stream().next_attempt_at == NOON + waited
    assert source.stream().connection.resting_until == NOON + waited


def test_a_connection_in_trouble_is_left_alone_as_a_whole(source):
    source.says(BUSY)
    source.says({"rows": [party(1)]}, stream="supplier")
    with time_machine.travel(NOON, tick=False):
        pull(source.stream())
        assert pull(source.stream("supplier")) is None
        assert not due_streams(NOON + timedelta(seconds=59))
    with time_machine.travel(NOON + minutes(1), tick=False):
        assert pull(source.stream("supplier")).state == "done"


def test_one_stream_in_lasting_trouble_does_not_starve_the_others(source):
    source.says(BUSY)
    source.says({"rows": [party(1)]}, stream="supplier")
    now = NOON
    for wait in WAITS:
        with time_machine.travel(now, tick=False):
            pull(source.stream())
        now += minutes(wait)

    assert source.stream("supplier") in due_streams(now - minutes(360) + minutes(1))


def test_what_needs_a_human_stops_at_once_with_the_remedy(source):
    source.says({"needs_human": "The login was refused.", "remedy": "Write the new password."})
    run = pull(source.stream())
    stream = source.stream()

    assert (run.state, stream.state) == ("stopped", "stopped")
    assert stream.last_error == "The login was refused."
    assert stream.remedy == "Write the new password."
    assert stream not in due_streams(NOON + timedelta(days=3650))


def test_a_mended_stream_is_released_and_asked_again(source):
    source.says({"needs_human": "The login was refused."})
    pull(source.stream())
    source.says({"rows": [party(1)]})

    assert release(source.stream())
    assert source.stream() in due_streams(NOON)
    assert AuditEvent.objects.get().subject == "stream crm/party"
    assert not release(source.stream())
    assert pull(source.stream()).state == "done"


def test_release_wakes_a_resting_connection(source):
    source.says(BUSY)
    pull(source.stream())
    release(source.stream())

    assert Connection.objects.get().resting_until is None


def test_a_mistake_of_the_connector_is_ours_and_its_words_are_not_kept(source, caplog):
    source.says({"bug": "salary of Ada Lovelace"})
    run = pull(source.stream())
    stream = source.stream()

    assert (run.state, stream.state) == ("failed", "retrying")
    assert run.error == "The connector failed with KeyError; the log says where."
    assert "scripted.py" in caplog.text
    assert "Ada" not in caplog.text + run.error + stream.last_error
