"""The view `feed`: one row per active stream, up to when it is complete and when it is stale."""

from datetime import datetime, timedelta

import time_machine
from django.db import connection

from opsboard.sync.pull import pull
from tests.sync.world import NOON, party, scripted

TEN = "2026-07-02T10:00:00+00:00"


def feed(columns, key="crm/party"):
    with connection.cursor() as cursor:
        cursor.execute(f"select {columns} from feed where key = %s", [key])
        return cursor.fetchone()


def test_a_feed_says_what_it_is_and_up_to_when_it_is_complete(source):
    source.says({"rows": [party(1), {"id": 2}], "watermark": TEN})
    pull(source.stream())
    source.load()

    assert feed("connection, name, system, system_role, kind, state, refused") == (
        *("crm", "party", "crm", "crm", "party", "ready"),
        1,
    )
    ten = datetime.fromisoformat(TEN)
    assert feed("watermark, interval, tolerance, stale_at") == (
        ten,
        timedelta(minutes=15),
        timedelta(hours=1),
        ten + timedelta(hours=1),
    )


def test_a_slow_feed_has_twice_its_interval(source, deployment):
    deployment(scripted(source.script, '[connection.crm.streams.party]\ninterval = "24h"'))
    assert feed("tolerance") == (timedelta(hours=48),)


def test_a_feed_never_read_is_stale_after_it_was_first_asked(source):
    assert feed("stale_at") == (None,)
    source.says({"try_again": "busy"})
    with time_machine.travel(NOON, tick=False):
        pull(source.stream())

    assert feed("stale_at, last_error, state") == (NOON + timedelta(hours=1), "busy", "retrying")


def test_what_is_not_active_is_no_feed(source, deployment):
    deployment()
    assert feed("key") is None
