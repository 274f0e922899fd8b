"""The demo's own parts: the mail server that keeps, and the worker that takes its job with it."""

import email.policy
import smtplib
import time
from email.message import EmailMessage

import pytest
from redis import Redis
from rq import Queue

from opsboard.launch.embedded import embedded
from opsboard.launch.process import Process, stop
from opsboard.launch.state import listen
from tests.launch.conftest import ROOT, all_gone, lives

HOLDS = """
import os, time
def hold(place):
    with open(place, "w") as out: out.write(str(os.getpid()))
    time.sleep(300)
"""
WORKS = """
import sys
from redis import Redis
from opsboard.launch.worker import Worker
Worker(["default"], connection=Redis.from_url(sys.argv[1])).work()
"""


def test_every_mail_is_kept_as_one_file(background, tmp_path):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "b@example.com", "Größe"
    message.set_content("two lines\n.\nwith a dot alone between\n")

    with listen(8725) as post:
        background(
            *("-m", "opsboard.launch.mail_sink", post.fileno(), tmp_path / "mail"),
            pass_fds=[post.fileno()],
        )
        with smtplib.SMTP(*post.getsockname(), timeout=10) as link:
            link.send_message(message, to_addrs=["b@example.com", "../c@example.com"])
            link.send_message(message)

    kept = sorted((tmp_path / "mail").iterdir())
    assert len(kept) == 2
    assert all(file.name.endswith("b@example.com.eml") for file in kept)
    read = email.message_from_bytes(kept[0].read_bytes(), policy=email.policy.default)
    assert read["Subject"] == "Größe"
    assert read.get_content().splitlines()[1] == "."


@pytest.mark.usefixtures("_own_servers")
def test_a_killed_worker_takes_the_running_job_with_it(background, tmp_path, monkeypatch):
    (tmp_path / "holding.py").write_text(HOLDS)
    monkeypatch.setenv("DATABASE_URL", "postgresql://not.used.example.com/x")
    path = {"PYTHONPATH": f"{ROOT}:{tmp_path}"}
    with embedded(tmp_path / "state", durable=False) as servers:
        worker = background("-c", WORKS, servers.redis_url, environment=path)
        with Redis.from_url(servers.redis_url) as link:
            Queue(connection=link).enqueue("holding.hold", str(tmp_path / "pid"))
            horse = pid_in(tmp_path / "pid")

        assert lives(horse)
        worker.kill()
        assert all_gone([horse], within=5)


def test_what_does_not_end_when_asked_is_ended_with_its_children(tmp_path):
    stubborn = "trap '' TERM; sleep 300 & echo $! > pid; wait; wait"
    process = Process(
        "stubborn", ["sh", "-c", f"cd {tmp_path}; {stubborn}"], tmp_path / "log", patience=0.5
    )
    process.start()
    grandchild = pid_in(tmp_path / "pid")

    stop([process])
    assert all_gone([process.child.pid, grandchild], within=2)


def pid_in(file) -> int:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if file.exists() and file.read_text().strip():
            return int(file.read_text())
        time.sleep(0.05)
    raise AssertionError("no process said its number")
