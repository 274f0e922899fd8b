"""Segregation of duties (domain.md E.3): who may not decide a request, and why not.

Rules 4 and 5 are kept by the roles themselves (`people/roles.py`), rule 7 where somebody is made
to stand in for another (`people/absences.py`); the sixth is about the close.
"""

from datetime import timedelta
from typing import Any

from django.db.models.functions import Lower

from opsboard.clock import now
from opsboard.controls.catalogue import library
from opsboard.controls.models import ControlVersion
from opsboard.exceptions.deciding import tiers
from opsboard.people.roles import ROLES, Role, conflict
from opsboard.records.models import TABLES

# Whoever changed a control decides nothing under it for so long (rule 3).
AFTER_A_CHANGE = timedelta(days=30)
SORTS = {
    "waiver": "waivers",
    "false_positive": "false positives",
    "replay": "replays",
    "compensation": "compensations",
}


def against(person: Any, decision: Any, *, acting_for: Any = None, refusing: bool = False) -> str:
    """Why this person may not decide this request; empty when nothing stands against it.

    `acting_for`: whose place the person takes; then neither of the two may be in the way.
    Refusing is open also for what has outgrown its request.
    """
    for one in (person, acting_for):
        if one is not None and (reason := _in_the_way(one, decision, is_self=one == person)):
            return reason
    if acting_for and (said := conflict(Role(person.role), Role(acting_for.role))):
        return said
    return (
        _already(person, decision)
        or _not_open_to(acting_for or person, decision)
        or ("" if refusing else _outgrown(decision))
    )


def against_withdrawing(person: Any, decision: Any) -> str:
    return "" if decision.asked_by_id == person.pk else f"{decision.asked_by} asked for it."


def _in_the_way(person: Any, decision: Any, *, is_self: bool) -> str:
    who = "You" if is_self else str(person)
    if decision.asked_by_id == person.pk:
        return f"{who} asked for it; someone else must approve."
    if person.is_superuser:
        return "Whoever administers opsboard neither works nor approves in it."
    if _last_edited(person, decision.group):
        return f"{who} last changed the record behind it; someone else must decide."
    if _changed_control(person, decision.group):
        return f"{who} changed this control within the last 30 days; someone else must decide."
    if _concerns(person, decision.group):
        own = "your" if is_self else "their"
        return f"It is about {own} own time, expenses, pay or access; someone else must decide."
    return ""


def _already(person: Any, decision: Any) -> str:
    given = decision.verdicts.filter(by=person).exists()
    return "You have approved it; a second person must." if given else ""


def _not_open_to(person: Any, decision: Any) -> str:
    """The tiers of F.2: whoever of the workflow may, until only places for named roles are left."""
    rights = ROLES.get(person.role)
    if rights is None or not (person.may("approve") or person.may("confirm")):
        title = f"The role {rights.title}" if rights else "An account without a role"
        return f"{title} does not decide {SORTS[decision.sort]}."
    missing = _missing_roles(decision)
    if person.role in missing:
        return ""
    left = decision.approvals_needed - decision.verdicts.filter(approves=True).count()
    if left <= len(missing):
        return f"{_named(missing)} must approve this one."
    if decides(person, decision.sort, decision.group):
        return ""
    workflow = decision.group.workflow.replace("_", " ")
    return f"The role {rights.title} does not decide {SORTS[decision.sort]} in {workflow}."


def decides(person: Any, sort: str, group: Any) -> bool:
    """Whether the role decides the smaller requests of this sort about this group."""
    rights = ROLES[Role(person.role)]
    all_of_it = "approve" in rights.may and rights.approves is None
    if sort == "false_positive":
        control = library().get(group.control)
        return all_of_it or bool(control and control.owner in rights.owns and person.may("confirm"))
    if group.control == "WL04" and not all_of_it:
        return False
    return all_of_it or ("approve" in rights.may and group.workflow in rights.approves)


def _missing_roles(decision: Any) -> list[str]:
    given = set()
    for verdict in decision.verdicts.filter(approves=True).select_related("by", "acting_for"):
        given.add((verdict.acting_for or verdict.by).role)
    return [role for role in decision.needs_role.split(",") if role and role not in given]


def _named(roles: list[str]) -> str:
    titles = [f"{'an' if role[0] in 'aeiou' else 'a'} {ROLES[Role(role)].title}" for role in roles]
    said = " and ".join(titles)
    return said[0].upper() + said[1:]


def _outgrown(decision: Any) -> str:
    """What weighs more than was asked for would come back at once."""
    if decision.sort != "waiver":
        return ""
    if tiers.weight(decision.group) > tiers.ceiling(decision.amount):
        return "It outgrew the amount that was asked for; refuse it, and let it be asked anew."
    return ""


def _last_edited(person: Any, group: Any) -> bool:
    """Rule 2: by what their systems call the last editor of a subject, or of the root cause."""
    names = _names(person)
    for control in group.items.values_list("control", flat=True).distinct():
        table = TABLES.get(_population(control))
        subjects = group.items.filter(control=control).values("subject")
        if table and _edited(table.objects.filter(key__in=subjects), names):
            return True
    kind, _, root = group.root_entity.partition(":")
    is_entity = kind in TABLES and root.isdigit()
    return is_entity and _edited(TABLES[kind].objects.filter(canonical_id=int(root)), names)


def _edited(records: Any, names: set[str]) -> bool:
    return records.annotate(editor=Lower("source_updated_by")).filter(editor__in=names).exists()


def _changed_control(person: Any, group: Any) -> bool:
    """Rule 3: whoever stands for a version that changed the one before."""
    codes = {group.control, *group.items.values_list("control", flat=True).distinct()}
    versions = ControlVersion.objects.filter(
        control__in=codes, version__gt=1, recorded_at__gte=now() - AFTER_A_CHANGE
    )
    approved = versions.annotate(who=Lower("approved_by"))
    return approved.filter(who__in=_names(person)).exists()


def _concerns(person: Any, group: Any) -> bool:
    """Rule 8: a worker behind the items, or the one at the root, is this person."""
    if not person.worker_no:
        return False
    workers = set(group.items.values_list("worker_id", flat=True).distinct()) - {None}
    kind, _, root = group.root_entity.partition(":")
    if kind == "worker" and root.isdigit():
        workers.add(int(root))
    mine = TABLES["worker"].objects.filter(worker_no=person.worker_no)
    return mine.filter(canonical_id__in=workers).exists()


def _population(control: str) -> str:
    found = library().get(control)
    return found.population.split()[0] if found and found.population else ""


def _names(person: Any) -> set[str]:
    """By what a source system may call this person; empty names match nobody."""
    names = {person.username, person.email, person.worker_no, person.get_full_name()}
    return {name.strip().casefold() for name in names} - {""}
