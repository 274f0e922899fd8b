"""The folder an embedded opsboard lives in, held by one supervisor at a time."""

import fcntl
import hashlib
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from opsboard.launch.errors import CannotStart

PORTS_TRIED = 100


class State:
    def __init__(self, home: Path):
        self.home = home.absolute()
        self.logs = self.home / "log"

    @property
    def run(self) -> Path:
        """A short private folder for sockets: their paths may not exceed some 100 characters."""
        mark = hashlib.sha256(f"{os.geteuid()}:{self.home}".encode()).hexdigest()[:12]
        return Path(_short_temporary_folder(), f"opsboard-{mark}")

    @property
    def annexe(self) -> Path:
        """Where `nobody` may go; the project's own folder often is not such a place."""
        return Path("/var/tmp", self.run.name)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for one supervisor; the kernel lets go when that process ends."""
        self.home.mkdir(parents=True, exist_ok=True)
        # Exports, mails and logs tell of people; the machine's other users must not read them.
        self.home.chmod(0o700)
        self.logs.mkdir(exist_ok=True)
        with (self.home / "lock").open("a+") as lock:
            _take(lock, self.home)
            own_folder(self.run)
            try:
                yield
            finally:
                shutil.rmtree(self.run, ignore_errors=True)

    def secret(self) -> str:
        """The signing key of this state, made once and readable by its owner only."""
        file = self.home / "secret-key"
        if not file.exists():
            write_private(file, secrets.token_urlsafe(48))
        return file.read_text()

    def remove(self) -> None:
        for folder in (self.home, self.run, self.annexe):
            shutil.rmtree(folder, ignore_errors=True)


def is_held(home: Path) -> bool:
    """Whether a living supervisor holds this folder."""
    try:
        with (home / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def own_folder(path: Path, mode: int = 0o700) -> None:
    """Make a folder in a place where everybody may write, and refuse somebody else's."""
    path.mkdir(mode=mode, exist_ok=True)
    found = path.lstat()
    if path.is_symlink() or found.st_uid != os.geteuid():
        raise CannotStart(f"{path} belongs to somebody else: remove it, or set TMPDIR")
    path.chmod(mode)


def write_private(file: Path, text: str) -> None:
    """Write a file whole or not at all, readable by its owner only."""
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
    draft.replace(file)


def listen(first: int) -> socket.socket:
    """A listening socket on this port or the next free one. It is handed on, so nobody can
    take the port between the choice and the use."""
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(("127.0.0.1", port))
        except OSError:
            server.close()
            continue
        server.listen(128)
        return server
    raise CannotStart(f"no free port from {first} on: choose another with --port")


def _take(lock, home: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        raise CannotStart(
            f"opsboard already runs on {home} (process {holder}): stop it first, "
            "or set OPSBOARD_STATE to another folder"
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()


def _short_temporary_folder() -> str:
    wanted = tempfile.gettempdir()
    return wanted if len(wanted) < 64 else "/tmp"
