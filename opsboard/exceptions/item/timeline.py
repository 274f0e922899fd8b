"""The time line of one item: a lane per side, one for opsboard, time running down."""

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from opsboard.controls.catalogue import Definition, catalogue
from opsboard.exceptions.item.evidence import Comparison
from opsboard.exceptions.models import History
from opsboard.records.story import story

OURS = "opsboard"
WORDS = {
    "found": "Found",
    "reopened": "Found again",
    "acknowledged": "Acknowledged",
    "claimed": "Fix claimed",
    "not_confirmed": "Claim not confirmed",
    "resolved": "Resolved on proof",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One row: in which lane (from 1), what happened, and whether it is what did not come."""

    at: datetime
    lane: int
    name: str
    what: str
    detail: str = ""
    is_missing: bool = False
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    lanes: list[str]
    moments: list[Moment]


def timeline_of(group_id: int, item: SimpleNamespace, person: Any) -> Timeline | None:
    """None for what has no side to show, such as a feed or a control."""
    definition = catalogue().get(item.control)
    kind = definition.population.split()[0] if definition else ""
    events = story(kind, item.subject, person.sees)
    if not events or definition is None:
        return None
    sides = {side.role: side.title for side in item.comparison.sides}
    roles = list(dict.fromkeys([*sides, *(event.role for event in events)]))[:4]
    lanes = [sides.get(role) or role.upper() for role in roles] + [OURS]
    moments = [
        Moment(one.at, roles.index(one.role) + 1, sides.get(one.role) or one.role.upper(),
               one.what, one.detail)
        for one in events
        if one.role in roles
    ]  # fmt: skip
    moments += _our_own(group_id, item, len(lanes))
    moments.append(_limit(item, roles, lanes, definition))
    return Timeline(lanes, sorted(moments, key=lambda one: one.at))


def _our_own(group_id: int, item: SimpleNamespace, lane: int) -> list[Moment]:
    lines = History.objects.filter(group=group_id, item=None, verb__in=WORDS).order_by("id")
    return [
        Moment(line.at, lane, OURS, WORDS[line.verb], line.after if line.verb == "resolved" else "")
        for line in lines
        if line.at >= item.detected_at or line.verb != "found"
    ]


def _limit(
    item: SimpleNamespace, roles: list[str], lanes: list[str], definition: Definition
) -> Moment:
    """When it became an exception: in the lane of the side that holds nothing, else in ours."""
    for place, side in enumerate(item.comparison.sides):
        if side.role in roles and _holds_nothing(item.comparison, place):
            lane = roles.index(side.role) + 1
            return Moment(item.look_at, lane, lanes[lane - 1], "Expected, and absent",
                          "the limit of " + definition.code, is_missing=True)  # fmt: skip
    return Moment(item.look_at, len(lanes), OURS, "Limit passed", "from here it is an exception")


def _holds_nothing(comparison: Comparison, place: int) -> bool:
    """Whatever differs, this side has nothing to put against it."""
    apart = comparison.differing
    return bool(apart) and all(field.says[place] in (None, "none", "0", "0.00") for field in apart)
