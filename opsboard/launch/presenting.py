"""What is really wrong with the made-up firm, for a presenter; opsboard itself never looks here."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.base import NeedsHuman
from connectors.northquay import asking
from connectors.northquay import clock as firm_clock
from opsboard.launch.firm import MadeUp
from opsboard.launch.hours import STORY

COMING = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """All open cases of one name; `first` is the one to be mended alone."""

    name: str
    words: str
    controls: list[str]
    cases: int
    records: int
    remedy: str
    first: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A mend: of the past, or one that the story holds."""

    words: str
    at: datetime


def told(firm: MadeUp, now: datetime) -> dict[str, list[Told]]:
    """What was mended, newest first, and what the firm's people will mend next by themselves."""
    stands = firm_clock.read(firm.folder, firm.snapshot)
    begins = firm_clock.SNAPSHOTS[firm.snapshot]
    done = {one.fault for one in stands.mended}
    mended = [Told(_mended_in_words(one), one.at) for one in reversed(stands.mended)]
    coming = [Told(in_words(fault), begins + after) for after, fault in STORY if fault not in done]
    return {"mended": mended, "coming": [one for one in coming if one.at > now][:COMING]}


def open_faults(firm: MadeUp, now: datetime) -> list[Fault] | None:
    """By name, those first that can be seen since the longest; None when nobody keeps the firm
    open."""
    try:
        truth = asking.truth(firm.folder, firm.settings)
    except (asking.NobodyThere, NeedsHuman):
        return None
    cases = defaultdict(list)
    for one in truth:
        seen_from = datetime.fromisoformat(one["first_detectable_at"])
        if one["kind"] == "fault" and not one["mended_at"] and seen_from <= now:
            cases[one["fault_id"].rpartition(".")[0]].append((seen_from, one))
    found = [_fault(name, sorted(each, key=_first)) for name, each in cases.items()]
    return sorted(found, key=lambda one: one.since)


def in_words(fault: str) -> str:
    """`time.posting_lost.001` as "posting lost, case 1"."""
    _, name, *case = fault.split(".")
    words = name.replace("_", " ")
    return f"{words}, case {int(case[0])}" if case else words


def _mended_in_words(one: firm_clock.Mended) -> str:
    if not one.messages:
        return in_words(one.fault)
    count = len(one.messages)
    return f"{count} message{'' if count == 1 else 's'} sent again by the middleware"


def _fault(name: str, cases: list[tuple[datetime, dict[str, Any]]]) -> Fault:
    since, first = cases[0]
    return Fault(
        name=name,
        words=in_words(name),
        controls=sorted({one["control_code"] for _, one in cases}),
        cases=len(cases),
        records=sum(len(one["subject_keys"]) for _, one in cases),
        remedy=first["fix_action"],
        first=first["fault_id"],
        since=since,
    )


def _first(case: tuple[datetime, dict[str, Any]]) -> tuple[datetime, str]:
    return case[0], case[1]["fault_id"]
