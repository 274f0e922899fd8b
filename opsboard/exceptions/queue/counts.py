"""The numbers behind the names in the margin: asked for once the list stands, in one statement."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from opsboard import clock
from opsboard.controls.catalogue import catalogue
from opsboard.exceptions.models import Group, SubTask
from opsboard.exceptions.models.group import LATE
from opsboard.exceptions.queries import MOST_COUNTED, Groups
from opsboard.exceptions.queue.filter import QueueFilter
from opsboard.exceptions.queue.margin import Margin, View, kept_questions, margin_of
from opsboard.exceptions.queue.tallies import Where, counts_of, told_by, told_of_late, told_of_mine
from opsboard.exceptions.queue.together import Asked, ask_together, count_of
from opsboard.ui.pages import reader, room

NOTHING = 204


@dataclass(slots=True)
class Counting:
    """Views, and the questions whose answers are their counts."""

    tallied: list[tuple[View, Where]] = field(default_factory=list)
    counted: dict[str, tuple[View, list[Groups]]] = field(default_factory=dict)

    def add(self, view: View, wanted: QueueFilter) -> None:
        """Decide how this view is counted."""
        asked, person = wanted.cleaned_data, wanted.person
        where = told_by(asked, person, catalogue())
        if where is not None:
            self.tallied.append((view, where))
            return
        mine = told_of_mine(asked, person)
        most = mine or told_of_late(asked, person, catalogue())
        groups = wanted.narrow(Group.objects.all())
        if most is None:
            self._count(view, parts_of(groups, wanted))
            return
        # The tally holds most of it: what the team has not given out, or was seen to be late.
        self.tallied.append((view, most))
        rest = groups.owned_by(person) if mine else groups.filter(awaited_at__lt=wanted.now)
        self._count(view, [rest])

    def add_tallied(self, view: View, wanted: QueueFilter) -> None:
        """Count it only if that costs nothing."""
        where = told_by(wanted.cleaned_data, wanted.person, catalogue())
        if where is not None:
            self.tallied.append((view, where))

    def _count(self, view: View, sets: list[Groups]) -> None:
        self.counted[f"view{len(self.counted)}"] = (view, sets)

    def questions(self) -> dict[str, Asked]:
        found = {"tally": counts_of([where for _, where in self.tallied])}
        for name, (_, sets) in self.counted.items():
            for number, groups in enumerate(sets):
                found[f"{name}.{number}"] = count_of(groups, MOST_COUNTED)
        return found

    def take(self, answers: dict[str, Any]) -> None:
        for (view, _), count in zip(self.tallied, answers["tally"], strict=True):
            view.count, view.is_exact = int(count), True
        for name, (view, sets) in self.counted.items():
            found = sum(answers[f"{name}.{number}"] for number in range(len(sets)))
            view.count = found + (view.count or 0)
            view.is_exact = view.is_exact and found <= MOST_COUNTED


def parts_of(groups: Groups, wanted: QueueFilter) -> list[Groups]:
    """What is late is found in two places: the engine has seen it, or will when it next looks."""
    if wanted.cleaned_data["state"] == "resolved":
        return [groups.order_by("-settled_at", "-id")]
    if wanted.cleaned_data["state"] == "today":
        return [groups.order_by("due_on", "-value_at_risk", "id")]
    if wanted.cleaned_data["state"] != "late":
        return [groups]
    return [groups.filter(due_on=LATE), groups.filter(awaited_at__lt=wanted.now)]


def counted_margin(wanted: QueueFilter, also: dict[str, Asked]) -> tuple[Margin, dict[str, Any]]:
    """The margin with its counts, and the answers to other questions of the same statement."""
    person = wanted.person
    margin = margin_of(wanted, ask_together(kept_questions(person)))
    counting = Counting()
    for view in margin:
        # A view that means nothing any more, as of an entity that is gone, has no count.
        if read := wanted.other(view.chosen):
            counting.add(view, read)
    questions = counting.questions() | also
    if person.team_id:
        asked = SubTask.objects.for_team(person.team_id).unanswered()
        questions["asked"] = count_of(asked, MOST_COUNTED)
    answers = ask_together(questions)
    counting.take(answers)
    margin.asked, margin.is_counted = answers.get("asked", 0), True
    return margin, answers


@room("exceptions")
def counts(request: HttpRequest) -> HttpResponse:
    """The margin beside a list that was shown without its numbers."""
    wanted = QueueFilter(request.GET, reader(request), clock.now())
    if not wanted.is_valid():
        return HttpResponse(status=NOTHING)
    margin, _ = counted_margin(wanted, {})
    response = render(request, "exceptions/_margin.html", {"margin": margin})
    patch_cache_control(response, no_store=True)
    return response
