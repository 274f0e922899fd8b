"""What time it is: the one place in opsboard that knows.

In production the present is the real one. In a demo it is the made-up firm's: its clock stands in
a folder (OPSBOARD_CLOCK) that its systems share, so that what they have said and what opsboard
calls now never disagree. There an hour passes in about a minute; see `connectors.northquay.clock`
for the rule, and for why it never goes back.

By this clock go all instants that the business reads or is measured by: when a feed is due, when a
run began, deadlines, graces, history, mails and their Date, the retention of pages and spans, and
opsboard's own spans, which stand in one timeline with the firm's messages.

By the real clock go, even in a demo:
- sessions, CSRF and whatever else Django and RQ time on their own (jobs, leases, intervals);
- the audit log and the brake on wrong passwords that counts in it: what people did to opsboard
  itself happened on this machine, and a guesser must not gain from a fast clock;
- waiting for processes, the pauses of the supervisor, `time.monotonic` anywhere;
- file names of kept mails, and the lines and the size of log files;
- connectors that read real sources: whether a file is still being written is known by its own time.
"""

import os
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

FOLDER = "OPSBOARD_CLOCK"


def now() -> datetime:
    """The present instant, in UTC."""
    if not is_made_up():
        return datetime.now(UTC)
    return _firm().read(_folder()).as_of


def at(real: datetime) -> datetime:
    """Which instant it was by this clock at a real one of the last minute or so."""
    if not is_made_up():
        return real
    return _firm().written(_folder()).at(real).as_of


def is_made_up() -> bool:
    """Whether this is the time of a made-up firm."""
    return bool(os.environ.get(FOLDER))


def how_it_passes() -> str:
    """How the made-up firm's time passes, in words that go on after "there"."""
    stands = _firm().read(_folder())
    if stands.as_of >= _firm().ENDS:
        return "the story has ended"
    if stands.run is None or stands.as_of >= stands.run.until:
        return "time stands still"
    return pace_in_words(stands.run.pace)


def pace_in_words(pace: float) -> str:
    """So many minutes of the firm in one of ours, said the other way round."""
    minutes = 60 / pace
    return f"an hour passes in {'a minute' if minutes == 1 else f'{minutes:.3g} minutes'}"


def _folder() -> Path:
    return Path(os.environ[FOLDER])


def _firm() -> ModuleType:
    # Only a demo has a firm: nobody else need load it.
    from connectors.northquay import clock

    return clock
