"""`manage.py check` as a person starts it: a process that has read no configuration yet."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SMALL = """
[firm]
name = "Northquay"
group_currency = "GBP"
zone = "Europe/London"

[team.support]
name = "Support"

[[owner]]
team = "support"
"""


def test_nothing_starts_half_configured(tmp_path):
    file = tmp_path / "opsboard.toml"
    file.write_text(SMALL.replace("GBP", "pounds"))
    code, said = checked(file)
    assert code != 0
    assert "firm.group_currency: 'pounds'" in said
    assert str(file) in said

    file.write_text(SMALL)
    code, said = checked(file)
    assert (code, "no issues" in said) == (0, True), said


def checked(file):
    """The exit code of `check` with this file, and all that it said."""
    settled = {"DJANGO_SETTINGS_MODULE": "opsboard.settings", "OPSBOARD_CONFIG": str(file)}
    done = subprocess.run(
        [sys.executable, "-m", "django", "check"],
        cwd=ROOT,
        env=os.environ | settled,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr
