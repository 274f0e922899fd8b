"""Matches: two things that may be one, confirmed or denied by a person (domain.md 0.11)."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from connectors.kinds import KINDS
from opsboard import clock
from opsboard.records import decisions, matches
from opsboard.records.models import Merge, Proposal
from opsboard.ui.pages import room

DECIDED_BEFORE = "Somebody decided that before you; nothing was changed."


@require_safe
@room("matches")
def proposed(request: HttpRequest) -> HttpResponse:
    _refuse_bounded(request)
    kind = request.GET.get("kind", "")
    if kind and kind not in KINDS:
        raise BadRequest(f"No kind of record is called {kind}; follow a link of the page instead.")
    waiting = matches.open_proposals(kind)
    context = {
        "as_of": clock.now(),
        "kind": kind,
        "waiting": waiting.count(),
        "kinds": sorted(set(matches.open_proposals().values_list("kind", flat=True))),
        "pairs": matches.pairs(waiting),
        "decided": matches.decided_lately(),
        "may_decide": request.user.may("match"),
    }
    return render(request, "records/matches.html", context)


@require_POST
@room("matches")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """One thing, or two; a word that came second changes nothing and says so."""
    _allow(request)
    proposal = get_object_or_404(Proposal.objects.select_related("first", "second"), pk=pk)
    said = request.POST.get("said")
    if said not in ("one", "two"):
        raise BadRequest("Say whether the two are one: use a button of the page.")
    verb = decisions.accept if said == "one" else decisions.reject
    done = verb(proposal, by=request.user, at=clock.now())
    names = f"{_name(proposal.first)} and {_name(proposal.second)}"
    told = f"{names} are one from now on." if said == "one" else f"{names} stay two."
    _tell(request, done=bool(done), told=told)
    return _back(request)


@require_POST
@room("matches")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a merge back, with what followed from it."""
    _allow(request)
    merge = get_object_or_404(Merge.objects.select_related("gone", "kept"), pk=pk, parent=None)
    done = decisions.undo(merge, by=request.user, at=clock.now())
    told = f"{_name(merge.gone)} and {_name(merge.kept)} are two again."
    _tell(request, done=done, told=told)
    return _back(request)


def _tell(request: HttpRequest, *, done: bool, told: str) -> None:
    if done:
        messages.success(request, f"{told} The controls look at them again in the next turn.")
    else:
        messages.error(request, DECIDED_BEFORE)


def _refuse_bounded(request: HttpRequest) -> None:
    """Customers and people are shared by all companies: a pair cannot be shown in part."""
    if request.user.entities:
        raise PermissionDenied("Matches span all companies; your account is bound to some of them.")


def _allow(request: HttpRequest) -> None:
    _refuse_bounded(request)
    if not request.user.may("match"):
        raise PermissionDenied(
            "Confirming a match is for controllers, billing, revenue, the PMO and HR operations."
        )


def _back(request: HttpRequest) -> HttpResponse:
    kind = request.POST.get("kind", "")
    query = f"?kind={kind}" if kind in KINDS else ""
    return HttpResponseRedirect(reverse("records:matches") + query)


def _name(entity) -> str:
    return entity.name or entity.code or f"{entity.kind} {entity.pk}"
