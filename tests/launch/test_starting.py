"""Nothing opens a deployment that is not named, or is not right as a whole."""

import os
import subprocess
import sys

import pytest

from tests.launch.conftest import ROOT
from tests.test_config import SMALL

NEEDED = ("OPSBOARD_CONFIG", "OPSBOARD_SECRET_KEY")
WEB = (
    "-m",
    "gunicorn",
    "opsboard.wsgi:application",
    "--bind",
    "127.0.0.1:0",
    "--no-control-socket",
)


def started(*arguments, **environment):
    """A program in an environment of its own, to its end."""
    inherited = {name: one for name, one in os.environ.items() if name not in NEEDED}
    return subprocess.run(
        [sys.executable, *arguments],
        env=inherited | {"PYTHONPATH": str(ROOT)} | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("command", ["migrate", "pull", "rqworker", "check --deploy"])
def test_no_command_opens_a_deployment_that_is_not_named(command):
    done = started("manage.py", *command.split())
    assert done.returncode == 1
    assert "OPSBOARD_CONFIG and OPSBOARD_SECRET_KEY must be set" in done.stderr
    assert "Traceback" not in done.stderr


def test_only_what_is_missing_is_asked_for():
    done = started("manage.py", "pull", OPSBOARD_CONFIG="deploy/demo.toml")
    assert done.stderr.startswith("OPSBOARD_SECRET_KEY must be set")


@pytest.mark.parametrize(
    ("command", "environment"),
    [
        ("check", {}),
        ("makemigrations --check --dry-run", {}),
        ("probe --help", {"OPSBOARD_DEMO": "1"}),
    ],
)
def test_what_opens_none_and_the_demo_do_without(command, environment):
    done = started("manage.py", *command.split(), **environment)
    assert "must be set" not in done.stderr
    assert command.startswith("makemigrations") or done.returncode == 0


def test_two_processes_without_a_key_do_not_share_one():
    """The stand-in is no published text, with which anybody could sign a session."""
    ask = "import sys; sys.argv = ['x', 'check']; from opsboard.settings import SECRET_KEY as key"
    first, second = (started("-c", f"{ask}; print(key)").stdout for _ in range(2))
    assert len(first.strip()) >= 50
    assert first != second


def test_the_web_server_does_not_start_with_a_wrong_file_and_says_all_that_is_wrong(tmp_path):
    """A master that starts its workers again and again would look alive."""
    place = tmp_path / "opsboard.toml"
    place.write_text(SMALL.replace("GBP", "pounds").replace("London", "Atlantis"))
    done = started(*WEB, OPSBOARD_CONFIG=str(place), OPSBOARD_SECRET_KEY="k" * 60)
    assert done.returncode != 0
    assert "firm.group_currency: 'pounds' does not fit" in done.stderr
    assert "firm.zone: 'Europe/Atlantis' does not fit" in done.stderr


def test_the_web_server_does_not_start_without_a_deployment():
    done = started(*WEB)
    assert done.returncode != 0
    assert "OPSBOARD_CONFIG and OPSBOARD_SECRET_KEY must be set" in done.stderr


def test_the_web_server_does_not_start_with_a_control_that_is_not_there(tmp_path):
    place = tmp_path / "opsboard.toml"
    place.write_text(SMALL + "[control.XX99]")
    done = started(*WEB, OPSBOARD_CONFIG=str(place), OPSBOARD_SECRET_KEY="k" * 60)
    assert done.returncode != 0
    assert "control.XX99: is unknown" in done.stderr
