"""Asking for a decision about a group, and taking it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from opsboard.exceptions.acts.answering import allowed, answer, back, done, step, too_late
from opsboard.exceptions.deciding import requests
from opsboard.exceptions.forms.deciding import FORMS
from opsboard.exceptions.models import Group
from opsboard.ui.pages import room

ASKED = {
    "waiver": "Waiver",
    "false_positive": "False positive",
    "replay": "Replay",
    "compensation": "Compensation",
}


@require_POST
@room("exceptions")
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    return step(
        request,
        pk,
        "ask",
        lambda group, given: group.ask_waiver(**given),
        lambda form: f"Asked for the waiver. {form.footing}",
    )


@require_POST
@room("exceptions")
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    return step(
        request,
        pk,
        "propose",
        lambda group, given: group.propose_false_positive(**given),
        lambda form: f"Proposed as a false positive. {form.footing}",
    )


@require_POST
@room("exceptions")
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    return _verdict(request, pk, "approve")


@require_POST
@room("exceptions")
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    return _verdict(request, pk, "refuse")


@require_POST
@room("exceptions")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    group = allowed(request, pk, "withdraw")
    decision = group.request
    if decision is None:
        return too_late(request, group, "withdraw")
    if reason := requests.reason_against("withdraw", request.user, decision):
        return _refused(request, group, reason)
    if not group.withdraw(by=request.user):
        return too_late(request, group, "withdraw")
    return done(request, group, f"{ASKED[decision.sort]} withdrawn.")


@require_POST
@room("exceptions")
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    return step(
        request,
        pk,
        "reopen",
        lambda group, given: group.reopen(**given),
        lambda form: f"Reopened: {form.group.title}. The next run judges it anew.",
    )


def _verdict(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Only on the request that the reader saw: `request` is its number as the page showed it."""
    group = allowed(request, pk, act)
    decision = group.request
    if decision is None or request.POST.get("request") != str(decision.pk):
        return too_late(request, group, act)
    if reason := requests.reason_against(act, request.user, decision):
        return _refused(request, group, reason)
    form = FORMS[act](request.POST, group=group, person=request.user)
    if not form.is_valid():
        return back(request, pk, form)
    instead = requests.acting_for(request.user, decision)
    verb = getattr(group, act)
    if not verb(by=request.user, note=form.cleaned_data["note"], acting_for=instead):
        return too_late(request, group, act)
    return done(request, group, _said(decision, act))


def _said(decision: Any, act: str) -> str:
    what = ASKED[decision.sort]
    if act == "refuse":
        return f"{what} refused; it is back with whoever asked."
    if decision.approvals_needed > decision.verdicts.count():
        return f"{what} approved by you; somebody else must approve it too."
    return f"{what} approved."


def _refused(request: HttpRequest, group: Group, reason: str) -> HttpResponse:
    messages.error(request, f"Not saved. {reason}")
    return answer(request, group)
