"""Whether this Python has what opsboard needs, and a .venv that has. Standard library only."""

import hashlib
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata, util
from pathlib import Path

WHOLE = {"demo", "test", "ci", "score"}


def ensure(home: Path, arguments: Sequence[str]) -> None:
    """Return when everything is here; otherwise fill `home/.venv` and go on inside it."""
    venv = home / ".venv"
    inside = Path(sys.prefix).resolve() == venv
    needs, extras = _requirements(home)
    if not inside and _has(needs + extras if WHOLE.intersection(arguments[1:2]) else needs):
        return
    with _one_at_a_time(home):
        _fill(home, venv, [*needs, *extras])
    if not inside:
        python = _python_of(venv)
        os.execv(python, [str(python), *arguments])


def _has(needs: Sequence[str]) -> bool:
    """A Django alone, such as a distribution's, does not count: all that is needed must be here."""
    try:
        for need in needs:
            metadata.distribution(re.split(r"[\[<>=!~; ]", need)[0])
    except metadata.PackageNotFoundError:
        return False
    return True


def _fill(home: Path, venv: Path, needs: Sequence[str]) -> None:
    constraints, stamp = home / "constraints.txt", venv / "installed"
    wanted = hashlib.sha256("\n".join([*needs, constraints.read_text()]).encode()).hexdigest()
    if _python_of(venv).exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    print("Installing what opsboard needs into .venv, about 30 s …", file=sys.stderr)  # noqa: T201
    _install(venv, [*needs, "-c", str(constraints)])
    stamp.write_text(wanted)


def _install(venv: Path, arguments: Sequence[str]) -> None:
    """Some distributions leave ensurepip out of Python: then their own pip fills the venv."""
    python = _python_of(venv)
    pip, without_pip = [str(python), "-m", "pip"], []
    if not util.find_spec("ensurepip"):
        pip, without_pip = [sys.executable, "-m", "pip", "--python", str(python)], ["--without-pip"]
    if not python.exists():
        _run([sys.executable, "-m", "venv", "--clear", *without_pip, str(venv)])
    _run([*pip, "--disable-pip-version-check", "--no-input", "install", *arguments])


def _run(command: Sequence[str]) -> None:
    """Quiet unless it fails. A user-wide `pip install --user` setting must not reach the venv."""
    environment = os.environ | {"PIP_USER": "0"}
    told = subprocess.run(command, capture_output=True, text=True, env=environment)
    if told.returncode:
        sys.exit(f"{told.stdout}{told.stderr}\nopsboard: this failed: {' '.join(command)}")


def _requirements(home: Path) -> tuple[list[str], list[str]]:
    """What pyproject.toml asks for: to run, and besides that for demo and tests."""
    project = tomllib.loads((home / "pyproject.toml").read_text())["project"]
    extras = [need for extra in project["optional-dependencies"].values() for need in extra]
    return project["dependencies"], [need for need in extras if not need.startswith("opsboard[")]


def _python_of(venv: Path) -> Path:
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


@contextmanager
def _one_at_a_time(home: Path) -> Iterator[None]:
    """Two commands started together must not both fill .venv."""
    if os.name == "nt":
        yield
        return
    import fcntl

    folder = os.open(home, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
