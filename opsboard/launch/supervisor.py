"""Keeps processes running until told to stop, and then stops them in order."""

import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from opsboard.launch.process import Process

LONGEST_PAUSE = 30.0
STEADY = 60.0
GLANCE = 0.2


@dataclass
class _Restart:
    """How often a process died lately, and when it may be started again."""

    failures: int = 0
    due_at: float | None = None

    def plan(self, process: Process, now: float) -> float:
        """Wait a second after the first death, twice as long after each further one."""
        if now - process.started_at > STEADY:
            self.failures = 0
        pause = min(2.0**self.failures, LONGEST_PAUSE)
        self.failures, self.due_at = self.failures + 1, now + pause
        return pause


class Supervisor:
    def __init__(self, processes: Sequence[Process]):
        self._restarts = [(process, _Restart()) for process in processes]

    def watch(self) -> None:
        """Start again what dies. Only a signal (see `stop_signals`) ends this."""
        while True:
            for process, restart in self._restarts:
                if process.ended():
                    _look_after(process, restart)
            time.sleep(GLANCE)


def _look_after(process: Process, restart: _Restart) -> None:
    now = time.monotonic()
    if restart.due_at is None:
        pause = restart.plan(process, now)
        say(
            f"{process.name} ended ({process.child.returncode}); starting it again in "
            f"{pause:.0f} s, see {process.log}"
        )
    elif now >= restart.due_at:
        restart.due_at = None
        process.start()


@contextmanager
def stop_signals() -> Iterator[None]:
    """Turn the first signal to stop into KeyboardInterrupt, and ignore further ones: what
    follows is the orderly end, which takes seconds and must not be cut short."""
    wanted = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as under nohup
        wanted.append(signal.SIGHUP)
    before = {number: signal.signal(number, _interrupt(wanted)) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(wanted: Sequence[signal.Signals]) -> Callable:
    def interrupt(*_):
        for number in wanted:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    return interrupt


def say(line: str) -> None:
    """Tell the person at the terminal, who may be gone already."""
    with suppress(OSError):
        print(line, file=sys.stderr, flush=True)  # noqa: T201
