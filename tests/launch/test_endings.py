"""However the supervisor ends, no process outlives it; and what dies before it is restarted."""

import os
import signal
import sys
import time

import pytest

from tests.launch.conftest import all_gone, lives, told

# A small supervisor with both servers and a child that has a child of its own.
KEEPER = """
import json, sys
from pathlib import Path
from opsboard.launch.embedded import embedded
from opsboard.launch.process import Process, stop
from opsboard.launch.supervisor import Supervisor, stop_signals

class Family(Process):
    def start(self):
        super().start()
        all = [*servers.processes, self]
        print(json.dumps({process.name: process.child.pid for process in all}), flush=True)

home = Path(sys.argv[1])
try:
    with stop_signals(), embedded(home, durable=True) as servers:
        family = Family("family", ["sh", "-c", "sleep 300 & sleep 300"], home / "family.log")
        try:
            family.start()
            Supervisor([*servers.processes, family]).watch()
        finally:
            stop([family])
except KeyboardInterrupt:
    print("ended in order", flush=True)
"""


@pytest.fixture
def keeper(background, tmp_path):
    child = background("-c", KEEPER, tmp_path / "state")
    return child, told(child)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_in_order(keeper, number):
    supervisor, pids = keeper
    supervisor.send_signal(number)

    output, _ = supervisor.communicate(timeout=60)
    assert "ended in order" in output
    assert supervisor.returncode == 0
    assert not any(lives(pid) for pid in pids.values())


def test_a_second_signal_does_not_cut_the_orderly_end_short(keeper):
    supervisor, pids = keeper
    for _ in range(20):
        supervisor.send_signal(signal.SIGINT)
        time.sleep(0.01)

    assert "ended in order" in supervisor.communicate(timeout=60)[0]
    assert not any(lives(pid) for pid in pids.values())


def test_a_killed_supervisor_leaves_no_process_and_the_next_start_succeeds(
    keeper, background, tmp_path
):
    supervisor, pids = keeper
    supervisor.kill()

    again = background("-c", KEEPER, tmp_path / "state")
    assert told(again).keys() == pids.keys()
    assert all_gone(list(pids.values()))


def test_everything_killed_at_once_starts_again(keeper, background, tmp_path):
    supervisor, pids = keeper
    for pid in [supervisor.pid, *pids.values()]:
        os.kill(pid, signal.SIGKILL)

    again = background("-c", KEEPER, tmp_path / "state")
    assert told(again).keys() == pids.keys()


def test_ctrl_c_in_a_terminal_leaves_no_process(background, tmp_path):
    inside = [sys.executable, "-c", KEEPER, str(tmp_path / "state")]
    terminal = background("-c", f"import pty; pty.spawn({inside!r})", stdin=-1)
    pids = told(terminal)

    terminal.stdin.write("\x03")
    terminal.stdin.flush()

    assert all_gone(list(pids.values()))
    assert "ended in order" in terminal.communicate(timeout=60)[0]


@pytest.mark.parametrize("name", ["postgres", "valkey", "family"])
def test_what_dies_is_started_again(keeper, background, tmp_path, name):
    supervisor, pids = keeper
    os.kill(pids[name], signal.SIGKILL)
    assert all_gone([pids[name]])
    if name != "family":  # whose own start makes it tell
        time.sleep(1.5)
        os.kill(pids["family"], signal.SIGKILL)

    after = told(supervisor)
    assert after[name] != pids[name]
    assert lives(after[name])
