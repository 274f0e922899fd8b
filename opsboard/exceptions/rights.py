"""What this reader may do to this group now, and the reason when not (domain.md E.2, F.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from opsboard.exceptions.deciding.limits import against_snooze
from opsboard.exceptions.own_projects import is_bound, own_projects
from opsboard.exceptions.states import SETTLED, State
from opsboard.exceptions.transitions import BY_VERB, Who
from opsboard.people.roles import ROLES


@dataclass(frozen=True, slots=True)
class Act:
    """`says` stands in "The role … does not … exceptions."; `way` is the step it takes."""

    says: str
    way: str = ""


ACTS = {
    "acknowledge": Act("acknowledge", "acknowledge"),
    "assign": Act("reassign"),
    "comment": Act("comment on"),
    "start": Act("start work on", "start"),
    "wait": Act("set others to work on", "wait"),
    "claim": Act("claim the fix of", "claim"),
    "snooze": Act("snooze", "snooze"),
    "wake": Act("wake", "wake"),
    "ask": Act("ask to waive", "ask"),
    "propose": Act("call false positives among", "ask"),
    "reopen": Act("reopen", "reopen"),
    # Each of these takes the work on as a claim does, and is open from where a claim is.
    "seek": Act("ask other teams about", "claim"),
    "split": Act("split", "claim"),
    "put_back": Act("split", "claim"),
    "merge": Act("merge", "claim"),
    "unmerge": Act("merge", "unmerge"),
    "replay": Act("ask to replay", "ask"),
    "compensate": Act("ask to compensate", "ask"),
}
# Acts that a role may by the name of another right.
BY_RIGHT = {
    "seek": "wait",
    "split": "wait",
    "put_back": "wait",
    "merge": "wait",
    "unmerge": "wait",
    "replay": "request_replay",
    "compensate": "request_replay",
}
# Stand on a request; `separation.py` has the last word on them.
DECIDING = {
    "approve": Act("approve requests about", "waive"),
    "refuse": Act("refuse requests about", "refuse"),
    "withdraw": Act("ask for decisions about", "withdraw"),
}
EVERY = ACTS | DECIDING
# Why a step is not open from a state, where the state's name alone does not say it.
NOT_FROM = {
    State.RESOLVED: "It is resolved on proof; nothing is left to do.",
    State.WAIVED: "It is waived; it comes back by itself when the waiver ends.",
    State.FALSE_POSITIVE: "It was confirmed as a false positive.",
    State.MERGED: "It was merged into another cause; work on that one.",
    State.PENDING: "It waits for an approval.",
    State.FIX_CLAIMED: "A fix is claimed; the next run on fresh data judges it.",
    State.SNOOZED: "It is snoozed; wake it first.",
    State.NEW: "Acknowledge it first.",
    State.REOPENED: "Acknowledge it first.",
}


def reasons_against(person: Any, group: Any, acts: Iterable[str] = ACTS) -> dict[str, str]:
    """Every act with the reason why not; an empty reason means: go on.

    `group` needs `workflow`, `project_id`, `control`, `state`, `severity`, `snoozes`, owner,
    delegate and team.
    """
    return {act: reason_against(act, person, group) for act in acts}


def reason_against(act: str, person: Any, group: Any) -> str:
    return forbids(act, person, group) or untimely(act, group) or _not_theirs(act, person, group)


def forbids(act: str, person: Any, group: Any) -> str:
    """The reason that lies in the reader's role; it does not pass by waiting."""
    role = ROLES.get(person.role)
    if role is None or not _able(act, person):
        who = f"The role {role.title}" if role else "An account without a role"
        return f"{who} does not {EVERY[act].says} exceptions."
    if act in {"comment", "withdraw", "approve", "refuse"} or works(person, group):
        return ""
    if _in_its_work(person, group):
        return "It is about no project that you manage."
    workflow = group.workflow.replace("_", " ")
    return f"{workflow.capitalize()} is not among the work of the role {role.title}."


def works(person: Any, group: Any) -> bool:
    """A role works its workflows, a project manager of these the own projects, and everybody
    whatever was handed to the person or the team."""
    role = ROLES.get(person.role)
    if role is None:
        return False
    is_theirs = not is_bound(person) or group.project_id in own_projects(person)
    if is_theirs and _in_its_work(person, group):
        return True
    given = person.pk in {group.owner_id, group.delegate_id}
    return given or bool(person.team_id and group.team_id == person.team_id)


def _in_its_work(person: Any, group: Any) -> bool:
    role = ROLES[person.role]
    return role.works is None or group.workflow in role.works


def answers_for(person: Any, group: Any) -> bool:
    """The owner, who stands in for the owner, and the lead of the team; what nobody owns,
    whoever works it."""
    if group.owner_id is None or person.pk in {group.owner_id, group.delegate_id}:
        return True
    return group.team_id in _led(person)


def _able(act: str, person: Any) -> bool:
    if act in {"approve", "refuse"}:
        return person.may("approve") or person.may("confirm")
    return person.may(BY_RIGHT.get(act, act))


def _led(person: Any) -> set[str]:
    """The teams this reader leads; asked once for all rows of a page."""
    # The reader of a request is a lazy object: its own __dict__ is not the person's.
    if not hasattr(person, "_led"):
        person._led = set(person.leads.values_list("pk", flat=True))
    return person._led


def untimely(act: str, group: Any) -> str:
    """The reason that lies in where it stands; time or somebody else may have moved it there."""
    way = BY_VERB.get(EVERY[act].way)
    if way is None:
        return NOT_FROM[group.state] if act == "assign" and group.state in SETTLED else ""
    if group.state in way.sources:
        return against_snooze(group) if act == "snooze" else ""
    if act in DECIDING:
        return "Nothing waits for a decision here."
    label = State(group.state).label.lower()
    return _said_of(act, group.state) or f"It stands at “{label}” already."


def _said_of(act: str, state: str) -> str:
    """An act that leads out of a state never asks to leave it first."""
    if act == "acknowledge" and state not in SETTLED:
        return ""
    if act == "reopen":
        return "It comes back by itself." if state == State.WAIVED else "It is open."
    if act == "wake" and state not in SETTLED:
        return "It is not snoozed."
    return NOT_FROM.get(state, "")


def _not_theirs(act: str, person: Any, group: Any) -> str:
    way = BY_VERB.get(EVERY[act].way)
    if act == "assign":
        free = person.may("dispatch") or answers_for(person, group)
        return "" if free else f"{_owner(group)} owns it; the owner or the team’s lead hands it on."
    if way is None or Who.OWNER not in way.who or answers_for(person, group):
        return ""
    if act in {"replay", "compensate"}:
        # Integration prepares them for whoever owns the cause (E.2).
        return ""
    if act == "claim":
        return f"Only the owner, {_owner(group)}, can claim the fix."
    return f"{_owner(group)} owns it. Take it over first."


def _owner(group: Any) -> str:
    return str(group.owner)
