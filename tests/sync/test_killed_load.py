"""A load killed outright in the middle: nothing of it stands, and the next one does it once."""

import threading
from contextlib import contextmanager

import pytest
from django.db import connection, connections, transaction

from opsboard.loading import load_stream
from opsboard.sync.models import RawPage, RefusedRow, Run
from opsboard.sync.pull import pull
from tests.sync.processes import eventually, killed_afterwards
from tests.sync.world import FIRM, party, scripted

LOAD = """
import connectors
connectors.CONNECTORS["scripted"] = "tests.sync.scripted:Scripted"
from opsboard.loading import load_stream
from opsboard.sync.models import Stream
load_stream(Stream.objects.get(name="party"))
"""
pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def locked_pages():
    """Nobody can mark a page as loaded meanwhile: a load stops at its last step."""
    held, let_go = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("lock table sync_rawpage in share mode")
            held.set()
            let_go.wait(60)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    try:
        yield
    finally:
        let_go.set()
        holder.join()


def count(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def is_waiting():
    return count(
        "select count(*) from pg_locks where not granted and relation = 'sync_rawpage'::regclass"
    )


def load_again(stream):
    """False while the dead session still holds its claim."""
    load_stream(stream)
    return not RawPage.objects.filter(loaded_at=None).exists()


def test_a_killed_load_leaves_nothing_and_is_done_once(source, tmp_path):
    source.says({"rows": [party(1), party(2)]}, {"rows": [party(3), party(4, state="?")]})
    pull(source.stream())
    with locked_pages(), killed_afterwards(LOAD, FIRM + scripted(source.script), tmp_path):
        eventually(is_waiting, 30)
    assert count("select count(*) from party") == 0
    assert not RefusedRow.objects.exists()

    eventually(lambda: load_again(source.stream()))
    assert count("select count(*) from party") == 3
    assert count("select count(*) from records_change") == 0
    run = Run.objects.get()
    assert (run.rows, run.changed, run.refused) == (4, 3, 1)
