"""What was asked to be decided about a group, ready to read, with who may decide it and who not."""

from types import SimpleNamespace
from typing import Any

from django.db.models import Exists, OuterRef, Q

from opsboard.clock import now
from opsboard.controls.catalogue import library
from opsboard.exceptions.deciding import separation, tiers
from opsboard.exceptions.deciding.limits import ACCESS, Reason
from opsboard.exceptions.models import Decision, Group
from opsboard.exceptions.queries import Groups, may_see
from opsboard.exceptions.states import State
from opsboard.people.absences import Place, around, away_at, places_taken
from opsboard.people.models import Person
from opsboard.people.roles import ROLES, Role

ASKS = {
    "waiver": "asks to accept",
    "false_positive": "says that the control is wrong here",
    "replay": "asks to send again",
    "compensation": "asks to compensate",
}
ASKED = {"waiver": "asked to accept", "false_positive": "said that the control is wrong here"}


def shown(group_id: int, person: Any) -> SimpleNamespace | None:
    """The request that waits, else the decision that holds; None when there is neither.

    `reasons` says per verb why this reader may not take it; empty when they may. The amount is
    None for whoever may not see the measure that it is of.
    """
    found = Decision.objects.filter(group=group_id, state__in=["asked", "approved"])
    found = found.select_related("asked_by", "group", "group__owner", "renews")
    decision = found.order_by("-state", "-asked_at").first()
    if decision is None or not _holds(decision):
        return None
    waits = decision.state == "asked"
    reasons = _reasons(person, decision) if waits else {}
    return SimpleNamespace(
        decision=decision,
        waits=waits,
        asks=ASKS[decision.sort] if waits else ASKED[decision.sort],
        reason=Reason(decision.reason_code).label if decision.reason_code else "",
        amount=decision.amount if may_see(_measure(decision), person) else None,
        verdicts=list(decision.verdicts.select_related("by", "acting_for").order_by("at")),
        needed=need_in_words(decision),
        reasons=reasons,
        acts={act for act, reason in reasons.items() if not reason},
    )


def acting_for(person: Any, decision: Any) -> Any:
    """Whose place this person takes to decide: nobody's where their own role does, else that of
    the first who is away and could. None when neither may."""
    if not separation.against(person, decision):
        return None
    for away in away_at(now()).values():
        if away.delegate == person and not separation.against(
            person, decision, acting_for=away.person
        ):
            return away.person
    return None


def reason_against(act: str, person: Any, decision: Any) -> str:
    """Why this person may not approve, refuse or withdraw it; empty when they may."""
    if act == "withdraw":
        return separation.against_withdrawing(person, decision)
    own = separation.against(person, decision, refusing=act == "refuse")
    return "" if own and acting_for(person, decision) else own


def to_decide(groups: Groups, person: Any) -> Groups:
    """The groups whose request this reader's role decides, or that of somebody for whom they
    stand in; segregation of duties may still send some of them to somebody else."""
    places = [person, *stood_in_for(person)]
    asked = Decision.objects.filter(group=OuterRef("pk"), state="asked")
    asked = asked.exclude(asked_by=person).exclude(verdicts__by=person)
    open_to = Q(pk__in=[])
    for one in places:
        open_to |= _role_decides(one) & ~Q(asked_by=one.pk)
    return groups.filter(Exists(asked.filter(open_to)), state=State.PENDING)


def may_decide(person: Any) -> bool:
    """Whether anything could ever wait for this reader's decision."""
    return any(_decides_at_all(one) for one in (person, *stood_in_for(person)))


def stood_in_for(person: Any) -> list[Place]:
    """In whose place this reader decides, asked once for each; `keep_places` may know it."""
    if not hasattr(person, "_places"):
        person._places = places_taken(person, list(around(person, now())), now())
    return person._places


def keep_places(person: Any, rows: list[dict[str, Any]]) -> None:
    """The rows of `around`, where a statement with other questions has asked for them."""
    person._places = places_taken(person, rows, now())


def _decides_at_all(one: Any) -> bool:
    rights = ROLES.get(one.role)
    return bool(rights and {"approve", "confirm"} & rights.may) and not one.is_superuser


def _role_decides(person: Any) -> Q:
    if not _decides_at_all(person):
        return Q(pk__in=[])
    rights = ROLES[person.role]
    named = Q(needs_role__contains=person.role)
    # A place is left for others where more must approve than there are roles named.
    free = Q(needs_role="") | (Q(approvals_needed=2) & ~Q(needs_role__contains=","))
    if "approve" in rights.may and rights.approves is None:
        return named | free
    waivers = Q(group__workflow__in=rights.approves) & ~Q(group__control=ACCESS)
    false = Q(sort="false_positive", group__control__in=_owned(rights), needs_role="")
    return named | (free & waivers & ~Q(sort="false_positive")) | false


def deciding_roles() -> list[dict[str, Any]]:
    """The same as rows, for statements over many people: who decides every smaller request, or
    those of some workflows, or false positives of some controls."""
    able = {role: one for role, one in ROLES.items() if {"approve", "confirm"} & one.may}
    return [
        {
            "role": role,
            "everything": "approve" in rights.may and rights.approves is None,
            "approves": sorted(rights.approves or []) if "approve" in rights.may else [],
            "owns": _owned(rights) if "confirm" in rights.may else [],
        }
        for role, rights in able.items()
    ]


def _owned(rights: Any) -> list[str]:
    return [code for code, one in library().items() if one.owner in rights.owns]


def deciders_in_words(sort: str, group: Group, need: tiers.Need, asker: Any) -> str:
    """Who decides, by name where that says it all."""
    never = "You cannot approve your own request."
    if need.roles:
        return f"{_of_roles(need.approvals, need.roles)} {never}"
    people = [one for one in _deciders(sort, group) if one.pk != asker.pk]
    if not people:
        return f"Nobody else here decides this; a controller is needed. {never}"
    names = [str(one) for one in people[:3]]
    *most, last = names
    said = f"{', '.join(most)} or {last}" if most else last
    return f"{said} decides. {never}"


def need_in_words(decision: Decision) -> str:
    roles = tuple(Role(role) for role in decision.needs_role.split(",") if role)
    return _of_roles(decision.approvals_needed, roles) if roles else ""


def _of_roles(approvals: int, roles: tuple[Role, ...]) -> str:
    titles = [f"{'an' if role == Role.EXECUTIVE else 'a'} {ROLES[role].title}" for role in roles]
    if approvals > len(roles):
        titles.append("a second person")
    said = " and ".join(titles)
    return f"{said[0].upper()}{said[1:]} must approve."


def _deciders(sort: str, group: Group) -> list[Person]:
    able = [role for role, rights in ROLES.items() if {"approve", "confirm"} & rights.may]
    people = Person.objects.filter(is_active=True, is_superuser=False, role__in=able)
    reach = Q(entities=[]) | Q(entities__contains=[group.legal_entity])
    found = people.filter(reach).order_by("first_name", "last_name")
    return [one for one in found if separation.decides(one, sort, group)]


def _reasons(person: Any, decision: Decision) -> dict[str, str]:
    acts = ("approve", "refuse", "withdraw")
    return {act: reason_against(act, person, decision) for act in acts}


def _holds(decision: Decision) -> bool:
    """An approved replay is the lineage's story; what is accepted stands while its group does."""
    settled = {"waiver": "waived", "false_positive": "false_positive"}
    return decision.state == "asked" or settled.get(decision.sort) == decision.group.state


def _measure(decision: Decision) -> str:
    return decision.particulars.get("measure") or tiers.heaviest(decision.group)
