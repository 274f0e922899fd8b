"""What the systems page says in sentences."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from opsboard.sync.models import Pipeline, Stream
from opsboard.sync.overview import SystemLine
from opsboard.ui.words import counted, in_words, short

QUEUE_IS_DOWN = (
    "It is written down, but the queue does not answer. It runs as soon as the queue is back."
)


@dataclass(frozen=True, slots=True)
class Headline:
    """One sentence, and a second that is a link to the system it speaks of."""

    said: str
    linked: str = ""
    slug: str = ""


def headline(systems: list[SystemLine], now: datetime, zone: str) -> Headline:
    if not systems:
        return Headline("No system is connected yet.")
    fresh = [one for one in systems if one.is_fresh]
    said = _share(len(fresh), len(systems))
    worst = next((one for one in systems if one.stopped), None)
    if worst:
        what = counted(len(worst.stopped), "stream")
        return Headline(said, f"{worst.title} waits for a person: {what} stopped.", worst.slug)
    late = [one for one in systems if not one.is_fresh]
    if not late:
        return Headline(said)
    return Headline(said, _late(late[0], now, ZoneInfo(zone)), late[0].slug)


def _share(fresh: int, every: int) -> str:
    if fresh == every:
        return (
            "The one system is fresh."
            if every == 1
            else f"All {in_words(every)} systems are fresh."
        )
    if not fresh:
        return "The one system is not fresh." if every == 1 else "No system is fresh."
    verb = "is" if fresh == 1 else "are"
    return f"{in_words(fresh).capitalize()} of {in_words(every)} systems {verb} fresh."


def _late(system: SystemLine, now: datetime, zone: ZoneInfo) -> str:
    slowest = system.slowest
    if slowest is None or slowest.watermark is None:
        return f"{system.title} has not been read completely yet."
    return f"{system.title} is complete only up to {short(slowest.watermark, now, zone)}."


def pulled(turn: Pipeline) -> str:
    if turn.state == Pipeline.State.RUNNING:
        return "A turn is running; it reads what was asked for."
    return "Reading is asked for. This page follows it."


def released(stream: Stream, *, was_stopped: bool) -> str:
    if was_stopped:
        return f"{stream.name} released; it is read with the next turn."
    return f"{stream.name} was running already; nothing was changed."


def replayed(count: int, wanted: int) -> str:
    """What will be opened again; the rest came from pages that are past their retention."""
    if not wanted:
        return "Nothing to replay: these rows were settled meanwhile."
    if not count:
        return "Nothing replayed: the pages of these rows are past their retention. Pull in full."
    gone = f"; {counted(wanted - count, 'row')} came too long ago" if count < wanted else ""
    return f"{counted(count, 'row')} will be read again with the next turn{gone}."
