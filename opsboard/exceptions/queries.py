"""Questions about many groups or items: who may see them, and what of them.

Amounts a reader may not see become NULL in the statement itself, never in a template.
"""

from datetime import datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Coalesce, Concat, NullIf, Trim

from opsboard.controls.catalogue import catalogue
from opsboard.exact import Exact
from opsboard.exceptions.own_projects import is_bound, own_projects
from opsboard.exceptions.queue.columns import GROUP_COLUMNS, ITEM_COLUMNS, LISTED
from opsboard.exceptions.queue.search import called
from opsboard.exceptions.states import OPEN, WORKABLE, State
from opsboard.people.roles import ROLES

# Which classes (domain.md A.5) a reader must hold to see a measure.
CLASSES = {
    "value_at_risk": frozenset("B"),
    "revenue_at_risk": frozenset("B"),
    "cash_at_risk": frozenset("B"),
    "exposure_only": frozenset("B"),
    "cost_at_risk": frozenset("L"),
    "misstatement": frozenset("LB"),
}
ONLY_ITS_WORK = {role for role, rights in ROLES.items() if not rights.reads_others}
MOST_COUNTED = 1000
# Somebody else, or the next run, moves these.
WAITS = {State.FIX_CLAIMED, State.WAITING}


class Groups(models.QuerySet):
    """The rows of the queue."""

    def unsettled(self) -> Self:
        return self.filter(OPEN)

    def unrecorded_at_close(self) -> Self:
        """What a locked period shut out: accrued, or posted late, it goes (0.8, CO-L)."""
        return self.filter(OPEN, unrecorded__gt=0)

    def resolved_since(self, at: datetime) -> Self:
        return self.filter(state=State.RESOLVED, settled_at__gte=at)

    def visible_to(self, person: Any) -> Self:
        """Legal entities bound everybody; some roles read only what they work or were given."""
        if not person.is_active or person.rights is None:
            return self.none()
        found = self
        if person.entities:
            found = found.filter(legal_entity__in=person.entities)
        if person.role in ONLY_ITS_WORK:
            theirs = worked_by(person) | given_to(person)
            found = found.filter(theirs | self._asked_of(person))
        return found

    def _asked_of(self, person: Any) -> Q:
        """What the reader's team was asked to help with, as long as it has not answered (F.6)."""
        tasks = self.model._meta.get_field("subtasks").related_model.objects
        asked = tasks.filter(team=person.team_id, state="open").values("group")
        # An array, looked up before the rows, so that each part of `visible_to` has its index.
        return Q(
            Func(
                F("pk"),
                ArraySubquery(asked),
                template="%(expressions)s)",
                arg_joiner=" = any(",
                output_field=models.BooleanField(),
            )
        )

    def overdue(self, now: datetime) -> Self:
        return self.filter(due_at__lt=now)

    def due_today(self, now: datetime, zone: ZoneInfo) -> Self:
        """Due in what is left of the day; what was due this morning is late."""
        return self.filter(due_on=now.astimezone(zone).date(), due_at__gte=now)

    def owned_by(self, person: Any) -> Self:
        """Also what somebody who is away owns, while this person acts for them."""
        return self.filter(Q(owner=person) | Q(delegate=person))

    def of_team(self, team: Any) -> Self:
        return self.filter(team=team) if team else self.none()

    def unowned(self) -> Self:
        """No person answers for it, whichever team's queue it stands in."""
        return self.filter(owner=None)

    def waiting_for(self, person: Any) -> Self:
        """What nobody but this reader or somebody of the reader's team will move."""
        theirs = Q(owner=person) | Q(delegate=person)
        if person.team_id:
            theirs |= Q(owner=None, team=person.team_id)
        return self.filter(theirs, state__in=[state for state in WORKABLE if state not in WAITS])

    def mentioning(self, text: str, found: list[int] | None = None) -> Self:
        """Words, codes and ids of the cause and its records, each as it begins (search.py)."""
        wanted = called(text, found)
        return self.none() if wanted is None else self.filter(wanted)

    def shown_to(self, person: Any) -> Self:
        """Rows as mappings, with `value`, `cost`, `misstated` NULL where the reader may not see."""
        return self.values(
            *GROUP_COLUMNS,
            value=masked("value_at_risk", person),
            cost=masked("cost_at_risk", person),
            misstated=masked("misstatement", person),
            owner_name=name_of("owner"),
            team_name=F("team__name"),
        )

    def listed_to(self, person: Any) -> Self:
        """The same for a line of the queue, without names: they are few, and asked for apart."""
        return self.values(
            *LISTED,
            value=masked("value_at_risk", person),
            cost=masked("cost_at_risk", person),
            misstated=masked("misstatement", person),
        )


