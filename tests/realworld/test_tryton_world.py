"""The live ERP itself: it hides what it says, can be mended, and leaves nothing behind."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

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


ASKER = """
import subprocess, sys, time

server = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
print(server.pid, server.stdout.readline(), flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="parent-death signals are Linux's")
def test_the_server_dies_with_whoever_asked_for_it(world, tmp_path):
    script = Path(sys.modules[type(world).__module__].__file__).with_name("serve.py")
    command = [world.python, script, tmp_path, world.postgres_uri, world.database]
    asker = subprocess.Popen(
        [sys.executable, "-c", ASKER, *map(str, command)], stdout=subprocess.PIPE, text=True
    )
    with asker:
        server, told = asker.stdout.readline().split(maxsplit=1)
        tryton = str(json.loads(told)["pid"])
        assert _lives(server)
        assert _lives(tryton)
        asker.kill()

    give_up = time.monotonic() + 30
    while time.monotonic() < give_up and (_lives(server) or _lives(tryton)):
        time.sleep(0.05)
    assert not _lives(server)
    assert not _lives(tryton)


def _lives(process: str) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
