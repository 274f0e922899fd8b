"""The firm's clock: what time it is there, and which faults were mended when.

It stands in `clock.json` in a folder that the firm's connections share. The connections read it and
never let a system say more than it could know by then; the functions here alone write it.

A clock stands still, or runs: since a real instant, at a pace of firm seconds in a real one, and
never beyond `until`, which whoever lets it run moves on again and again. When he dies the firm
stands at `until`, and goes on from there: nobody has seen a later present. Time never goes back,
also when the machine's own clock does: every writing starts anew from the present of then.
"""

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.sandbox.shape import SNAPSHOTS

NAME = "clock.json"
# A mend takes its time: what was read before it must be older than what it changed.
MENDING = timedelta(seconds=1)
# The firm's script holds a day more than its last snapshot; a clock that runs stops there.
ENDS = SNAPSHOTS["post-close"] + timedelta(days=1)


class BadClock(Exception):
    """`clock.json` is there and cannot be read as one."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A fault, or all of a name, and when it was mended; or messages that were sent again."""

    fault: str
    at: datetime
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """How time passes by itself: firm seconds in a second, from a real instant, up to `until`."""

    since: datetime
    pace: float
    until: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """The firm's present instant, and every mend until then, in order."""

    as_of: datetime
    mended: tuple[Mended, ...] = ()
    run: Run | None = None

    def at(self, real: datetime) -> "Clock":
        """The same clock at another real instant, from which on it runs."""
        if self.run is None:
            return self
        as_of = self.as_of + (real - self.run.since) * self.run.pace
        return replace(self, as_of=min(as_of, self.run.until), run=replace(self.run, since=real))

    def moved(self, to: datetime) -> "Clock":
        """The same clock put forward; whoever lets it run has as long a lease as before."""
        if self.run is None:
            return replace(self, as_of=to)
        until = max(to, min(self.run.until + (to - self.as_of), ENDS))
        return replace(self, as_of=to, run=replace(self.run, until=until))

    def follows(self, earlier: "Clock") -> bool:
        """Whether one gets here from `earlier` by letting time pass and mending."""
        known = len(earlier.mended)
        return (
            self.as_of >= earlier.as_of
            and self.mended[:known] == earlier.mended
            and all(one.at >= earlier.as_of for one in self.mended[known:])
        )


def read(folder: Path | None, snapshot: str = "close") -> Clock:
    """What the folder's clock shows now; without a clock the firm stands at its snapshot."""
    clock = written(folder, snapshot)
    # At least what was written: the machine's own clock may have been put back.
    return clock.at(max(datetime.now(UTC), clock.run.since)) if clock.run else clock


def written(folder: Path | None, snapshot: str = "close") -> Clock:
    """The clock as it was last written. BadClock when the file is none."""
    try:
        told = json.loads((folder / NAME).read_text()) if folder else None
        if told is None:
            return Clock(SNAPSHOTS[snapshot])
        mended = tuple(_mended(one) for one in told["mended"])
        return Clock(_instant(told["as_of"]), mended, _run(told))
    except FileNotFoundError:
        return Clock(SNAPSHOTS[snapshot])
    except OSError as error:
        raise BadClock(f"{folder}: {error.strerror}") from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BadClock(f"{folder / NAME if folder else NAME} is not a clock of the firm") from None


def advance(
    folder: Path,
    *,
    to: datetime | None = None,
    by: timedelta | None = None,
    snapshot: str = "close",
) -> datetime:
    """Let time pass in the firm; gives its new present. ValueError when that would go back."""
    with _alone(folder):
        clock = read(folder, snapshot)
        then = to if to is not None else clock.as_of + (by or timedelta(0))
        if then.tzinfo is None:
            raise ValueError(f"{then} says no zone; write it with one, such as {then}+00:00")
        if then < clock.as_of:
            raise ValueError(f"the firm stands at {clock.as_of} and cannot go back to {then}")
        _write(folder, clock.moved(then))
    return then


def mend(folder: Path, fault: str, *, snapshot: str = "close") -> datetime:
    """Mend one fault, or all of a name in FAULTS; gives when. KeyError when there is no such."""
    # Not at the top: whoever only asks what time it is need not load the firm.
    from connectors.sandbox.faults import FAULTS

    if fault.rpartition(".")[0] not in FAULTS and fault not in FAULTS:
        raise KeyError(fault)
    return _set_right(folder, snapshot, fault)


def send_again(folder: Path, messages: Sequence[str], *, snapshot: str = "close") -> datetime:
    """Have the middleware send messages again; gives when. What becomes of them the firm knows."""
    return _set_right(folder, snapshot, "", tuple(messages))


def _set_right(folder: Path, snapshot: str, fault: str, messages: tuple[str, ...] = ()) -> datetime:
    with _alone(folder):
        clock = read(folder, snapshot)
        at = clock.as_of + MENDING
        mended = (*clock.mended, Mended(fault, at, messages))
        _write(folder, replace(clock.moved(at), mended=mended))
    return at


def run(folder: Path, pace: float, lease: timedelta, *, snapshot: str = "close") -> datetime:
    """Let time pass by itself, for at most `lease` of real time; call it again before that ends.

    Gives the firm's present, which does not pass the end of its script.
    """
    with _alone(folder):
        clock = read(folder, snapshot)
        since = clock.run.since if clock.run else datetime.now(UTC)
        until = min(clock.as_of + lease * pace, ENDS)
        _write(folder, replace(clock, run=Run(since, pace, max(until, clock.as_of))))
    return clock.as_of


def truth(folder: Path | None, settings: Mapping[str, Any]) -> list[Any]:
    """What is really wrong with the firm of these settings, and when it was mended."""
    # Not at the top: whoever only moves the clock need not load the firm.
    from connectors.northquay.settings import recipe_of
    from connectors.northquay.standing import standing

    with standing(replace(recipe_of(settings), folder=folder)) as found:
        return list(found.firm.truth)


def _instant(told: str) -> datetime:
    at = datetime.fromisoformat(told)
    if at.tzinfo is None:
        raise ValueError(told)
    return at.astimezone(UTC)


def _mended(told: Mapping[str, Any]) -> Mended:
    messages = tuple(str(name) for name in told.get("messages", ()))
    return Mended(str(told["fault"]), _instant(told["at"]), messages)


def _run(told: Mapping[str, Any]) -> Run | None:
    if "run" not in told:
        return None
    one = told["run"]
    return Run(_instant(one["since"]), float(one["pace"]), _instant(one["until"]))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else writes between our reading and our writing."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f".{NAME}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _told(one: Mended) -> dict[str, Any]:
    told: dict[str, Any] = {"fault": one.fault, "at": one.at.isoformat()}
    return told | {"messages": one.messages} if one.messages else told


def _write(folder: Path, clock: Clock) -> None:
    """The whole clock or the old one: readers never see half of it."""
    told: dict[str, Any] = {
        "as_of": clock.as_of.astimezone(UTC).isoformat(),
        "mended": [_told(one) for one in clock.mended],
    }
    if clock.run:
        told["run"] = {
            "since": clock.run.since.isoformat(),
            "pace": clock.run.pace,
            "until": max(clock.run.until, clock.as_of).isoformat(),
        }
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{NAME}")
    with os.fdopen(handle, "w") as file:
        json.dump(told, file, indent=1)
    os.replace(name, folder / NAME)
