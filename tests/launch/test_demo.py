"""The demo as a visitor meets it: one command, one address, a firm that lives, and nothing left."""

import json
import re
import sys
import time
from datetime import timedelta
from urllib.request import urlopen

import pytest

from connectors.northquay import clock
from opsboard.launch.hours import STORY
from tests.launch.conftest import ROOT, all_gone, belonging_to
from tests.sync.processes import eventually

DEMO = [str(ROOT / "manage.py"), "demo", "--port", "8750"]
PARTS = {"postgres", "valkey", "mail_sink", "gunicorn", "rqworker", "rqcron", "northquay", "hours"}


@pytest.fixture
def state(tmp_path, monkeypatch, _own_servers):
    """A state folder of its own, and beside it the demo's configuration for a smaller firm, which
    still has every fault's place."""
    (tmp_path / "deploy").mkdir()
    config = tmp_path / "deploy" / "demo.toml"
    text = (ROOT / "deploy" / "demo.toml").read_text()
    assert text.count('size = "default"') == 8
    config.write_text(text.replace('size = "default"', "size = 60"))
    monkeypatch.setenv("OPSBOARD_CONFIG", str(config))
    monkeypatch.setenv("OPSBOARD_STATE", str(tmp_path / ".state"))
    return tmp_path / ".state"


def once(background, *arguments):
    """What a demo that only looks once says of its firm."""
    child = background(*DEMO, "--once", *arguments)
    output, _ = child.communicate(timeout=300)
    assert child.returncode == 0
    return json.loads(output)


def address_of(child) -> str:
    """What the demo says when everything answers."""
    for line in child.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise AssertionError("the demo ended without an address")


def test_once_prints_the_summary_and_nothing_else(background, state):
    summary = once(background)

    assert {"records", "exceptions", "groups", "amount_at_risk", "currency", "seconds"} <= {
        *summary
    }
    assert len(summary["exceptions"]) >= 5
    assert all_gone(belonging_to(state))


def test_what_happens_in_the_firm_moves_the_numbers(background, state):
    """New time, new faults, and what is mended is resolved by the next reading."""
    before = once(background)
    firm = state / "northquay"
    clock.advance(firm, by=timedelta(days=1))
    clock.mend(firm, "time.posted_twice")
    clock.mend(firm, "billing.invoice_stuck")
    after = once(background)

    assert after["records"]["time_entry"] > before["records"]["time_entry"]
    assert after["exceptions"].get("TP04", 0) < before["exceptions"]["TP04"]
    assert after["exceptions"].get("BL08", 0) < before["exceptions"]["BL08"]
    assert once(background, "--fresh")["exceptions"] == before["exceptions"]


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


def test_the_hours_pass_while_it_runs_and_go_on_where_they_stood(background, state):
    first = background(*DEMO, "--pace", "600", stderr=-2)
    address_of(first)
    wait_until(state, timedelta(hours=1))
    first.terminate()
    first.communicate(timeout=60)
    # What was lent to the clock runs out within seconds.
    eventually(lambda: stands_still(state), 30)
    stood = clock.read(state / "northquay").as_of

    second = background(*DEMO, "--pace", "0", stderr=-2)
    address_of(second)
    assert clock.read(state / "northquay").as_of == stood
    assert STORY[0][1] in {one.fault for one in clock.read(state / "northquay").mended}


def stands_still(state):
    before = clock.read(state / "northquay").as_of
    time.sleep(0.05)
    return clock.read(state / "northquay").as_of == before


def wait_until(state, passed):
    """Until so much of the firm's time has passed, and its people have mended what was due."""
    until = clock.SNAPSHOTS["close"] + passed
    eventually(lambda: clock.read(state / "northquay").as_of > until, 60)
    eventually(lambda: clock.read(state / "northquay").mended, 30)


def words_of(pid: int) -> str:
    with open(f"/proc/{pid}/cmdline") as file:
        return file.read().replace("\0", " ")
