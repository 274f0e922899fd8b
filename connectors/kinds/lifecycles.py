"""Which state may follow which (domain.md A.2), as graphs.

Sources are read from time to time, so a state may have been left again before anybody saw it. What
is seen from one reading to the next is therefore allowed when the graph has a way, not only a step.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

Steps = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class LifeCycle:
    """Steps from state to state. `paused` is a state that is entered from, and left to, others.

    `leads_back` says for which states: whoever is on hold goes back to where it came from, so a
    way never leads through it. `events` name the steps that are events of their own.
    """

    steps: Steps
    paused: str = ""
    leads_back: tuple[str, ...] = ()
    events: Mapping[tuple[str, str], str] = field(default_factory=dict)


def _worked(*, reimbursed: bool) -> LifeCycle:
    """Time and expenses: once posted, only a correction, which is a reversal and a new entry."""
    steps = {
        "draft": ("submitted",),
        "submitted": ("approved", "rejected"),
        "rejected": ("draft",),
        "approved": ("recalled", "posted"),
        "recalled": ("draft",),
        "posted": ("billed", "corrected"),
        "billed": ("corrected", "written_off"),
    }
    if reimbursed:
        steps["approved"] += ("reimbursed",)
        steps["posted"] += ("reimbursed",)
        steps["reimbursed"] = ("posted", "billed", "corrected")
    return LifeCycle(steps)


# Beyond A.2's own words: a recalled entry becomes a draft, and what A.1 names as an end (cancelled,
# void, credited, written off) is reached from where the business can still decide it.
LIFE_CYCLES: Mapping[str, LifeCycle] = {
    "time_entry": _worked(reimbursed=False),
    "expense_item": _worked(reimbursed=True),
    "billing_event": LifeCycle(
        {
            "planned": ("completed", "cancelled"),
            "completed": ("accepted", "ready", "cancelled"),
            "accepted": ("ready", "cancelled"),
            "ready": ("released", "cancelled"),
            "released": ("invoiced",),
            "on_hold": ("cancelled",),
        },
        paused="on_hold",
        leads_back=("planned", "completed", "accepted", "ready", "released"),
    ),
    "invoice": LifeCycle(
        {
            "draft": ("in_review", "void"),
            "in_review": ("approved", "void"),
            "approved": ("blocked", "issued", "void"),
            "blocked": ("approved", "void"),
            "issued": ("delivered", "disputed"),
            "delivered": ("part_paid", "paid", "disputed", "written_off"),
            "part_paid": ("paid", "disputed", "written_off"),
            "disputed": ("credited", "delivered", "written_off"),
        }
    ),
    "accounting_period": LifeCycle(
        {
            "future": ("open",),
            "open": ("closing",),
            "closing": ("locked",),
            "locked": ("closed", "open"),
            "closed": ("open", "permanently_closed"),
        },
        events={
            ("locked", "open"): "period_reopened",
            ("closed", "open"): "period_reopened",
        },
    ),
}


def is_step(kind: str, before: str, after: str) -> bool:
    """Whether `after` may directly follow `before`; a kind without a life cycle may do anything."""
    cycle = LIFE_CYCLES.get(kind)
    return cycle is None or before == after or after in _next(cycle, before)


def is_allowed(kind: str, before: str, after: str) -> bool:
    """Whether there is a way from `before` to `after`, other states in between unseen."""
    return kind not in LIFE_CYCLES or way(kind, before, after) is not None


@cache
def way(kind: str, before: str, after: str) -> tuple[str, ...] | None:
    """The shortest way, both ends included; None where there is none."""
    cycle = LIFE_CYCLES[kind]
    waiting = deque([(before,)])
    seen = {before}
    while waiting:
        path = waiting.popleft()
        if path[-1] == after:
            return path
        for state in _next(cycle, path[-1], is_on_the_way=len(path) > 1):
            if state not in seen:
                seen.add(state)
                waiting.append((*path, state))
    return None


def events(kind: str, before: str, after: str) -> tuple[str, ...]:
    """What has to have happened on the way that is an event of its own, such as a reopening."""
    cycle = LIFE_CYCLES.get(kind)
    path = way(kind, before, after) if cycle else None
    steps = zip(path or (), (path or ())[1:], strict=False)
    return tuple(cycle.events[step] for step in steps if step in cycle.events) if cycle else ()


def _next(cycle: LifeCycle, state: str, *, is_on_the_way: bool = False) -> tuple[str, ...]:
    following = cycle.steps.get(state, ())
    if cycle.paused and state in cycle.leads_back:
        return (*following, cycle.paused)
    # It is not known where it came from; but nothing gets anywhere new by being put on hold.
    if cycle.paused and state == cycle.paused and not is_on_the_way:
        return (*following, *cycle.leads_back)
    return following
