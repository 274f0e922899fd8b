"""The live ERP itself: it hides what it says, can be mended, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.realworld.conftest import STATE

pytestmark = pytest.mark.realworld

HIDDEN = {"TP01": 12, "TP02": 6, "TP04": 4, "ST01": 6, "BL01": 2, "BL08": 5}


def test_what_is_wrong_can_be_counted_and_mended_by_half(world):
    found = world.truth()
    assert {control: len(keys) for control, keys in found.items()} == HIDDEN

    mended = world.mend(*HIDDEN, share=0.5)

    left = world.truth()
    assert mended["TP01"] == sorted(found["TP01"])[:6]
    for control, keys in found.items():
        assert set(left[control]) == set(keys) - set(mended[control])


ORPHAN = """
import os, sys, time
from datetime import UTC, datetime
from pathlib import Path
from tests.realworld.tryton.world import make_world

made = make_world(Path(sys.argv[1]), sys.argv[2], datetime.now(UTC).date(), "orphan")
print(made.server.pid, made.exports.parent, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="parent-death signals are Linux's")
def test_the_server_dies_with_whoever_asked_for_it():
    asker = subprocess.Popen(
        [sys.executable, "-c", ORPHAN, str(STATE), os.environ["DATABASE_URL"]],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    with asker:
        server, folder = asker.stdout.readline().split()
        children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        asker.send_signal(signal.SIGKILL)

    assert children
    give_up = time.monotonic() + 10
    while time.monotonic() < give_up and any(_lives(one) for one in (server, *children)):
        time.sleep(0.05)
    assert not any(_lives(one) for one in (server, *children))
    subprocess.run(["rm", "-r", folder], check=True)


def _lives(process: str) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
