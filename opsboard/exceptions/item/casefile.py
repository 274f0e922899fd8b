"""What stands on the page of a group beside the finding: who was asked, what was sent, what is on
record, and with what it was joined."""

from types import SimpleNamespace
from typing import Any

from django.db.models import Q

from opsboard.clock import now
from opsboard.config import config
from opsboard.exceptions.forms.item import alike
from opsboard.exceptions.item import plot
from opsboard.exceptions.item.recurring import kind_of
from opsboard.exceptions.item.resending import resent
from opsboard.exceptions.item.summary import Summary, headline, summary_of
from opsboard.exceptions.models import Group, SubTask
from opsboard.exceptions.states import State
from opsboard.people.models import Person

MOST_NAMES = 100


def casefile(found: SimpleNamespace, person: Any) -> dict[str, Any]:
    group = Group.objects.select_related("merged_into", "split_from").get(pk=found.id)
    summed = summary_of(found, person)
    return {
        "headline": headline(found, summed, config().firm.group_currency),
        "summary": summed,
        "figure": figure_of(summed),
        "subtasks": subtasks_of(group, person),
        "resent": resent(group, person),
        "kin": kin_of(group, found, person),
        "evidence_files": list(group.evidence_files.select_related("by").order_by("-at")),
        "alike": kind_of(group, now()),
        "callable": callable_people(found, person),
    }


def callable_people(found: SimpleNamespace, person: Any) -> list[Person]:
    """Whom a remark may call, for the list beside it; whoever sees the legal entity."""
    if "comment" not in found.acts:
        return []
    sees = Q(entities=[]) | Q(entities__contains=[found.legal_entity])
    people = Person.objects.filter(sees, is_active=True).exclude(role="").exclude(pk=person.pk)
    return list(people.order_by("first_name", "username")[:MOST_NAMES])


def figure_of(summed: Summary | None) -> dict[str, Any] | None:
    """By service date, where that shows something."""
    if summed is None or not summed.has_figure:
        return None
    days, hours = summed.days, summed.is_by_hours
    return {
        "plot": plot.by_day(days, hours=hours),
        "caption": plot.caption(days, hours=hours),
        "unit": "Hours by service date" if hours else "Records by service date",
        "table": plot.table(days, hours=hours),
    }


def subtasks_of(group: Any, person: Any) -> list[SubTask]:
    found = group.subtasks.select_related("team", "asked_by", "taken_by", "answered_by")
    tasks = list(found.order_by("-asked_at"))
    for task in tasks:
        task.acts = acts_on(task, person)
    return tasks


def acts_on(task: SubTask, person: Any) -> set[str]:
    """Whoever is of the team takes it and answers; whoever asked takes it back."""
    if task.state != SubTask.State.OPEN or not person.may("comment"):
        return set()
    acts = set()
    if person.team_id == task.team_id:
        acts = {"reply"} if task.taken_by_id else {"take", "reply"}
    if task.asked_by_id == person.pk or task.group.owner_id == person.pk:
        acts.add("withdraw")
    return acts


def kin_of(group: Any, found: SimpleNamespace, person: Any) -> dict[str, Any]:
    """What it was merged into, split out of, and what was split out of it or merged into it."""
    kin = Group.objects.visible_to(person).filter(Q(split_from=group) | Q(merged_into=group))
    kin = list(kin.order_by("id"))
    return {
        "merged_into": group.merged_into,
        "split_from": group.split_from,
        "parts": [one for one in kin if one.split_from_id and one.state != State.MERGED],
        "merged": [one for one in kin if one.merged_into_id and not one.split_from_id],
        "may_split": "split" in found.acts and found.children > 1,
        "may_put_back": "put_back" in found.acts and bool(group.split_from_id),
        "may_merge": "merge" in found.acts
        and not group.split_from_id
        and bool(alike(group, person)),
        "may_unmerge": "unmerge" in found.acts and bool(group.joined_to),
    }
