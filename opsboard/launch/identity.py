"""PostgreSQL refuses to run as root. Three ways to run it all the same, without adding a user.

* plain: an ordinary user needs nothing;
* namespace: root, or a user id that no passwd entry names, enters a user namespace in which it is
  `nobody`; the files stay the caller's, and a private home stays private;
* nobody: where namespaces are blocked (containers, chroots), root drops to the real `nobody`, with
  the data and, if need be, a copy of the programs in a folder that `nobody` can reach.
"""

import ctypes
import os
import pwd
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from opsboard.launch.errors import CannotStart

NOBODY_ID = 65534
CLONE_NEWUSER = 0x10000000
REACHES = '"$0" --version >/dev/null && test -w "$1" -a -x "$1"'


@dataclass(frozen=True)
class Identity:
    name: str
    enter: Callable[[], None] | None = None
    user: int | None = None
    group: int | None = None

    @property
    def arguments(self) -> dict:
        """What subprocess needs besides `enter`, which runs in the child before the program."""
        return {"user": self.user, "group": self.group, "extra_groups": self.user and []}

    def reaches(self, program: Path, folder: Path) -> bool:
        """Whether it can run this program and write into this folder."""
        try:
            tried = subprocess.run(
                ["/bin/sh", "-c", REACHES, program, folder],
                preexec_fn=self.enter,
                capture_output=True,
                cwd="/",
                **self.arguments,
            )
        except (OSError, subprocess.SubprocessError):
            return False
        return tried.returncode == 0


def identity_for(program: Path, folder: Path) -> Identity:
    """Who shall run this program on this folder."""
    if forced := os.environ.get("OPSBOARD_IDENTITY"):
        return _named(forced)
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
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return Identity("nobody", user=NOBODY_ID, group=NOBODY_ID)
    return Identity("nobody", user=entry.pw_uid, group=entry.pw_gid)


def _named(name: str) -> Identity:
    known = {"plain": PLAIN, "namespace": NAMESPACE, "nobody": nobody()}
    if name not in known:
        raise CannotStart(f"OPSBOARD_IDENTITY is one of {', '.join(known)}, not {name!r}")
    return known[name]


def _is_ordinary() -> bool:
    if os.geteuid() == 0:
        return False
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return True


def _enter_namespace() -> None:
    """Become `nobody` in a namespace of one's own; runs between fork and exec."""
    user, group = os.geteuid(), os.getegid()
    if _LIBC is None or _LIBC.unshare(CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "unshare")
    maps = {
        "setgroups": "deny",
        "uid_map": f"{NOBODY_ID} {user} 1",
        "gid_map": f"{NOBODY_ID} {group} 1",
    }
    for name, line in maps.items():
        Path("/proc/self", name).write_text(line)


_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
PLAIN = Identity("plain")
NAMESPACE = Identity("namespace", enter=_enter_namespace)
