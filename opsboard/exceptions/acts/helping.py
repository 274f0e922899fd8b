"""What other teams were asked: the page of it, and taking, answering and withdrawing it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from opsboard import clock
from opsboard.exceptions.item.casefile import acts_on
from opsboard.exceptions.models import Group, SubTask
from opsboard.ui.pages import room, safe_next

RECENT = 20
WORTH_READING = 3
REFUSALS = {
    "take": "It was asked of another team, is taken already, or is over.",
    "reply": "It was asked of another team, or is over.",
    "withdraw": "Whoever asked withdraws it, as long as it is open.",
}


@require_safe
@room("exceptions")
def asked(request: HttpRequest) -> HttpResponse:
    """What the reader's team was asked, and what the reader asked of others."""
    person = request.user
    tasks = SubTask.objects.select_related("group", "team", "asked_by", "taken_by", "answered_by")
    waiting = tasks.for_team(person.team_id).unanswered().order_by("due_at", "id")
    mine = tasks.filter(Q(asked_by=person) | Q(group__owner=person)).order_by("-asked_at")
    seen = set(
        Group.objects.visible_to(person)
        .filter(pk__in=[task.group_id for task in waiting])
        .values_list("pk", flat=True)
    )
    context = {
        "as_of": clock.now(),
        "waiting": [_shown(task, person, seen) for task in waiting],
        "mine": mine[:RECENT],
    }
    return render(request, "exceptions/asked.html", context)


@require_POST
@room("exceptions")
def take(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "take", lambda task, note: task.take(by=request.user), "You do it.")


@require_POST
@room("exceptions")
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    note = request.POST.get("answer", "").strip()
    if len(note) < WORTH_READING:
        messages.error(request, "Not saved. Say what was done, and where.")
        return redirect(_home(request))

    def verb(task: SubTask, _: str) -> bool:
        return task.reply(by=request.user, answer=note)

    return _act(request, pk, "reply", verb, "Answered. Whoever asked is told.")


@require_POST
@room("exceptions")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    def verb(task: SubTask, note: str) -> bool:
        return task.withdraw(by=request.user, note=note)

    return _act(request, pk, "withdraw", verb, "Withdrawn; the team is asked no more.")


def _shown(task: SubTask, person: Any, seen: set[int]) -> SubTask:
    task.acts, task.opens = acts_on(task, person), task.group_id in seen
    return task


def _act(
    request: HttpRequest, pk: int, act: str, verb: Callable[[SubTask, str], bool], said: str
) -> HttpResponse:
    """The second of two is told that the first was there; nothing is overwritten."""
    task = SubTask.objects.select_related("group", "team", "answered_by").filter(pk=pk).first()
    if task is None:
        raise Http404("There is no such sub-task.")
    if not _concerns(task, request.user):
        raise PermissionDenied("It was asked of another team.")
    if act not in acts_on(task, request.user):
        messages.error(request, f"Not saved. {REFUSALS[act]}")
    elif verb(task, request.POST.get("note", "").strip()):
        messages.success(request, said)
    else:
        messages.error(request, "Not saved: somebody was first.")
    return redirect(_home(request))


def _concerns(task: SubTask, person: Any) -> bool:
    return person.team_id == task.team_id or person.pk in {task.asked_by_id, task.group.owner_id}


def _home(request: HttpRequest) -> str:
    return safe_next(request, reverse("exceptions:asked"))
