"""What every act does before and after: may this reader, and what the screen says happened."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from opsboard import clock
from opsboard.exceptions.deciding.limits import Unfit
from opsboard.exceptions.forms.asked import FORMS
from opsboard.exceptions.item import case
from opsboard.exceptions.item.page import find, opened
from opsboard.exceptions.models import Group
from opsboard.exceptions.queue.rows import Rows
from opsboard.exceptions.rights import forbids, reason_against, untimely
from opsboard.ui import words
from opsboard.ui.pages import page_or_part, reader, safe_next


def allowed(request: HttpRequest, pk: int, act: str) -> Group:
    """The group, if this reader sees it and the role does such things; else 403 with the reason."""
    find(request.user, pk)
    group = Group.objects.select_related("owner", "team").get(pk=pk)
    if reason := forbids(act, request.user, group):
        raise PermissionDenied(reason)
    return group


def done(request: HttpRequest, group: Group, said: str) -> HttpResponse:
    messages.success(request, said)
    return answer(request, group)


def too_late(request: HttpRequest, group: Group, act: str) -> HttpResponse:
    """Somebody was first: say who did what and when; nothing was overwritten."""
    group.refresh_from_db()
    messages.error(request, _not_saved(request.user, group, act))
    return answer(request, group)


def _not_saved(person: Any, group: Group, act: str) -> str:
    """Who was first; or, where nobody moved it out of reach, what forbids the act."""
    reason = reason_against(act, person, group) if act else ""
    move = case.last_move(group.pk)
    may_be_late = act in {"", "assign"} or not reason or untimely(act, group)
    if move and may_be_late and (not act or move.who != str(person)):
        since = words.duration(clock.now() - move.at)
        return f"Not saved: {move.who} {move.what}, {since} ago."
    return f"Not saved. {reason}"


def step(
    request: HttpRequest,
    pk: int,
    act: str,
    verb: Callable[[Group, dict], bool],
    said: Callable[[Any], str],
) -> HttpResponse:
    """An act with a form: `verb` takes the group and what the form says, `said` words it."""
    group = allowed(request, pk, act)
    if reason_against(act, request.user, group):
        return too_late(request, group, act)
    form = FORMS[act](request.POST, group=group, person=request.user)
    if not form.is_valid():
        return back(request, pk, form)
    try:
        moved = verb(group, {"by": request.user, **form.said})
    except Unfit as unfit:
        form.note_mistakes(unfit.mistakes)
        return back(request, pk, form)
    return done(request, group, said(form)) if moved else too_late(request, group, act)


def answer(request: HttpRequest, group: Group) -> HttpResponse:
    """The changed part for htmx (the row of a queue, or the page of the group), else the page."""
    if not request.htmx:
        return redirect(safe_next(request, reverse("exceptions:group", args=[group.pk])))
    found = find(request.user, group.pk)
    if (request.htmx.target or "").startswith("cause-"):
        context = {"row": Rows(reader(request), clock.now()).html(vars(found))}
        return page_or_part(request, "exceptions/queue.html", "exceptions/_one_row.html", context)
    context = opened(request, found)
    return page_or_part(request, "exceptions/group.html", "exceptions/_group.html", context)


def back(request: HttpRequest, pk: int, form: Any) -> HttpResponse:
    """The form again, with what is missing beside the field."""
    context = opened(request, find(request.user, pk), form)
    status = 200 if request.htmx else 422
    return page_or_part(
        request, "exceptions/group.html", "exceptions/_group.html", context, status=status
    )
