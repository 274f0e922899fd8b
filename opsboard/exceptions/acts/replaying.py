"""Preparing a replay or a compensation, and carrying out what was approved (domain.md F.7)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST
from redis import RedisError

from opsboard.exceptions.acts.answering import answer, done, step, too_late
from opsboard.exceptions.item.page import find
from opsboard.exceptions.item.resending import against_executing
from opsboard.exceptions.models import Group
from opsboard.sync import turns
from opsboard.sync.wording import QUEUE_IS_DOWN
from opsboard.ui.numbers import whole
from opsboard.ui.pages import room

TRIGGER = "replay"


@require_POST
@room("exceptions")
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    return step(
        request,
        pk,
        "replay",
        lambda group, given: group.prepare_replay(**given) is not None,
        lambda form: f"Prepared: {_messages(len(form.plan.sends))}. {form.footing}",
    )


@require_POST
@room("exceptions")
def compensate(request: HttpRequest, pk: int) -> HttpResponse:
    return step(
        request,
        pk,
        "compensate",
        lambda group, given: group.prepare_compensation(**given) is not None,
        lambda form: f"Prepared. {form.footing}",
    )


@require_POST
@room("exceptions")
def execute(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the approved messages sent: the next turn does, and a turn is asked for at once."""
    group, decision = _permitted(request, pk)
    if decision is None or not group.execute(by=request.user):
        return too_late(request, group, "")
    try:
        turns.request(trigger=TRIGGER, by=request.user)
    except RedisError:
        messages.error(request, f"It is sent as soon as it can be. {QUEUE_IS_DOWN}")
        return answer(request, group)
    sent = _messages(decision.redrives.count())
    return done(request, group, f"Sending {sent} again. The next run judges it.")


@require_POST
@room("exceptions")
def step_done(request: HttpRequest, pk: int) -> HttpResponse:
    """One step of a compensation, by its number, with what proves it."""
    group, decision = _permitted(request, pk)
    number, note = whole(request.POST.get("step", "")), request.POST.get("note", "").strip()
    if not note:
        messages.error(request, "Not saved. Name the document that proves it.")
        return answer(request, group)
    if decision is None or number is None or not group.did_step(number, by=request.user, note=note):
        return too_late(request, group, "")
    return done(request, group, "Step done.")


def _messages(count: int) -> str:
    return f"{count} message{'' if count == 1 else 's'}"


def _permitted(request: HttpRequest, pk: int) -> tuple[Group, Any]:
    find(request.user, pk)
    group = Group.objects.select_related("owner", "team").get(pk=pk)
    decision = group.permitted
    if decision and (reason := against_executing(request.user, decision, group)):
        raise PermissionDenied(reason)
    return group, decision
