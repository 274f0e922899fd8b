"""A pull killed outright between two pages: the next one goes on, nothing is lost or doubled."""

import os
import signal
import subprocess
import sys
import threading
import time
from urllib.parse import quote

import pytest
from django.db import connection

from opsboard.sync.models import RawPage, Run, Stream
from opsboard.sync.pull import pull
from tests.connectors.misbehaving import PARTIES, serving, tell_parties
from tests.sync.world import FIRM, NOON, Source

PULL = """
import django; django.setup()
from opsboard.sync.models import Stream
from opsboard.sync.pull import pull
pull(Stream.objects.get(name="party"))
"""
HOSTILE = """
[connection.crm]
connector = "hostile"
system = "crm"
role = "crm"
base_url = "{address}"
"""
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server():
    with serving() as running:
        yield running


def database_url():
    given = connection.settings_dict
    login = f"{given['USER']}:{quote(given['PASSWORD'])}" if given["PASSWORD"] else given["USER"]
    return (
        f"postgresql://{login}@/{given['NAME']}?host={given['HOST']}&port={given['PORT'] or 5432}"
    )


def hang_on_page(number, reached, leave):
    """Tell the parties, but keep silent on this page until allowed to leave."""

    def answer(request):
        if request.server.seen["/ok/parties"] == number:
            reached.set()
            leave.wait(30)
        tell_parties(request)

    return answer


def eventually(pull_again):
    """The database frees a dead session's claim when it notices the death."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        run = pull_again()
        if run:
            return run
        time.sleep(0.05)
    raise AssertionError("the claim of a dead process was never released")


def test_a_killed_pull_goes_on_where_it_was(server, deployment, tmp_path):
    reached, leave = threading.Event(), threading.Event()
    server.answers["/ok/parties"] = hang_on_page(4, reached, leave)
    table = HOSTILE.format(address=server.address)
    deployment(table)
    (tmp_path / "opsboard.toml").write_text(FIRM + table)
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "OPSBOARD_CONFIG": str(tmp_path / "opsboard.toml"),
        "OPSBOARD_TELEMETRY": "off",
    }
    child = subprocess.Popen([sys.executable, "-c", PULL], env=environment)
    try:
        assert reached.wait(30), "the pull never asked for its fourth page"
        assert pull(Stream.objects.get()) is None, "a second pull was not refused"
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
        leave.set()

    assert RawPage.objects.count() == 3
    assert Run.objects.get().state == "running"
    run = eventually(lambda: pull(Stream.objects.get()))

    assert [one.state for one in Run.objects.order_by("pk")] == ["killed", "done"]
    assert run.pages == 3
    batch = Source(None).load(Stream.objects.get(), at=NOON)
    assert [record.source_id for found in batch for record in found.records] == [
        str(number) for number in range(1, PARTIES + 1)
    ]
