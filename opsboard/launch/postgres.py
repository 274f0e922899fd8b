"""An embedded PostgreSQL: reachable through a socket in a private folder, never over TCP."""

import os
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psycopg

from opsboard.launch.binaries import postgres_folder, postgres_version
from opsboard.launch.errors import CannotStart
from opsboard.launch.identity import Identity, identity_for
from opsboard.launch.process import Process
from opsboard.launch.state import State, own_folder

DATABASE = ROLE = "opsboard"
PATIENCE = 30.0
ALWAYS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "synchronous_commit": "off",
    "timezone": "UTC",
    "jit": "off",
}
THROW_AWAY = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class Postgres:
    def __init__(self, state: State, *, durable: bool):
        self.state, self.durable = state, durable
        self.programs = postgres_folder()
        self.sockets = state.run / "postgres"
        self.identity = identity_for(self.programs / "postgres", state.home)
        self.home = state.annexe if self.identity.user else state.home
        self.data = self.home / f"postgres-{postgres_version(self.programs)}"
        self.process: Process | None = None

    @property
    def url(self) -> str:
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        return f"postgresql:///{database}?host={quote(str(self.sockets))}&user={ROLE}"

    def start(self) -> Process:
        """Start it without waiting; the data folder is made when it is not there yet."""
        self._make_folders()
        if not self.data.exists():
            self._initialise()
        self.data.chmod(0o700)
        _clear_stale_pid(self.data)
        self.process = self._program(
            "postgres", "-D", self.data, "-k", self.sockets, *self._settings()
        )
        self.process.start()
        return self.process

    def wait_until_ready(self) -> None:
        """Wait for the first answer. A start that fails because the predecessor is not yet
        quite dead is tried again."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(psycopg.OperationalError):
                return self._create_database()
            if self.process.ended():
                time.sleep(0.3)
                self.process.start()
            time.sleep(0.02)
        raise CannotStart(f"PostgreSQL does not start:\n{self.process.last_words()}")

    def _settings(self) -> list[str]:
        chosen = ALWAYS if self.durable else ALWAYS | THROW_AWAY
        return [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]

    def _create_database(self) -> None:
        with psycopg.connect(self.url_of("postgres"), autocommit=True, connect_timeout=5) as link:
            known = link.execute("select 1 from pg_database where datname = %s", [DATABASE])
            if not known.fetchone():
                link.execute(f"create database {DATABASE}")

    def _initialise(self) -> None:
        """Make the data folder beside its place: one cut short is never taken for whole."""
        draft = self.data.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._give(draft)
        made = self._program(
            *("initdb", "-D", draft, "-U", ROLE, "-A", "trust", "-E", "UTF8"),
            *("--locale=C.UTF-8", "--no-sync", "--no-instructions"),
        )
        made.start()
        made.wait_until_stopped()
        if made.child.returncode:
            raise CannotStart(f"initdb failed:\n{made.last_words()}")
        draft.rename(self.data)

    def _program(self, name: str, *arguments) -> Process:
        return Process(
            name,
            [self.programs / name, *arguments],
            self.state.logs / f"{name}.log",
            identity=self.identity,
            stop_with=signal.SIGINT,
        )

    def _make_folders(self) -> None:
        shutil.rmtree(self.sockets, ignore_errors=True)
        self.sockets.mkdir(mode=0o700)
        if self.identity.user:
            own_folder(self.state.run, 0o711)
            own_folder(self.state.annexe, 0o711)
            self.programs = _reachable_copy(self.programs, self.state.annexe, self.identity)
        self._give(self.sockets)

    def _give(self, folder: Path) -> None:
        if self.identity.user:
            os.chown(folder, self.identity.user, self.identity.group)


def _reachable_copy(programs: Path, annexe: Path, identity: Identity) -> Path:
    """The programs, copied to where this identity may read them if it may not already."""
    if identity.reaches(programs / "postgres", Path("/tmp")):
        return programs
    package = programs.parent.parent
    copy = annexe / f"programs-{postgres_version(programs)}"
    # The wheel's libraries are found relative to the programs: both keep their names and places.
    for tree in (package, package.with_name(f"{package.name}.libs")):
        if tree.is_dir():
            shutil.copytree(tree, copy / tree.name, symlinks=True, dirs_exist_ok=True)
    found = copy / package.name / programs.relative_to(package)
    if not identity.reaches(found / "postgres", Path("/tmp")):
        raise CannotStart(f"{identity.name} can run neither {programs} nor a copy of it")
    return found


def _clear_stale_pid(data: Path) -> None:
    """Wait for a predecessor that is about to end, and drop the pid file of one that has.

    A postmaster killed outright stays a zombie until somebody reaps it, and PostgreSQL takes any
    process of that number for a living postmaster. Its own check of the shared memory still
    guards against back ends that linger.
    """
    file = data / "postmaster.pid"
    deadline = time.monotonic() + PATIENCE / 3
    while file.exists() and _is_postmaster_of(data, _pid_in(file)):
        if time.monotonic() > deadline:
            raise CannotStart(f"another PostgreSQL (process {_pid_in(file)}) runs on {data}")
        time.sleep(0.05)
    file.unlink(missing_ok=True)


def _pid_in(file: Path) -> int:
    try:
        return int(file.read_text().split(maxsplit=1)[0])
    except (OSError, ValueError, IndexError):
        return 0


def _is_postmaster_of(data: Path, pid: int) -> bool:
    """Linux tells by the command line, which a zombie has lost; elsewhere any process counts."""
    try:
        if Path("/proc/self/cmdline").exists():
            return str(data).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
        os.kill(pid, 0)
    except (OSError, ValueError):
        return False
    return pid > 0
