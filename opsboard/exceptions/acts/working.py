"""Taking a group, handing it over, talking about it, claiming that it is mended."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from opsboard import clock
from opsboard.exceptions.acts.answering import allowed, back, done, too_late
from opsboard.exceptions.forms.working import AssignForm, ClaimForm, NoteForm
from opsboard.exceptions.models import Group
from opsboard.exceptions.rights import reason_against
from opsboard.ui import words
from opsboard.ui.pages import room


@require_POST
@room("exceptions")
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    group = allowed(request, pk, "acknowledge")
    if group.acknowledge(by=request.user):
        return done(request, group, f"Acknowledged: {group.title}.")
    return too_late(request, group, "acknowledge")


@require_POST
@room("exceptions")
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """To whom the form says, or with `to=me` at once."""
    group = allowed(request, pk, "assign")
    if request.POST.get("to") == "me":
        return _hand_over(request, group, {"to": request.user}, "")
    form = AssignForm(request.POST, group=group)
    if not form.is_valid():
        return back(request, pk, form)
    return _hand_over(request, group, form.chosen, form.cleaned_data["note"])


@require_POST
@room("exceptions")
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    group = allowed(request, pk, "comment")
    form = NoteForm(request.POST, act="comment")
    if not form.is_valid():
        return back(request, pk, form)
    note, call = form.cleaned_data["note"], request.POST.get("call", "").strip().lstrip("@")
    if call and f"@{call}" not in note:
        note = f"@{call} {note}"
    group.comment(by=request.user, note=note)
    if call and not any(one.username == call for one in group.called_in(note)):
        return done(request, group, f"Comment added. Nobody called {call} sees this exception.")
    return done(request, group, "Comment added.")


@require_POST
@room("exceptions")
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    group = allowed(request, pk, "claim")
    form = ClaimForm(request.POST, late=bool(group.breached_at))
    if not form.is_valid():
        return back(request, pk, form)
    is_open = not reason_against("claim", request.user, group)
    if is_open and group.claim(by=request.user, **form.cleaned_data):
        at = words.clock(clock.now(), request.user.place)
        said = f"Fix claimed. The next run on data read after {at} judges it."
        return done(request, group, said)
    return too_late(request, group, "claim")


def _hand_over(request: HttpRequest, group: Group, to: dict[str, Any], note: str) -> HttpResponse:
    """Only from whom the reader saw as owner: `seen` is "person:team" as the page showed them."""
    seen = request.POST.get("seen") or request.GET.get("seen")
    if seen and seen != f"{group.owner_id or ''}:{group.team_id or ''}":
        return too_late(request, group, "assign")
    if reason_against("assign", request.user, group) or not group.assign(
        by=request.user, note=note, **to
    ):
        return too_late(request, group, "assign")
    return done(request, group, f"Assigned to {to.get('to') or to['team']}: {group.title}.")
