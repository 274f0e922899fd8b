"""Another process at work on the test's own database, until it is killed outright."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.parse import quote

from django.db import connection


@contextmanager
def killed_afterwards(code, configuration, folder):
    """A child that runs this code under this configuration; SIGKILL ends it with the block."""
    place = folder / "opsboard.toml"
    place.write_text(configuration)
    environment = {
        **os.environ,
        "DATABASE_URL": _database_url(),
        "OPSBOARD_CONFIG": str(place),
        "OPSBOARD_TELEMETRY": "off",
    }
    child = subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup()\n{code}"], env=environment
    )
    try:
        yield child
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()


def eventually(ask, wanted=10):
    """The first true answer; the database needs a moment to notice that a session has died."""
    until = time.monotonic() + wanted
    while time.monotonic() < until:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"it did not happen within {wanted} seconds")


def _database_url():
    given = connection.settings_dict
    password = f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else ""
    port = given["PORT"] or 5432
    return (
        f"postgresql://{given['USER']}{password}@/{given['NAME']}?host={given['HOST']}&port={port}"
    )
