"""What this reader may do to this group now, and the reason when not (domain.md E.2, F.2)."""

from typing import Any

from opsboard.exceptions.states import BEFORE_CLAIM, State
from opsboard.people.roles import ROLES

ACTS = {
    "acknowledge": "acknowledge",
    "assign": "reassign",
    "comment": "comment on",
    "claim": "claim the fix of",
}


def reasons_against(person: Any, group: Any) -> dict[str, str]:
    """Every act with the reason why not; an empty reason means: go on.

    `group` needs `workflow`, `state`, `owner` and `team`.
    """
    return {act: reason_against(act, person, group) for act in ACTS}


def reason_against(act: str, person: Any, group: Any) -> str:
    return forbids(act, person, group) or _untimely(act, person, group)


def forbids(act: str, person: Any, group: Any) -> str:
    """The reason that lies in the reader's role; it does not pass by waiting."""
    role = ROLES.get(person.role)
    if role is None or not person.may(act):
        who = f"The role {role.title}" if role else "An account without a role"
        return f"{who} does not {ACTS[act]} exceptions."
    if act == "comment" or works(person, group):
        return ""
    workflow = group.workflow.replace("_", " ")
    return f"{workflow.capitalize()} is not among the work of the role {role.title}."


def works(person: Any, group: Any) -> bool:
    """A role works its workflows, and whatever was handed to the person or the team."""
    role = ROLES.get(person.role)
    if role is None:
        return False
    if role.works is None or group.workflow in role.works:
        return True
    return group.owner_id == person.pk or bool(person.team_id and group.team_id == person.team_id)


def _untimely(act: str, person: Any, group: Any) -> str:
    if act == "comment":
        return ""
    if group.state == State.RESOLVED:
        return "It is resolved on proof; nothing is left to do."
    if act == "acknowledge" and group.state not in {State.NEW, State.REOPENED}:
        return f"It stands at “{State(group.state).label.lower()}” already."
    if act == "claim":
        return _unclaimable(person, group)
    return ""


def _unclaimable(person: Any, group: Any) -> str:
    if group.state not in BEFORE_CLAIM:
        return "A fix is claimed; the next run on fresh data judges it."
    if group.owner_id and group.owner_id != person.pk:
        return f"Only the owner, {group.owner}, can claim the fix."
    return ""
