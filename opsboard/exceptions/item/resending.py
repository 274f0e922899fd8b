"""Replays and compensations as they stand on the page of a group."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from opsboard.exceptions.models import Decision, Redrive
from opsboard.exceptions.rights import works
from opsboard.people.roles import ROLES

SHOWN = 3
FEW = 12
STATES = {
    Redrive.State.WAITING: "waits",
    Redrive.State.SENT: "sent again",
    Redrive.State.REFUSED: "refused again",
    Redrive.State.SUPERSEDED: "had arrived before",
}
OUTCOMES = {
    "effective": "the next run found it no more",
    "ineffective": "IN09: it did not help",
    "": "the next run judges it",
}


@dataclass(frozen=True, slots=True)
class Resent:
    """One replay or compensation, with what became of each message or step."""

    decision: Decision
    counts: list[tuple[str, int]]
    messages: list[Redrive]
    steps: list[dict[str, Any]]
    reason: str

    @property
    def is_open(self) -> bool:
        """Approved, and waiting for somebody to begin, or to begin again."""
        return self.decision.state == "approved" and "started" not in self.decision.particulars

    @property
    def is_running(self) -> bool:
        return self.decision.state == "approved" and "started" in self.decision.particulars

    @property
    def halted(self) -> str:
        return self.decision.particulars.get("halted", "")

    @property
    def judged(self) -> str:
        if self.decision.state != "ended":
            return ""
        return OUTCOMES.get(self.decision.outcome, self.decision.outcome)


def resent(group: Any, person: Any) -> list[Resent]:
    """The last of them, newest first; every attempt stays on record."""
    found = Decision.objects.filter(group=group, sort__in=["replay", "compensation"])
    found = found.exclude(state="asked").select_related("asked_by").order_by("-asked_at")
    return [_shown(one, group, person) for one in found[:SHOWN]]


def _shown(decision: Decision, group: Any, person: Any) -> Resent:
    rows = list(decision.redrives.order_by("id"))
    counts = Counter(row.state for row in rows)
    return Resent(
        decision,
        [(STATES[state], counts[state]) for state in STATES if counts[state]],
        rows[:FEW],
        decision.particulars.get("steps", []),
        against_executing(person, decision, group),
    )


def against_executing(person: Any, decision: Decision, group: Any) -> str:
    """E.2, E.3 rule 5: who prepared it may send what moves no money; what the business approved,
    the engineers send. A compensation is done by whoever works in the owning system."""
    if decision.sort == "compensation":
        right = "claim"
    else:
        right = "execute" if decision.approvals_needed else "prepare_replay"
    if person.may(right) and works(person, group):
        return ""
    role = ROLES.get(person.role)
    title = role.title if role else "account without a role"
    return f"The role {title} does not carry this out."
