"""Saying that one is away, and who acts meanwhile (domain.md E.3, rule 7)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from opsboard.clock import now
from opsboard.people import absences
from opsboard.people.forms import AbsenceForm
from opsboard.people.models import MOST_DAYS, Absence


@require_http_methods(["GET", "HEAD", "POST"])
def away(request: HttpRequest) -> HttpResponse:
    """Absences that are not over, and a form for another one."""
    if request.user.rights is None:
        raise PermissionDenied("An account without a role has no work to hand on.")
    at = now()
    today = at.astimezone(request.user.place).date()
    form = AbsenceForm(request.POST or None, by=request.user, today=today)
    if request.method == "POST" and form.is_valid():
        made = absences.announce(by=request.user, at=at, **form.cleaned_data)
        if made:
            messages.success(request, _said(made))
            return redirect("people:away")
        form.add_error("starts_on", "One of these days is on record already; see below.")
    people = absences.may_speak_for(request.user)
    context = {
        "form": form,
        "absences": absences.current_and_coming(people, at),
        "standing_in": absences.standing_in(request.user, at),
        "most": MOST_DAYS,
    }
    status = 422 if form.is_bound else 200
    return render(request, "people/away.html", context, status=status)


@require_POST
def back(request: HttpRequest, pk: int) -> HttpResponse:
    """The absence ends now, or never begins."""
    absence = get_object_or_404(Absence.objects.select_related("person"), pk=pk)
    if not absences.may_speak_for(request.user).filter(pk=absence.person_id).exists():
        raise PermissionDenied("Only they themselves, their lead or a controller can change it.")
    if absences.withdraw(absence, by=request.user, at=now()):
        messages.success(request, f"{absence.person} is not away any more.")
    else:
        messages.error(request, "Not saved: somebody ended this absence before.")
    return redirect("people:away")


def _said(absence: Absence) -> str:
    ends = f"{absence.ends_on:%a} {absence.ends_on.day} {absence.ends_on:%B}"
    if absence.delegate:
        return f"{absence.delegate} acts for {absence.person} until {ends}."
    return f"{absence.person} is away until {ends}; nobody acts meanwhile."
