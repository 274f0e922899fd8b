"""Keeping a queue under a name; renaming, sharing, ordering and letting go of what was kept."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from opsboard import clock
from opsboard.exceptions.forms.working import ViewForm
from opsboard.exceptions.models import SavedView
from opsboard.exceptions.models.view import MOST_KEPT
from opsboard.exceptions.queue.filter import QueueFilter
from opsboard.ui.pages import room


@require_safe
@room("exceptions")
def kept(request: HttpRequest) -> HttpResponse:
    """What the reader keeps; with `keep=…` also a form for one more, made of that address."""
    views = SavedView.objects.filter(owner=request.user).order_by("position", "pk")
    wanted = _understood(request, request.GET.get("keep")) if "keep" in request.GET else None
    lines = [(view, ViewForm(initial={"name": view.name}, prefix=f"v{view.pk}")) for view in views]
    context = {
        "wanted": wanted,
        "form": ViewForm(initial={"query": wanted.query()}) if wanted else None,
        "lines": lines,
        "most": MOST_KEPT,
    }
    return render(request, "exceptions/views.html", context)


@require_POST
@room("exceptions")
def keep(request: HttpRequest) -> HttpResponse:
    form = ViewForm(request.POST)
    wanted = _understood(request, request.POST.get("query", ""))
    if not form.is_valid() or wanted is None:
        context = {"wanted": wanted, "form": form, "lines": [], "most": MOST_KEPT}
        return render(request, "exceptions/views.html", context, status=422)
    name, query = form.cleaned_data["name"], wanted.query()
    if SavedView.keep(request.user, name, query) is None:
        messages.error(request, f"Not kept: {MOST_KEPT} views are kept; let go of one first.")
        return redirect("exceptions:views")
    messages.success(request, f"Kept as view: {name}.")
    return redirect(reverse("exceptions:queue") + (f"?{query}" if query else ""))


@require_POST
@room("exceptions")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One act on one of the reader's own views."""
    view = get_object_or_404(SavedView, pk=pk, owner=request.user)
    acts = {"rename": _rename, "share": _share, "hide": _hide, "lift": _lift, "remove": _remove}
    act = acts.get(request.POST.get("act", ""))
    if act:
        act(request, view)
    return redirect("exceptions:views")


def _rename(request: HttpRequest, view: SavedView) -> None:
    form = ViewForm(request.POST, prefix=f"v{view.pk}")
    if form.is_valid():
        view.rename(form.cleaned_data["name"])
        messages.success(request, f"Renamed: {form.cleaned_data['name']}.")
    else:
        messages.error(request, f"Not renamed. {form.errors['name'][0]}")


def _share(request: HttpRequest, view: SavedView) -> None:
    if request.user.team is None:
        messages.error(request, "Not shared: you belong to no team.")
        return
    view.share(request.user.team)
    messages.success(request, f"Shared with {request.user.team}: {view}.")


def _hide(request: HttpRequest, view: SavedView) -> None:
    view.share(None)
    messages.success(request, f"Kept for you alone: {view}.")


def _lift(_: HttpRequest, view: SavedView) -> None:
    view.lift()


def _remove(request: HttpRequest, view: SavedView) -> None:
    view.remove()
    messages.success(request, f"Let go: {view}.")


def _understood(request: HttpRequest, query: str | None) -> QueueFilter | None:
    wanted = QueueFilter(QueryDict(query or ""), request.user, clock.now())
    return wanted if wanted.is_valid() else None
