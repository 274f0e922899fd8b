import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from opsboard.launch.state import State

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def _own_servers(monkeypatch, tmp_path):
    """Forget the servers of this test run, so that the code under test starts its own. What a
    killed supervisor left outside of its state goes with the test."""
    for name in ("DATABASE_URL", "REDIS_URL", "OPSBOARD_STATE"):
        monkeypatch.delenv(name, raising=False)
    yield
    for name in ("state", ".state"):
        State(tmp_path / name).remove()


@pytest.fixture
def background(_own_servers):
    """Start a program in the background; whatever the test forgets is ended with it."""
    started = []

    def start(*command, **named):
        environment = os.environ | {"PYTHONPATH": str(ROOT)} | named.pop("environment", {})
        child = subprocess.Popen(
            [sys.executable, *map(str, command)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            **named,
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.send_signal(signal.SIGKILL)
        child.communicate()


def told(child: subprocess.Popen) -> dict:
    """The next line of JSON that a child says."""
    for line in child.stdout:
        if line.startswith("{"):
            return json.loads(line)
    raise AssertionError("it ended without a word")


def lives(pid: int) -> bool:
    """Whether a process still runs; one that only waits to be reaped does not."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def all_gone(pids: list[int], *, within: float = 15) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not any(map(lives, pids)):
            return True
        time.sleep(0.05)
    return False


def belonging_to(state: Path) -> list[int]:
    """Every process whose environment or command line names this state or its sockets; the
    servers write their titles over the environment they were given."""
    environment, sockets = f"OPSBOARD_STATE={state}\0".encode(), str(State(state).run).encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            told = (process / "environ").read_bytes() + b"\0" + (process / "cmdline").read_bytes()
            if environment in told or sockets in told:
                found.append(int(process.name))
    return found
