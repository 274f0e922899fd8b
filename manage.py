#!/usr/bin/env python3
"""Django's manage.py. On a machine that has only Python it first makes .venv and moves into it."""

import hashlib
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from importlib import metadata, util
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def main():
    if sys.version_info < (3, 11):  # noqa: UP036 - said before anything fails without reason
        sys.exit("opsboard needs Python 3.11 or newer; this is " + sys.version.split()[0])
    if Path(sys.prefix).resolve() == VENV or not has_everything():
        move_into_venv()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsboard.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def has_everything():
    """A Django alone, such as a distribution's, does not count: all that is needed must be here."""
    needs, extras = requirements()
    if sys.argv[1:2] in (["demo"], ["test"], ["ci"]):
        needs = needs + extras
    try:
        for need in needs:
            metadata.distribution(re.split(r"[\[<>=!~; ]", need)[0])
    except metadata.PackageNotFoundError:
        return False
    return True


def move_into_venv():
    needs, extras = requirements()
    constraints, stamp = HERE / "constraints.txt", VENV / "installed"
    wanted = "\n".join([*needs, *extras, constraints.read_text()])
    current = hashlib.sha256(wanted.encode()).hexdigest()
    with one_at_a_time():
        if not (PYTHON.exists() and stamp.exists() and stamp.read_text() == current):
            print("Installing what opsboard needs into .venv, about 30 s …", file=sys.stderr)
            install([*needs, *extras, "-c", str(constraints)])
            stamp.write_text(current)
    if Path(sys.prefix).resolve() != VENV:
        os.execv(PYTHON, [str(PYTHON), *sys.argv])


@contextmanager
def one_at_a_time():
    """Two commands started together must not both fill .venv."""
    if os.name == "nt":
        yield
        return
    import fcntl

    folder = os.open(HERE, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def install(arguments):
    """Some distributions leave ensurepip out of Python: then their own pip fills the venv."""
    pip = [str(PYTHON), "-m", "pip"]
    without_pip = []
    if not util.find_spec("ensurepip"):
        pip, without_pip = [sys.executable, "-m", "pip", "--python", str(PYTHON)], ["--without-pip"]
    if not PYTHON.exists():
        run([sys.executable, "-m", "venv", "--clear", *without_pip, str(VENV)])
    run([*pip, "--disable-pip-version-check", "--no-input", "install", *arguments])


def run(command):
    """Quiet unless it fails."""
    told = subprocess.run(command, capture_output=True, text=True)
    if told.returncode:
        sys.exit(f"{told.stdout}{told.stderr}\nopsboard: failed: {' '.join(command)}")


def requirements():
    """What pyproject.toml asks for: to run, and besides for demo and tests."""
    import tomllib

    project = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
    extras = [need for extra in project["optional-dependencies"].values() for need in extra]
    return project["dependencies"], [need for need in extras if not need.startswith("opsboard[")]


if __name__ == "__main__":
    main()
