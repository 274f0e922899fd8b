"""Spans become rows; they never harm the work and never tell what is not theirs to tell."""

import os
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from django.db import connections
from opentelemetry import trace

from opsboard import telemetry
from opsboard.traces.models import Span

pytestmark = pytest.mark.django_db(transaction=True)
tracer = trace.get_tracer(__name__)
ROOT = Path(__file__).parent.parent


@pytest.fixture
def watched():
    telemetry.start()
    yield
    telemetry.stop()


@pytest.fixture
def vendor():
    class Answer(BaseHTTPRequestHandler):
        heard = []

        def do_GET(self):
            self.heard.append(dict(self.headers))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", Answer.heard
    server.shutdown()
    server.server_close()
    thread.join()


def test_spans_inside_a_correlation_carry_it_and_know_their_parent(watched):
    with (
        telemetry.correlation("ob-1"),
        tracer.start_as_current_span("pull"),
        tracer.start_as_current_span("load") as inner,
    ):
        inner.set_attribute("opsboard.rows", 7)
    with tracer.start_as_current_span("outside"):
        pass
    telemetry.flush()

    pull, load = Span.objects.filter(correlation_id="ob-1").order_by("started_at")
    assert (pull.name, load.name, load.parent_id) == ("pull", "load", pull.span_id)
    assert load.attributes == {"opsboard.rows": 7}
    assert load.service == "opsboard"
    assert pull.started_at <= load.started_at <= load.ended_at <= pull.ended_at
    assert Span.objects.get(name="outside").correlation_id == ""


def test_starting_twice_keeps_every_span_once(watched):
    telemetry.start()
    with tracer.start_as_current_span("once"):
        pass
    telemetry.flush()
    assert Span.objects.filter(name="once").count() == 1


def test_nothing_is_kept_after_stopping(watched):
    telemetry.stop()
    with tracer.start_as_current_span("unseen"):
        pass
    telemetry.flush()
    assert not Span.objects.exists()


def test_a_failure_is_told_by_its_class_and_never_by_its_words(watched):
    with pytest.raises(ValueError, match="salary"), tracer.start_as_current_span("load"):
        raise ValueError("salary of Ada is 1")
    telemetry.flush()
    span = Span.objects.get(name="load")
    assert (span.failed, span.message) == (True, "ValueError")


def test_attributes_never_hold_statements_queries_or_people(watched):
    told = {
        "db.statement": "select salary from worker where name = 'Ada'",
        "http.url": "https://ada:secret@erp.example.com/rpc?name=Ada#Ada",
        "http.user_agent": "Ada's browser",
        "enduser.id": "Ada",
        "http.status_code": 200,
        "opsboard.stream": "erp/party",
        "http.method": "GET",
    }
    with tracer.start_as_current_span("call", attributes=told):
        pass
    telemetry.flush()
    assert Span.objects.get(name="call").attributes == {
        "http.url": "https://erp.example.com/rpc",
        "http.status_code": 200,
        "opsboard.stream": "erp/party",
        "http.method": "GET",
    }


def test_a_call_to_a_vendor_is_a_child_and_tells_them_no_correlation(watched, vendor):
    address, heard = vendor
    with telemetry.correlation("ob-2"), tracer.start_as_current_span("pull") as pull:
        httpx.get(f"{address}/time?name=Ada")
        mine = trace.format_span_id(pull.get_span_context().span_id)
    telemetry.flush()
    call = Span.objects.get(correlation_id="ob-2", sort="client")
    assert call.parent_id == mine
    assert "Ada" not in str(call.attributes)
    names = {name.lower() for name in heard[0]}
    assert "traceparent" in names
    assert "baggage" not in names


def test_a_request_is_a_hop_and_a_caller_cannot_choose_its_correlation(watched, client):
    client.get("/nowhere?secret=1", headers={"baggage": "opsboard.correlation_id=forged"})
    telemetry.flush()
    span = Span.objects.get(sort="server")
    assert span.correlation_id == ""
    assert "secret" not in str(span.attributes)


def test_a_foreign_host_name_is_refused_in_words_while_traced(watched, client):
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400


def test_statements_are_not_hops(watched):
    with tracer.start_as_current_span("reconcile"):
        assert not Span.objects.exists()
    telemetry.flush()
    assert list(Span.objects.values_list("name", flat=True)) == ["reconcile"]


def test_statements_can_be_asked_for_and_the_exporter_still_does_not_trace_itself(monkeypatch):
    monkeypatch.setenv("OPSBOARD_TELEMETRY", "sql")
    telemetry.start()
    connections["default"].close()
    try:
        with tracer.start_as_current_span("reconcile"):
            assert not Span.objects.filter(name="secret words").exists()
        telemetry.flush()
        telemetry.flush()
    finally:
        telemetry.stop()
        connections["default"].close()
    first = Span.objects.count()
    assert Span.objects.filter(sort="client").exists()
    assert "secret words" not in str(list(Span.objects.values()))
    telemetry.flush()
    assert Span.objects.count() == first


def test_a_dead_database_costs_spans_and_nothing_else(watched, settings, caplog):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        where = connections["default"].settings_dict
        before = dict(where)
        where.update(HOST="127.0.0.1", PORT=str(nobody.getsockname()[1]))
        try:
            for _ in range(3):
                with tracer.start_as_current_span("lost"):
                    pass
                telemetry.flush()
        finally:
            where.update(before)
    said = [record.getMessage() for record in caplog.records if "dropped" in record.getMessage()]
    assert len(said) == 1
    assert before["PASSWORD"] == "" or before["PASSWORD"] not in said[0]
    telemetry.stop()
    assert "3 spans were dropped" in caplog.text
    assert not Span.objects.exists()


IN_A_CHILD = """
import os, django
django.setup()
from django.conf import settings
from django.db import connections
from opentelemetry import trace
from opsboard import telemetry
connections["default"].settings_dict["NAME"] = os.environ["TEST_DATABASE"]
tracer = trace.get_tracer("child")
with tracer.start_as_current_span("parent before"):
    pass
for number in (1, 2):
    if os.fork() == 0:
        with telemetry.correlation("ob-fork"), tracer.start_as_current_span(f"job {number}"):
            pass
        telemetry.flush()
        os._exit(0)
    os.wait()
"""


def test_a_forked_job_keeps_its_own_hops_and_none_is_doubled():
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "opsboard.settings",
        "TEST_DATABASE": connections["default"].settings_dict["NAME"],
        "OPSBOARD_TELEMETRY": "on",
        "PYTHONWARNINGS": "ignore",
    }
    done = subprocess.run(
        [sys.executable, "-c", IN_A_CHILD],
        cwd=ROOT,
        env=environment,
        timeout=60,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    names = Span.objects.order_by("name").values_list("name", flat=True)
    assert list(names) == ["job 1", "job 2", "parent before"]
    assert Span.objects.filter(correlation_id="ob-fork").count() == 2
