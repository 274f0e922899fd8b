"""Makes the virtual environment with Tryton 8, or finds it made: `python install.py FOLDER`.

Standard library only. Pins are in constraints.txt; a stamp of them inside the environment says
whether it can be used again. Prints the environment's Python.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

PINS = Path(__file__).with_name("constraints.txt")


def install(folder: Path) -> Path:
    """The Python that has Tryton; takes about fifteen seconds when it has to be made.

    Two runs that start together must not both make it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _installed(folder)


def _installed(folder: Path) -> Path:
    python = folder / "bin" / "python"
    stamp = folder / "pins.sha256"
    wanted = hashlib.sha256(PINS.read_bytes() + sys.version.encode()).hexdigest()
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    _make(folder, python)
    stamp.write_text(wanted)
    return python


def _make(folder: Path, python: Path) -> None:
    """Some distributions split ensurepip off: then the running Python's own pip installs."""
    try:
        venv.create(folder, with_pip=True)
        pip = [str(python), "-m", "pip"]
    except (subprocess.CalledProcessError, ModuleNotFoundError):
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=False)
        pip = [sys.executable, "-m", "pip", "--python", str(python)]
    quiet = ["install", "--quiet", "--disable-pip-version-check", "-r", str(PINS)]
    done = subprocess.run([*pip, *quiet], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"Tryton could not be installed:\n{done.stderr[-3000:]}")


if __name__ == "__main__":
    print(install(Path(sys.argv[1])))  # noqa: T201
