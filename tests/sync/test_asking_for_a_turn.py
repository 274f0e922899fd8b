"""A request that meets a waiting turn joins it, and gets what it asked for."""

import threading

import pytest
from django.db import connections, transaction

from opsboard.pipeline import turn
from opsboard.sync import turns
from opsboard.sync.models import Pipeline, Run, Stream
from opsboard.sync.pull import pull
from opsboard.sync.turns import request, wishes
from tests.sync.world import party


@pytest.fixture(autouse=True)
def queued(monkeypatch):
    """No worker runs here, so nothing is put into its queue."""
    found = []
    monkeypatch.setattr(turns, "enqueue", found.append)
    return found


def asked(pipeline):
    pipeline.refresh_from_db()
    return [(one["connection"], one["full"], one["due"]) for one in wishes(pipeline)]


@pytest.mark.django_db
def test_a_turn_does_what_every_request_that_joined_it_asked_for(queued):
    waiting = request(trigger="schedule")
    assert request(trigger="by hand", connection="psa", full=True) == waiting
    assert request(trigger="by hand", connection="erp") == waiting

    assert asked(waiting) == [("psa", True, False), ("erp", False, False), ("", False, True)]
    assert queued == [waiting] * 3


@pytest.mark.django_db
def test_the_wider_wish_stands_for_the_narrower_one():
    waiting = request(trigger="by hand", connection="psa")
    request(trigger="by hand", connection="psa", full=True)
    request(trigger="by hand", connection="psa")
    assert asked(waiting) == [("psa", True, False)]

    request(trigger="by hand", full=True)
    request(trigger="by hand", connection="erp")
    assert asked(waiting) == [("", True, False)]


@pytest.mark.django_db
def test_what_is_asked_for_by_hand_is_read_though_it_is_not_due(source):
    source.says({"rows": [party(1)]})
    source.says({"rows": [party(2)]}, stream="supplier")
    for stream in Stream.objects.all():
        pull(stream)
    request(trigger="schedule")
    turn(request(trigger="by hand", connection="crm", full=True))

    assert Run.objects.filter(pipeline__isnull=False, pages=1).count() == 2


@pytest.mark.django_db
def test_everything_means_also_what_is_not_due_but_nothing_that_stopped(source):
    for stream in Stream.objects.all():
        pull(stream)
    source.stream("supplier").stop("The key was refused.", "Renew the key.")
    turn(request(trigger="by hand"))

    assert [run.stream.name for run in Run.objects.exclude(pipeline=None)] == ["party"]


@pytest.mark.django_db(transaction=True)
def test_a_request_whose_turn_begins_meanwhile_gets_a_new_one():
    first = request(trigger="schedule")
    second = []

    def ask():
        second.append(request(trigger="by hand", connection="psa"))
        connections.close_all()

    with transaction.atomic():
        Pipeline.objects.filter(pk=first.pk).update(state="running")
        asker = threading.Thread(target=ask)
        asker.start()
        asker.join(0.3)
        assert asker.is_alive()
    asker.join(10)

    assert asked(first) == [("", False, True)]
    assert asked(second[0]) == [("psa", False, False)]
    assert second[0] != first