class Items(models.QuerySet):
    """The children of a group."""

    def unsettled(self) -> Self:
        return self.filter(OPEN)

    def shown_to(self, person: Any) -> Self:
        """Rows as mappings; `amount` is in group currency, the others as the control gave them."""
        return self.values(
            *ITEM_COLUMNS,
            amount=masked("value_at_risk", person),
            revenue=masked("revenue_at_risk", person),
            cash=masked("cash_at_risk", person),
            cost=masked("cost_at_risk", person),
            misstated=masked("misstatement", person),
        )

    def opened_to(self, person: Any) -> Self:
        """One item in full: with `shown`, the evidence less what this reader may not see."""
        return self.shown_to(person).annotate(shown=_evidence_for(person))


def reads_everything(person: Any) -> bool:
    """Whether `visible_to` takes nothing away."""
    bound = person.entities or person.role in ONLY_ITS_WORK
    return person.is_active and person.rights is not None and not bound


def may_see(measure: str, person: Any) -> bool:
    return person.sees >= CLASSES[measure]


def masked(measure: str, person: Any) -> Any:
    """The column, or NULL for a reader without its class."""
    if may_see(measure, person):
        return F(measure)
    return Value(None, output_field=models.DecimalField())


def hidden_from(person: Any, control: str) -> list[str]:
    """The columns of a control's evidence that this reader may not see."""
    found = catalogue().get(control)
    sensitive = found.sensitive if found else {}
    return [column for column, classes in sensitive.items() if not person.sees >= set(classes)]


def _evidence_for(person: Any) -> Any:
    """What left the catalogue has lost its declarations, so nothing of it is shown."""
    cases = [When(control=code, then=_without(_taken_out(person, code))) for code in catalogue()]
    return Case(
        *cases,
        default=Value({}, output_field=models.JSONField()),
        output_field=models.JSONField(decoder=Exact),
    )


def _taken_out(person: Any, control: str) -> list[str]:
    """What is declared sensitive, and the same field of the other sides: it tells the same."""
    sides = catalogue()[control].sides
    columns = set(hidden_from(person, control))
    for name in list(columns):
        side, _, suffix = name.partition("_")
        if side in sides:
            columns |= {f"{other}_{suffix}" for other in sides}
    return sorted(columns)


def _without(columns: list[str]) -> Any:
    names = Value(columns, output_field=ArrayField(models.TextField()))
    return Func(F("evidence"), names, arg_joiner=" - ", template="(%(expressions)s)")


def worked_by(person: Any) -> Q:
    """What the role works, and of it what the reader's own projects hold, where it is bound so."""
    theirs = Q(workflow__in=ROLES[person.role].works)
    return theirs & Q(project_id__in=own_projects(person)) if is_bound(person) else theirs


def given_to(person: Any) -> Q:
    given = Q(owner=person) | Q(delegate=person)
    return given | Q(team=person.team_id) if person.team_id else given


def name_of(path: str) -> Any:
    """What a person is called: the full name, else the user name."""
    whole = Trim(Concat(f"{path}__first_name", Value(" "), f"{path}__last_name"))
    return Coalesce(NullIf(whole, Value("")), F(f"{path}__username"))


def midnight_after(now: datetime, zone: ZoneInfo) -> datetime:
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, datetime.min.time(), zone)


def count_each(sets: dict[str, models.QuerySet]) -> dict[str, int]:
    """The size of every set in one statement, none counted beyond MOST_COUNTED + 1."""
    parts, values = [], []
    for found in sets.values():
        try:
            sql, given = found.order_by().values("pk")[: MOST_COUNTED + 1].query.sql_with_params()
        except EmptyResultSet:
            sql, given = "select 1 where false", ()
        parts.append(f"(select count(*) from ({sql}) counted)")
        values += given
    with connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(parts)}", values)
        return dict(zip(sets, cursor.fetchone(), strict=True))
