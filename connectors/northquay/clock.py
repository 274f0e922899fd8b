"""The firm's clock: what time it is there, and which faults were mended when.

It stands in `clock.json` in a folder that the firm's connections share. Only `advance` and `mend`
write it; the connections read it and never let a system say more than it could know by then.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.sandbox.faults import FAULTS
from connectors.sandbox.shape import SNAPSHOTS

NAME = "clock.json"
# A mend takes its time: what was read before it must be older than what it changed.
MENDING = timedelta(seconds=1)


class BadClock(Exception):
    """`clock.json` is there and cannot be read as one."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A fault, or all of a name, and when it was mended."""

    fault: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """The firm's present instant, and every mend until then, in order."""

    as_of: datetime
    mended: tuple[Mended, ...] = ()

    def follows(self, earlier: "Clock") -> bool:
        """Whether one gets here from `earlier` by letting time pass and mending."""
        known = len(earlier.mended)
        return (
            self.as_of >= earlier.as_of
            and self.mended[:known] == earlier.mended
            and all(one.at >= earlier.as_of for one in self.mended[known:])
        )


def read(folder: Path | None, snapshot: str = "close") -> Clock:
    """What the folder's clock says; without one the firm stands at its snapshot."""
    try:
        told = json.loads((folder / NAME).read_text()) if folder else None
        if told is None:
            return Clock(SNAPSHOTS[snapshot])
        mended = tuple(Mended(str(one["fault"]), _instant(one["at"])) for one in told["mended"])
        return Clock(_instant(told["as_of"]), mended)
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
    clock = read(folder, snapshot)
    then = to if to is not None else clock.as_of + (by or timedelta(0))
    if then.tzinfo is None:
        raise ValueError(f"{then} says no zone; write it with one, such as {then}+00:00")
    if then < clock.as_of:
        raise ValueError(f"the firm stands at {clock.as_of} and cannot go back to {then}")
    _write(folder, replace(clock, as_of=then))
    return then


def mend(folder: Path, fault: str, *, snapshot: str = "close") -> datetime:
    """Mend one fault, or all of a name in FAULTS; gives when. KeyError when there is no such."""
    if fault.rpartition(".")[0] not in FAULTS and fault not in FAULTS:
        raise KeyError(fault)
    clock = read(folder, snapshot)
    at = clock.as_of + MENDING
    _write(folder, Clock(at, (*clock.mended, Mended(fault, at))))
    return at


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


def _write(folder: Path, clock: Clock) -> None:
    """The whole clock or the old one: readers never see half of it."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {
        "as_of": clock.as_of.astimezone(UTC).isoformat(),
        "mended": [{"fault": one.fault, "at": one.at.isoformat()} for one in clock.mended],
    }
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{NAME}")
    with os.fdopen(handle, "w") as file:
        json.dump(told, file, indent=1)
    os.replace(name, folder / NAME)
