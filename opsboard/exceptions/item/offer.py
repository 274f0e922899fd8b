"""The acts on the page of a group, in order: what this reader may do, what not, and why."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from opsboard.exceptions.rights import answers_for, forbids, untimely

# Act, what its button says, its key, and whether a form comes first.
BUTTONS = (
    ("acknowledge", "Acknowledge", "e", False),
    ("start", "Start work", "", False),
    ("wake", "Wake", "", False),
    ("claim", "Claim fix", "f", True),
    ("take", "Assign to me", "a", False),
    ("assign", "Assign", "", True),
    ("wait", "Wait for others", "", True),
    ("comment", "Comment", "c", True),
    ("ask", "Ask for waiver", "w", True),
    ("propose", "False positive", "", True),
    ("snooze", "Snooze", "", True),
    ("reopen", "Reopen", "", True),
)
# What everybody looks for; of the others only a limit is told, to whoever would do it.
LOOKED_FOR = ("claim", "assign", "ask")


@dataclass(frozen=True, slots=True)
class Offer:
    """A button, or with a reason one that is not open; `says` is what its key does."""

    act: str
    label: str
    key: str
    asks: bool
    reason: str = ""

    @property
    def says(self) -> str:
        return "Claim the fix" if self.act == "claim" else self.label


def offers(found: SimpleNamespace, person: Any) -> list[Offer]:
    made = [Offer(*button) for button in BUTTONS if _is_open(button[0], found, person)]
    told = set()
    for button in BUTTONS:
        reason = found.reasons.get(button[0], "")
        if reason and reason not in told and _is_told(button[0], found, person):
            told.add(reason)
            made.append(Offer(*button, reason=reason))
    return sorted(made, key=lambda one: [button[0] for button in BUTTONS].index(one.act))


def _is_open(act: str, found: SimpleNamespace, person: Any) -> bool:
    if act == "take":
        return "assign" in found.acts and found.owner_id != person.pk
    return act in found.acts


def _is_told(act: str, found: SimpleNamespace, person: Any) -> bool:
    if found.is_settled:
        return act == "claim"
    if forbids(act, person, found):
        return act == "claim"
    if act == "acknowledge":
        return found.state in {"new", "reopened"}
    if act in LOOKED_FOR:
        return True
    return (
        act == "snooze" and answers_for(person, found) and "Acknowledge" not in untimely(act, found)
    )
