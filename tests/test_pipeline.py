"""One turn of the river through the real queue, and what a killed worker leaves to the next."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import django_rq
import pytest
from django.db import connection, connections, transaction
from rq import SimpleWorker

from opsboard import pipeline, telemetry
from opsboard.clock import FOLDER, now
from opsboard.config import using
from opsboard.controls.catalogue import catalogue
from opsboard.controls.models import ControlRun
from opsboard.exceptions.models import ExceptionItem, Group
from opsboard.records.models import Change, TimeEntry
from opsboard.sync.models import Pipeline, Stream
from opsboard.sync.turns import bury_the_lost, request
from opsboard.traces.models import Span
from tests.sync.processes import eventually

pytestmark = pytest.mark.django_db(transaction=True)
DEMO = Path(__file__).parent.parent / "deploy" / "demo.toml"
RUN = "pipeline.run_pipeline"
# The step on the row, and the table to which it writes when it is interrupted there.
WRITES = [
    ("pull", "sync_rawpage"),
    ("pull", "records_timeentry"),
    ("reconcile", "controls_controlrun"),
    ("reconcile", "exceptions_exceptionitem"),
    ("tell", "alerts_delivery"),
]


@pytest.fixture
def northquay(tmp_path, monkeypatch):
    """The demo's firm, of the smallest size and at its own time; gives its configuration's path."""
    text = DEMO.read_text().replace("../.state/northquay", str(tmp_path / "firm"))
    path = tmp_path / "opsboard.toml"
    path.write_text(text.replace('size = "default"', 'size = "tiny"'))
    monkeypatch.setenv(FOLDER, str(tmp_path / "firm"))
    with using(path):
        yield path


@pytest.fixture
def queue():
    found = django_rq.get_queue("default")
    found.empty()
    yield found
    found.empty()


def work(queue):
    worker = django_rq.get_worker("default", worker_class=SimpleWorker)
    worker.work(burst=True)


def test_a_turn_runs_inside_one_job_and_leaves_its_spans(northquay, queue, monkeypatch):
    telemetry.start()
    try:
        asked = request(trigger="by hand", by="Marek Nowak")
        assert len(queue) == 1
        work(queue)
    finally:
        telemetry.stop()

    asked.refresh_from_db()
    assert (asked.state, asked.step, asked.error) == ("done", "done", "")
    assert TimeEntry.objects.count() > 200
    assert ControlRun.objects.filter(pipeline=asked, state="done").count() == len(catalogue())
    assert Group.objects.exclude(due_at=None).count() == Group.objects.count() > 10
    hops = Span.objects.filter(correlation_id=asked.correlation_id)
    names = set(hops.values_list("name", flat=True))
    assert {"pipeline", "pull psa/time_entry", "load time_entry", "control TP01"} <= names
    assert len(set(hops.values_list("trace_id", flat=True))) == 1


def test_a_request_joins_the_one_that_waits(queue):
    first = request(trigger="schedule")
    second = request(trigger="by hand")

    assert first == second
    assert Pipeline.objects.count() == 1
    assert len(queue) == 1


def test_a_second_turn_of_the_same_hour_changes_nothing(northquay, queue):
    request(trigger="schedule")
    work(queue)
    before = list(ExceptionItem.objects.order_by("id").values())
    Stream.objects.update(next_attempt_at=None)
    request(trigger="schedule")
    work(queue)

    assert list(ExceptionItem.objects.order_by("id").values()) == before
    assert not Change.objects.exists()


@contextmanager
def locked(table):
    """Nobody can write to the table meanwhile: whoever wants to stops exactly there."""
    held, let_go = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"lock table {table} in share mode")
            held.set()
            let_go.wait(120)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    try:
        yield
    finally:
        let_go.set()
        holder.join()


@contextmanager
def killed_afterwards(asked, configuration):
    """Another process that runs the turn; SIGKILL ends it with the block."""
    script = f"import django; django.setup(); from opsboard import pipeline; {RUN}({asked.pk})"
    environment = os.environ | {
        "OPSBOARD_CONFIG": str(configuration),
        "DJANGO_SETTINGS_MODULE": "opsboard.settings",
        "DATABASE_URL": test_database(),
    }
    worker = subprocess.Popen([sys.executable, "-c", script], env=environment)
    try:
        yield worker
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()


def is_waiting(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_locks where not granted and relation = %s::regclass", [table]
        )
        return cursor.fetchone()[0]


def is_buried(asked):
    """Not before the database has noticed that the worker's session is dead."""
    bury_the_lost()
    asked.refresh_from_db()
    return asked.state == "failed"


def test_a_worker_killed_at_any_step_loses_and_doubles_nothing(northquay, queue):
    """SIGKILL while a page is stored, loaded, judged and settled; then one undisturbed turn ends
    what was begun."""
    for step, table in WRITES:
        Stream.objects.update(next_attempt_at=None)
        asked = request(trigger="schedule")
        with locked(table), killed_afterwards(asked, northquay) as worker:
            eventually(lambda table=table: is_waiting(table), 60)
            assert worker.poll() is None
            asked.refresh_from_db()
            assert (asked.state, asked.step) == ("running", step), table
        eventually(lambda asked=asked: is_buried(asked))
        queue.empty()

    Stream.objects.update(next_attempt_at=None)
    pipeline.run_pipeline(request(trigger="schedule").pk)
    disturbed = world()

    fresh_start(queue)
    pipeline.run_pipeline(request(trigger="schedule").pk)
    assert disturbed == world()


def test_database() -> str:
    settings = connection.settings_dict
    return f"postgresql:///{settings['NAME']}?host={settings['HOST']}&user={settings['USER']}"


test_database.__test__ = False


def world():
    entries = set(TimeEntry.objects.values_list("key", "hours", "status"))
    items = set(
        ExceptionItem.objects.exclude(state="resolved").values_list(
            "control", "subject", "amount_at_risk", "cause"
        )
    )
    return entries, items, Change.objects.count()


def fresh_start(queue):
    from django.core.management import call_command

    call_command("flush", interactive=False, verbosity=0)
    queue.empty()


def test_a_turn_that_cannot_use_its_file_says_all_that_is_wrong_with_it(
    northquay, queue, monkeypatch
):
    asked = request(trigger="schedule")
    Path(northquay).write_text("[firm]\n")
    with using(DEMO):
        monkeypatch.setattr("opsboard.config._loaded", [])
        monkeypatch.setattr("django.conf.settings.CONFIG", Path(northquay))
        work(queue)

    asked.refresh_from_db()
    assert asked.state == "failed"
    assert asked.error.startswith("opsboard.toml cannot be used: firm.name: is missing")


def test_what_a_killed_worker_left_running_is_buried_by_the_next_tick(northquay, queue):
    lost = Pipeline.objects.create(state=Pipeline.State.RUNNING, started_at=now())
    pipeline.tick()

    lost.refresh_from_db()
    assert lost.state == "failed"
    assert "The next turn goes on from there" in lost.error
