"""What people do to a group. Each act is one POST, one verb, and one sentence in answer."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from opsboard import clock
from opsboard.exceptions import case
from opsboard.exceptions.forms import AssignForm, NoteForm
from opsboard.exceptions.models import Group
from opsboard.exceptions.rights import forbids, reason_against
from opsboard.exceptions.views import find, opened
from opsboard.ui import words
from opsboard.ui.pages import page_or_part, room, safe_next


@require_POST
@room("exceptions")
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    group = _allowed(request, pk, "acknowledge")
    if group.acknowledge(by=request.user):
        return _done(request, group, f"Acknowledged: {group.title}.")
    return _too_late(request, group, "acknowledge")


@require_POST
@room("exceptions")
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """To whom the form says, or with `to=me` at once."""
    group = _allowed(request, pk, "assign")
    if request.POST.get("to") == "me":
        return _hand_over(request, group, {"to": request.user}, "")
    form = AssignForm(request.POST, group=group)
    if not form.is_valid():
        return _back(request, pk, form)
    return _hand_over(request, group, form.chosen, form.cleaned_data["note"])


@require_POST
@room("exceptions")
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    group = _allowed(request, pk, "comment")
    form = NoteForm(request.POST, act="comment")
    if not form.is_valid():
        return _back(request, pk, form)
    group.comment(by=request.user, note=form.cleaned_data["note"])
    return _done(request, group, "Comment added.")


@require_POST
@room("exceptions")
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    group = _allowed(request, pk, "claim")
    form = NoteForm(request.POST, act="claim")
    if not form.is_valid():
        return _back(request, pk, form)
    is_open = not reason_against("claim", request.user, group)
    if is_open and group.claim(by=request.user, note=form.cleaned_data["note"]):
        at = words.clock(clock.now(), request.user.place)
        said = f"Fix claimed. The next run on data read after {at} judges it."
        return _done(request, group, said)
    return _too_late(request, group, "claim")


def _allowed(request: HttpRequest, pk: int, act: str) -> Group:
    """The group, if this reader sees it and the role does such things; else 403 with the reason."""
    find(request.user, pk)
    group = Group.objects.select_related("owner", "team").get(pk=pk)
    if reason := forbids(act, request.user, group):
        raise PermissionDenied(reason)
    return group


def _hand_over(request: HttpRequest, group: Group, to: dict[str, Any], note: str) -> HttpResponse:
    """Only from whom the reader saw as owner: `seen` is "person:team" as the page showed them."""
    seen = request.POST.get("seen") or request.GET.get("seen")
    if seen and seen != f"{group.owner_id or ''}:{group.team_id or ''}":
        return _too_late(request, group, "assign")
    if reason_against("assign", request.user, group) or not group.assign(
        by=request.user, note=note, **to
    ):
        return _too_late(request, group, "assign")
    return _done(request, group, f"Assigned to {to.get('to') or to['team']}: {group.title}.")


def _done(request: HttpRequest, group: Group, said: str) -> HttpResponse:
    messages.success(request, said)
    return _answer(request, group)


def _too_late(request: HttpRequest, group: Group, act: str) -> HttpResponse:
    """Somebody was first: say who did what and when; nothing was overwritten."""
    group.refresh_from_db()
    move = case.last_move(group.pk)
    if move and (not act or move.who != str(request.user)):
        since = words.duration(clock.now() - move.at)
        said = f"Not saved: {move.who} {move.what}, {since} ago."
    else:
        said = f"Not saved. {reason_against(act, request.user, group)}"
    messages.error(request, said)
    return _answer(request, group)


def _answer(request: HttpRequest, group: Group) -> HttpResponse:
    """The changed part for htmx (the row of a queue, or the page of the group), else the page."""
    if not request.htmx:
        return redirect(safe_next(request, reverse("exceptions:group", args=[group.pk])))
    found = find(request.user, group.pk)
    if (request.htmx.target or "").startswith("cause-"):
        context = {"row": found, "as_of": clock.now()}
        return page_or_part(request, "exceptions/queue.html", "exceptions/_row.html", context)
    context = opened(request, found)
    return page_or_part(request, "exceptions/group.html", "exceptions/_group.html", context)


def _back(request: HttpRequest, pk: int, form: NoteForm | AssignForm) -> HttpResponse:
    """The form again, with what is missing beside the field."""
    context = opened(request, find(request.user, pk), form)
    status = 200 if request.htmx else 422
    return page_or_part(
        request, "exceptions/group.html", "exceptions/_group.html", context, status=status
    )
