"""A feed that stopped is told at once to those who can mend it, once per stop."""

from datetime import timedelta

import pytest

from opsboard.alerts.models import Delivery
from opsboard.alerts.queries import derive
from opsboard.sync.models import Connection, Run, Stream
from tests.alerts.world import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def erp():
    return Connection.objects.create(
        slug="erp", title="Tryton", connector="tryton", system="erp", role="erp"
    )


def stop(connection, name, at):
    stream, _ = Stream.objects.update_or_create(
        connection=connection, name=name, defaults={"kind": name, "state": "stopped"}
    )
    Run.objects.create(stream=stream, state="stopped", started_at=at, ended_at=at)
    return stream


def told():
    return Delivery.objects.filter(sort="stream")


def test_a_stopped_feed_is_told_once_to_integration_support(erp, marek, sofia):
    stop(erp, "party", NOW)
    stop(erp, "invoice", NOW)
    derive(NOW + timedelta(minutes=1))
    derive(NOW + timedelta(minutes=16))
    assert told().get().person == marek
    assert told().get().about.startswith("stream:erp:")


def test_quiet_hours_do_not_silence_a_stopped_feed(erp, marek):
    night = NOW + timedelta(hours=13)
    stop(erp, "party", night)
    derive(night)
    assert told().get().not_before == night


def test_stopping_again_is_told_again(erp, marek):
    stream = stop(erp, "party", NOW)
    derive(NOW + timedelta(minutes=1))
    Stream.objects.filter(pk=stream.pk).update(state="ready")
    derive(NOW + timedelta(minutes=2))
    stop(erp, "party", NOW + timedelta(hours=1))
    derive(NOW + timedelta(hours=1))
    assert told().count() == 2


def test_a_feed_that_is_only_trying_again_is_told_to_nobody(erp, marek):
    Stream.objects.create(connection=erp, name="party", kind="party", state="retrying")
    derive(NOW)
    assert not told().exists()
