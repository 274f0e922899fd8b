"""One child process that never outlives the one who started it."""

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from opsboard.launch.identity import PLAIN, Identity

LARGEST_LOG = 5_000_000


class Process:
    """A program, how to start it and how it wants to be asked to stop."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        log: Path,
        *,
        environment: Mapping[str, str] | None = None,
        identity: Identity = PLAIN,
        stop_with: signal.Signals = signal.SIGTERM,
        patience: float = 12,
        hands_on: Iterable[int] = (),
    ):
        self.name = name
        self.command = [str(part) for part in command]
        self.log = log
        self.environment = environment
        self.identity = identity
        self.stop_with = stop_with
        self.patience = patience
        self.hands_on = tuple(hands_on)
        self.child: subprocess.Popen | None = None
        self.started_at = 0.0

    def start(self) -> None:
        too_long = self.log.exists() and self.log.stat().st_size > LARGEST_LOG
        with self.log.open("wb" if too_long else "ab") as out:
            self.child = subprocess.Popen(
                self.identity.wrap(self.command, self.stop_with),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=self.environment,
                # A session of its own: a Ctrl-C in the terminal reaches the supervisor alone.
                start_new_session=True,
                pass_fds=self.hands_on,
            )
        self.started_at = time.monotonic()

    def ended(self) -> bool:
        """Whether it has ended; what it left behind in its process group is ended with it."""
        if self.child is None:
            return True
        if self.child.returncode is None and self._has_exited():
            # Until it is reaped its number, which is the group's, cannot be given to another.
            self._kill_group()
            self.child.wait()
        return self.child.returncode is not None

    def ask_to_stop(self) -> None:
        if not self.ended():
            self.child.send_signal(self.stop_with)

    def wait_until_stopped(self) -> None:
        """Wait as long as it may take, then end its whole process group."""
        deadline = time.monotonic() + self.patience
        while not self.ended() and time.monotonic() < deadline:
            time.sleep(0.01)
        if not self.ended():
            self._kill_group()
            self.child.wait()

    def last_words(self) -> str:
        """The end of its log, for a message that says why it did not start."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-8:])

    def _has_exited(self) -> bool:
        wanted = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.child.pid, wanted) is not None

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.child.pid, signal.SIGKILL)


def stop(processes: Sequence[Process]) -> None:
    """Ask all of them, then wait for each."""
    for process in processes:
        process.ask_to_stop()
    for process in processes:
        process.wait_until_stopped()
