"""Who is away, and who acts for them meanwhile (domain.md E.3, rule 7)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from opsboard.audit.log import record
from opsboard.people.models import MOST_DAYS, Absence, Person
from opsboard.people.roles import Role, conflict
from opsboard.people.zones import place

# Zones differ by less than this: of days this far off nobody's is today.
MARGIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody who is away now, until the end of a day; `delegate` is who acts meanwhile."""

    person: Person
    delegate: Person | None
    until: date


@dataclass(frozen=True, slots=True)
class Place:
    """Of somebody whose place another takes: what deciding asks of a person."""

    pk: int
    role: str
    is_superuser: bool


def away_at(at: datetime) -> dict[int, Away]:
    """Everybody who is away at an instant, by id, each in the zone where they live.

    A delegate who has left, or is away too, acts for nobody: then nobody stands in.
    """
    near = _near(at).select_related("person", "delegate")
    present = [one for one in near if one.starts_on <= _day(one.person, at) <= one.ends_on]
    gone = {one.person_id for one in present}
    found: dict[int, Away] = {}
    # With two rows for one day, the later said holds.
    for one in sorted(present, key=lambda one: one.pk):
        delegate = one.delegate
        if delegate and (not delegate.is_active or delegate.pk in gone):
            delegate = None
        found[one.person_id] = Away(one.person, delegate, one.ends_on)
    return found


def stands_in_for(person: Person, at: datetime) -> set[int]:
    """The ids of those for whom this person acts now."""
    return {pk for pk, away in away_at(at).items() if away.delegate == person}


def around(person: Person, at: datetime) -> Any:
    """The absences near this instant of a person and of those for whom the person acts, as rows
    for `places_taken`: a question that fits into a statement with others."""
    mine = _near(at).filter(Q(person=person) | Q(delegate=person))
    return mine.values(
        "starts_on", "ends_on", pk=F("person"), zone=F("person__zone"), role=F("person__role"),
        is_superuser=F("person__is_superuser"),
    )  # fmt: skip


def places_taken(person: Person, rows: list[dict[str, Any]], at: datetime) -> list[Place]:
    """For whom this person acts now, from the rows of `around`; nobody does who is away too."""
    present = [row for row in rows if _holds(row, at)]
    if any(row["pk"] == person.pk for row in present):
        return []
    return [Place(row["pk"], row["role"], row["is_superuser"]) for row in present]


def standing_in(person: Person, at: datetime) -> Any:
    """The absences, now or later, in which this person acts for somebody."""
    mine = Absence.objects.filter(
        delegate=person, withdrawn_at=None, ends_on__gte=at.date() - MARGIN
    )
    return mine.select_related("person").order_by("starts_on", "pk")


def overlapping(person: Person, starts_on: date, ends_on: date) -> Any:
    """The absences of somebody that share a day with these."""
    return Absence.objects.filter(
        person=person, withdrawn_at=None, starts_on__lte=ends_on, ends_on__gte=starts_on
    )


def reason_against(person: Person, delegate: Person, starts_on: date, ends_on: date) -> str:
    """Why one may not stand in for the other in these days; empty when they may."""
    if person == delegate:
        return "Choose somebody else: nobody stands in for themselves."
    if person.rights is None or delegate.rights is None or not delegate.is_active:
        return f"{delegate} has no role here any more."
    if said := conflict(Role(person.role), Role(delegate.role)):
        return said
    if person.may("claim") and not delegate.may("claim"):
        return f"The role {delegate.rights.title} does not resolve exceptions."
    if delegate.entities and not set(person.entities or ["*"]) <= set(delegate.entities):
        return f"{delegate} does not see every legal entity that {person} works for."
    if (ends_on - starts_on).days >= MOST_DAYS:
        return f"Choose a last day up to {starts_on + timedelta(days=MOST_DAYS - 1):%-d %B}: " + (
            f"somebody stands in for {MOST_DAYS} days at most."
        )
    if overlapping(delegate, starts_on, ends_on).exists():
        return f"{delegate} is away in these days too."
    return ""


@transaction.atomic
def announce(*, person: Person, by: Person, at: datetime, **said: Any) -> Absence | None:
    """Put an absence on record. None when one of these days is one already."""
    Person.objects.select_for_update().get(pk=person.pk)
    if overlapping(person, said["starts_on"], said["ends_on"]).exists():
        return None
    made = Absence.objects.create(person=person, made_by=by, made_at=at, **said)
    record("absence_announced", f"person:{person.username}", by=by, after=_told(made))
    return made


@transaction.atomic
def withdraw(absence: Absence, *, by: Person, at: datetime) -> bool:
    """Somebody is back, or never goes. False when somebody said so before."""
    mine = Absence.objects.filter(pk=absence.pk, withdrawn_at=None)
    if not mine.update(withdrawn_at=at):
        return False
    record("absence_withdrawn", f"person:{absence.person.username}", by=by, before=_told(absence))
    return True


def may_speak_for(person: Person) -> Any:
    """Whose absences this person may put on record: one's own, those of the teams one leads, and
    everybody's for a controller or an administrator."""
    everybody = Person.objects.filter(is_active=True).exclude(role="")
    if person.role in (Role.CONTROLLER, Role.ADMIN):
        return everybody
    return everybody.filter(Q(pk=person.pk) | Q(team__lead=person))


def current_and_coming(people: Any, at: datetime) -> Any:
    """Absences that are not over, the next first."""
    return (
        Absence.objects.filter(
            person__in=people, withdrawn_at=None, ends_on__gte=at.date() - MARGIN
        )
        .select_related("person", "delegate", "made_by")
        .order_by("starts_on", "pk")
        .distinct()
    )


def _near(at: datetime) -> Any:
    return Absence.objects.filter(
        withdrawn_at=None,
        starts_on__lte=at.date() + MARGIN,
        ends_on__gte=at.date() - MARGIN,
        person__is_active=True,
    )


def _holds(row: dict[str, Any], at: datetime) -> bool:
    day = at.astimezone(place(row["zone"])).date().isoformat()
    return str(row["starts_on"]) <= day <= str(row["ends_on"])


def _day(person: Person, at: datetime) -> date:
    return at.astimezone(person.place).date()


def _told(absence: Absence) -> dict[str, Any]:
    return {
        "delegate": absence.delegate.username if absence.delegate else None,
        "starts_on": absence.starts_on.isoformat(),
        "ends_on": absence.ends_on.isoformat(),
        "reason": absence.reason,
    }
