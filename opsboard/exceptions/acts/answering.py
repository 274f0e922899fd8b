"""What every act does before and after: may this reader, and what the screen says happened."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from opsboard import clock
from opsboard.exceptions import case
from opsboard.exceptions.models import Group
from opsboard.exceptions.rights import forbids, reason_against
from opsboard.exceptions.views import find, opened
from opsboard.ui import words
from opsboard.ui.pages import page_or_part, safe_next


def allowed(request: HttpRequest, pk: int, act: str) -> Group:
    """The group, if this reader sees it and the role does such things; else 403 with the reason."""
    find(request.user, pk)
    group = Group.objects.select_related("owner", "team").get(pk=pk)
    if reason := forbids(act, request.user, group):
        raise PermissionDenied(reason)
    return group


def done(request: HttpRequest, group: Group, said: str) -> HttpResponse:
    messages.success(request, said)
    return _answer(request, group)


def too_late(request: HttpRequest, group: Group, act: str) -> HttpResponse:
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


def back(request: HttpRequest, pk: int, form: Any) -> HttpResponse:
    """The form again, with what is missing beside the field."""
    context = opened(request, find(request.user, pk), form)
    status = 200 if request.htmx else 422
    return page_or_part(
        request, "exceptions/group.html", "exceptions/_group.html", context, status=status
    )
