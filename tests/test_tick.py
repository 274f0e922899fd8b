"""What the clock asks for once a minute: no part of it keeps another from being done."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from opsboard import pipeline
from opsboard.config import using
from opsboard.sync.models import Pipeline
from opsboard.traces.models import Span
from tests.test_config import SMALL

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def past():
    """A span that is past its age, which every tick removes."""
    then = now() - timedelta(days=100)
    return Span.objects.create(
        trace_id="1", span_id="1", service="psa", name="old", started_at=then, ended_at=then
    )


def test_a_mail_server_that_is_wrong_keeps_nothing_else_from_being_done(settings, caplog, past):
    settings.SMTP_URL = "no address"
    lost = Pipeline.objects.create(state=Pipeline.State.RUNNING, started_at=now())
    with using(SMALL):
        pipeline.tick()

    assert "a part of the tick failed" in caplog.text
    assert not Span.objects.exists()
    lost.refresh_from_db()
    assert lost.state == "failed"


def test_a_queue_that_is_down_keeps_nothing_else_from_being_done(settings, caplog, past):
    settings.RQ_QUEUES = {"default": {"URL": "redis://127.0.0.1:1/0"}}
    Pipeline.objects.create()
    with using(SMALL):
        pipeline.tick()

    assert "a part of the tick failed" in caplog.text
    assert not Span.objects.exists()


def test_a_tick_in_order_says_nothing(caplog, past):
    with using(SMALL):
        pipeline.tick()

    assert not caplog.records
