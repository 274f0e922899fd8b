"""PostgreSQL refuses to run as root. Three ways to run it all the same, without adding a user.

* plain: an ordinary user needs nothing;
* namespace: root, or a user id that no passwd entry names, enters a user namespace in which it is
  `nobody`; the files stay the caller's, and a private home stays private;
* nobody: where namespaces are blocked (containers, chroots), root drops to the real `nobody`, with
  the data and, if need be, a copy of the programs in a folder that `nobody` can reach.
"""

import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from opsboard.launch import threshold
from opsboard.launch.errors import CannotStart

REACHES = '"$0" --version >/dev/null && test -w "$1" -a -x "$1"'


@dataclass(frozen=True)
class Identity:
    name: str
    user: int | None = None
    group: int | None = None

    def wrap(self, command: Sequence[str | Path], farewell: signal.Signals) -> list[str]:
        """The command line that runs a command as this one, and ends it with `farewell` when
        the process that starts it dies."""
        who = self.name if self.user is None else f"{self.user}:{self.group}"
        door = [sys.executable, "-I", "-S", threshold.__file__]
        words = [*door, os.getpid(), int(farewell), who, *command]
        return [str(word) for word in words]

    def reaches(self, program: Path, folder: Path) -> bool:
        """Whether it can run this program and write into this folder."""
        probe = ["/bin/sh", "-c", REACHES, program, folder]
        tried = subprocess.run(self.wrap(probe, signal.SIGKILL), capture_output=True)
        return tried.returncode == 0


def identity_for(program: Path, folder: Path) -> Identity:
    """Who shall run this program on this folder."""
    if wanted := os.environ.get("OPSBOARD_IDENTITY"):
        return _named(wanted)
    if _is_ordinary():
        return PLAIN
    if NAMESPACE.reaches(program, folder):
        return NAMESPACE
    if os.geteuid() == 0:
        return nobody()
    raise CannotStart(
        f"user id {os.geteuid()} has no passwd entry and user namespaces are blocked here: "
        "run as a named user, or give a running server in DATABASE_URL"
    )


def nobody() -> Identity:
    if os.geteuid() != 0:
        raise CannotStart("only root can drop to nobody")
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return Identity("nobody", user=threshold.NOBODY_ID, group=threshold.NOBODY_ID)
    return Identity("nobody", user=entry.pw_uid, group=entry.pw_gid)


def _named(name: str) -> Identity:
    known = {"plain": lambda: PLAIN, "namespace": lambda: NAMESPACE, "nobody": nobody}
    if name not in known:
        raise CannotStart(f"OPSBOARD_IDENTITY is one of {', '.join(known)}, not {name!r}")
    return known[name]()


def _is_ordinary() -> bool:
    if os.geteuid() == 0:
        return False
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return True


PLAIN = Identity("plain")
NAMESPACE = Identity("namespace")
