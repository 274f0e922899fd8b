"""A source with bad manners over real HTTP: each ends in a wait or a stop, and in clear words."""

from datetime import timedelta

import pytest

from opsboard.sync.models import RawPage, RefusedRow, Run, Stream
from opsboard.sync.pull import pull
from tests.connectors.misbehaving import serving
from tests.sync.world import NOON, Source

HOSTILE = """
[connection.crm]
connector = "hostile"
system = "crm"
role = "crm"
base_url = "{address}"
mode = "{mode}"
max_bytes = 100000
"""
pytestmark = pytest.mark.django_db


@pytest.fixture
def pull_from(deployment):
    with serving() as server:

        def pull_once(mode):
            deployment(HOSTILE.format(address=server.address, mode=mode))
            run = pull(Stream.objects.get())
            return run, Stream.objects.get()

        yield pull_once


@pytest.mark.parametrize("mode", ["malformed", "misshapen", "truncated"])
def test_half_an_answer_is_no_page_and_is_asked_for_again(pull_from, mode):
    run, stream = pull_from(mode)

    assert (run.state, stream.state) == ("failed", "retrying")
    assert run.error
    assert stream.cursor == ""
    assert not RawPage.objects.exists()


@pytest.mark.parametrize("mode", ["unauthorised", "huge"])
def test_what_only_a_human_can_mend_stops(pull_from, mode):
    run, stream = pull_from(mode)

    assert (run.state, stream.state) == ("stopped", "stopped")
    assert stream.remedy


def test_a_throttled_pull_waits_as_long_as_it_is_asked_to(pull_from):
    run, stream = pull_from("throttled")

    assert stream.state == "retrying"
    wait = stream.next_attempt_at - run.started_at
    assert timedelta(seconds=90) <= wait < timedelta(seconds=120)
    assert stream.connection.resting_until == stream.next_attempt_at


def test_spoilt_rows_are_refused_and_the_others_load(pull_from):
    _, stream = pull_from("spoilt")
    batch = Source(None).load(stream, at=NOON)

    assert [record.source_id for found in batch for record in found.records] == ["1", "4"]
    assert RefusedRow.objects.filter(state="open").count() == 5
    assert Run.objects.get().refused == 5
