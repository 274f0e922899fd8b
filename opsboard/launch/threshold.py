"""What a child passes through on its way to its program: the death signal and the identity.

    python -I -S threshold.py PARENT SIGNAL IDENTITY PROGRAM [ARGUMENT …]

A program of its own, of the standard library only, and not a function between fork and exec: what
libraries do after a fork, such as starting a thread, makes entering a user namespace impossible.
IDENTITY is `plain`, `namespace` or `USER:GROUP` in numbers.
"""

import ctypes
import os
import sys

NOBODY_ID = 65534
CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1


def cross(parent: int, farewell: int, identity: str, command: list[str]) -> None:
    if identity == "namespace":
        enter_namespace()
    elif identity != "plain":
        drop_to(*map(int, identity.split(":")))
    # After the identity: a change of credentials clears the death signal.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, farewell)
    if os.getppid() != parent:
        sys.exit("the supervisor is gone already")
    os.execvp(command[0], command)


def enter_namespace() -> None:
    """Become `nobody` in a user namespace; outside of it, files and processes stay the caller's."""
    user, group = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER):
        sys.exit("no user namespace: " + os.strerror(ctypes.get_errno()))
    maps = {
        "setgroups": "deny",
        "uid_map": f"{NOBODY_ID} {user} 1",
        "gid_map": f"{NOBODY_ID} {group} 1",
    }
    for name, line in maps.items():
        with open(f"/proc/self/{name}", "w") as file:
            file.write(line)


def drop_to(user: int, group: int) -> None:
    os.chdir("/")
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)


if __name__ == "__main__":
    cross(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
