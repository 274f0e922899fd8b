"""Problem records: causes that keep coming back, who promised to end that, and how it ended."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from opsboard import clock
from opsboard.audit import log as audit
from opsboard.exceptions.forms.problems import OutcomeForm, ProblemForm
from opsboard.exceptions.item.recurring import recurring
from opsboard.exceptions.models import Problem
from opsboard.exceptions.wording import cause_title
from opsboard.ui.pages import room

CLOSED = 20


@require_safe
@room("exceptions")
def problems(request: HttpRequest) -> HttpResponse:
    """What was promised, what calls for a promise, and what was kept."""
    return _page(request)


@require_POST
@room("exceptions")
def open_one(request: HttpRequest) -> HttpResponse:
    _may(request)
    form = ProblemForm(request.POST, today=clock.now().date())
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    try:
        with transaction.atomic():
            made = Problem.objects.create(
                workflow=given["workflow"],
                cause=given["cause"],
                title=given["title"],
                owner_id=given["owner"],
                due_on=given["due_on"],
                opened_by=request.user,
                opened_at=clock.now(),
            )
            audit.record("problem.opened", f"problem:{made.pk}", by=request.user, after=made.title)
    except IntegrityError:
        messages.error(request, "Not saved: a fix for this cause was promised already.")
    else:
        messages.success(request, f"Promised: {made.owner} by {made.due_on:%-d %B}.")
    return redirect("exceptions:problems")


@require_POST
@room("exceptions")
def close_one(request: HttpRequest, pk: int) -> HttpResponse:
    _may(request)
    form = OutcomeForm(request.POST)
    if not Problem.objects.filter(pk=pk).exists():
        raise Http404("There is no such problem record.")
    if not form.is_valid():
        messages.error(request, "Not saved. Say what was changed, and how it was proven.")
        return redirect("exceptions:problems")
    with transaction.atomic():
        said = form.cleaned_data["outcome"]
        mine = Problem.objects.filter(pk=pk, closed_at=None)
        if mine.update(closed_at=clock.now(), outcome=said):
            audit.record("problem.closed", f"problem:{pk}", by=request.user, after=said)
            messages.success(request, "Closed. When it comes back, it is proposed again.")
        else:
            messages.error(request, "Not saved: somebody closed it first.")
    return redirect("exceptions:problems")


def _may(request: HttpRequest) -> None:
    if not request.user.may("claim"):
        raise PermissionDenied("Whoever resolves exceptions promises permanent fixes.")


def _page(request: HttpRequest, form: ProblemForm | None = None, status: int = 200) -> HttpResponse:
    now = clock.now()
    every = Problem.objects.select_related("owner", "opened_by")
    offered = recurring(request.user, now)
    wanted = request.GET.get("workflow", ""), request.GET.get("cause", "")
    if form is None and any((one.workflow, one.cause) == wanted for one in offered):
        asked = {"workflow": wanted[0], "cause": wanted[1]}
        form = ProblemForm(today=now.date(), initial=asked)
    context = {
        "as_of": now,
        "today": now.date(),
        "open_ones": [_named(one) for one in every.filter(closed_at=None).order_by("due_on")],
        "closed": [
            _named(one) for one in every.exclude(closed_at=None).order_by("-closed_at")[:CLOSED]
        ],
        "offered": offered,
        "form": form,
        "may": request.user.may("claim"),
    }
    return render(request, "exceptions/problems.html", context, status=status)


def _named(problem: Problem) -> Problem:
    problem.cause_title = cause_title(problem.cause)
    return problem
