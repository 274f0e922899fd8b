"""Connections and streams are as the configuration says; what is gone keeps its history."""

import pytest

from opsboard.config import Misconfigured
from opsboard.sync.models import Connection, Stream
from opsboard.sync.pull import pull
from opsboard.sync.queries import active_streams, due_streams
from tests.sync.world import NOON, party, scripted


def test_a_configured_connection_has_its_streams(source):
    connection = Connection.objects.get()
    stream = source.stream()

    assert (connection.title, connection.system, connection.role) == ("crm", "crm", "crm")
    assert (stream.kind, stream.mapping_no, stream.state) == ("party", 1, "ready")
    assert len(stream.mapping_version) == 12
    assert {str(one) for one in due_streams(NOON)} == {"crm/party", "crm/supplier"}


def test_settling_twice_changes_nothing(source, deployment):
    before = list(Stream.objects.order_by("pk").values())
    assert deployment(scripted(source.script)) == []
    assert list(Stream.objects.order_by("pk").values()) == before


def test_the_deployment_says_how_often_a_stream_is_asked(source, deployment):
    source.says({"rows": [party(1)]})
    pull(source.stream())
    deployment(scripted(source.script, '[connection.crm.streams.party]\ninterval = "2h"'))
    stream = source.stream()

    assert stream.interval.total_seconds() == 7200
    assert stream in due_streams(NOON), "another interval must be in force at once"


def test_a_connection_taken_out_rests_and_keeps_its_history(source, deployment):
    source.says({"rows": [party(1)]})
    pull(source.stream())
    deployment()

    assert not active_streams().exists()
    assert source.stream().runs.count() == 1
    deployment(scripted(source.script))
    assert source.stream().cursor == "1"
    assert active_streams().count() == 2


def test_a_connection_or_a_stream_can_be_switched_off(source, deployment):
    off = "[connection.crm.streams.supplier]\nenabled = false"
    deployment(scripted(source.script, off))
    assert [str(one) for one in active_streams()] == ["crm/party"]

    deployment(scripted(source.script, "enabled = false"))
    assert not active_streams().exists()


def test_a_known_name_cannot_become_another_source(source, deployment):
    other = scripted(source.script).replace('system = "crm"', 'system = "erp"')
    with pytest.raises(Misconfigured) as error:
        deployment(other)

    assert error.value.mistakes == [
        "connection.crm.system: was crm so far; give another source another name, and take this"
        " one out"
    ]
    assert Connection.objects.get().system == "crm"


def test_a_known_stream_cannot_become_another_kind(source, deployment):
    Stream.objects.filter(name="party").update(kind="worker")
    with pytest.raises(Misconfigured, match=r"crm\.streams\.party\.kind: was worker so far"):
        deployment(scripted(source.script))
