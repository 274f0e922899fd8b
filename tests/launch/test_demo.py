"""The demo as a visitor meets it: one command, one address, and nothing left afterwards."""

import json
import re
import shutil
import sys
from urllib.request import urlopen

import pytest

from tests.launch.conftest import ROOT, all_gone, belonging_to

DEMO = [str(ROOT / "manage.py"), "demo", "--port", "8750"]
PARTS = {"postgres", "valkey", "mail_sink", "gunicorn", "rqworker", "rqcron"}


@pytest.fixture
def state(tmp_path, monkeypatch, _own_servers):
    """A state folder of its own, and the demo's configuration beside it: its firm exports there."""
    (tmp_path / "deploy").mkdir()
    config = shutil.copy(ROOT / "deploy" / "demo.toml", tmp_path / "deploy")
    monkeypatch.setenv("OPSBOARD_CONFIG", str(config))
    monkeypatch.setenv("OPSBOARD_STATE", str(tmp_path / ".state"))
    return tmp_path / ".state"


def address_of(child) -> str:
    """What the demo says when everything answers."""
    for line in child.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise AssertionError("the demo ended without an address")


def test_once_prints_the_summary_and_nothing_else(background, state):
    child = background(*DEMO, "--once")
    output, _ = child.communicate(timeout=180)

    summary = json.loads(output)
    assert child.returncode == 0
    assert {"records", "exceptions", "groups", "amount_at_risk", "currency", "seconds"} <= {
        *summary
    }
    assert all_gone(belonging_to(state))


def test_ctrl_c_in_a_terminal_ends_all_of_the_demo(background, state):
    inside = [sys.executable, *DEMO]
    terminal = background("-c", f"import pty; pty.spawn({inside!r})", stdin=-1)
    with urlopen(address_of(terminal), timeout=30) as page:
        assert page.status == 200
    running = belonging_to(state)
    assert {
        part for part in PARTS if any(part in words for words in map(words_of, running))
    } == PARTS

    terminal.stdin.write("\x03")
    terminal.stdin.flush()

    assert all_gone([pid for pid in running if pid != terminal.pid], within=30)
    terminal.communicate(timeout=20)
    assert belonging_to(state) == []


def test_a_killed_demo_leaves_nothing_and_starts_again(background, state):
    first = background(*DEMO, stderr=-2)
    address_of(first)
    running = belonging_to(state)
    first.kill()

    second = background(*DEMO, stderr=-2)
    with urlopen(address_of(second), timeout=30) as page:
        assert page.status == 200
    assert all_gone(running, within=30)


def words_of(pid: int) -> str:
    with open(f"/proc/{pid}/cmdline") as file:
        return file.read().replace("\0", " ")
