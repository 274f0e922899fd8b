"""One act on all that was picked: first the number and amount, then the act, then what it did."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from opsboard import clock
from opsboard.exceptions.deciding.limits import Unfit
from opsboard.exceptions.forms.bulk import FORMS, BulkForm
from opsboard.exceptions.ledger import FEW, answer, few_totals
from opsboard.exceptions.models import BulkAct, Group
from opsboard.exceptions.queue import many
from opsboard.exceptions.queue.page import LAST, shown_again
from opsboard.exceptions.queue.picked import MOST, Picked, Sorted
from opsboard.exceptions.queue.together import ask_together
from opsboard.ui import words
from opsboard.ui.numbers import whole
from opsboard.ui.pages import page_or_part, room

# In the order of the bar.
VERBS = ("assign", "comment", "ask", "acknowledge", "claim")


@require_POST
@room("exceptions")
def picked(request: HttpRequest) -> HttpResponse:
    """The bar: how many and how much, what would stay as it is, and what may be done."""
    found = Picked(request.POST, request.user, clock.now())
    context = _about(found) | {"acts": [found.sorted_for(act) for act in VERBS]}
    return render(request, "exceptions/_bulkbar.html", context)


@require_POST
@room("exceptions")
def bulk(request: HttpRequest, act: str) -> HttpResponse:
    """Asks first, unless the number was said and the words are there; then does it."""
    if act not in MOST:
        raise Http404("There is no such act.")
    found = Picked(request.POST, request.user, clock.now())
    fitting = found.sorted_for(act)
    is_meant = request.POST.get("said") == "1" and fitting.fits and not fitting.refused
    form = FORMS[act](request.POST if is_meant else None, picked=found)
    if not is_meant or not form.is_valid():
        return _ask(request, found, fitting, form)
    try:
        _do(request, found, fitting, form)
    except Unfit as unfit:
        form.note_mistakes(unfit.mistakes)
        return _ask(request, found, fitting, form)
    return _back(request)


@require_POST
@room("exceptions")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    act = get_object_or_404(BulkAct, pk=pk, by=request.user)
    back = many.undo(act, by=request.user)
    if back is None:
        messages.error(request, "Not undone: it is too late for that, or it was undone already.")
    else:
        messages.success(request, f"Undone: {_counted(back, 'given back', act.groups - back)}")
    return redirect(_came_from(request))


def _do(request: HttpRequest, found: Picked, fitting: Sorted, form: BulkForm) -> None:
    given = {"by": request.user, "query": found.query}
    seen = whole(request.POST.get("seen", ""))
    seen = ask_together({"last": LAST})["last"] or 0 if seen is None else seen
    act, ids, number = fitting.act, fitting.ids, len(fitting.fits)
    if act == "assign":
        said = form.said
        done = many.assign(ids, seen=seen, **given, **said)
        whom = said["to"] or said["team"]
        text = _counted(done.groups, f"assigned to {whom}", number - done.groups)
        way = reverse("exceptions:undo", args=[done.pk])
        messages.success(request, text, extra_tags=f"undo:{way}" if done.groups else "")
        return
    if act == "comment":
        moved, did = many.comment(ids, **given, **form.said), "commented"
    elif act == "ask":
        groups = list(Group.objects.filter(pk__in=ids).select_related("team").order_by("pk"))
        moved, did = many.ask_waivers(groups, **given, **form.said), "put before an approver"
    else:
        moved = many.move(act, ids, seen=seen, **given, **form.said)
        did = {"acknowledge": "acknowledged", "claim": "claimed as fixed"}[act]
    messages.success(request, _counted(moved, did, number - moved))


def _counted(number: int, did: str, late: int) -> str:
    said = f"{words.grouped(number)} {did}"
    return f"{said}, {words.grouped(late)} had moved on." if late else f"{said}."


def _about(found: Picked) -> dict[str, Any]:
    """How many, how much, and up to where the history was known when it was said."""
    asked = ask_together({"answer": answer(found.groups, found.person, FEW), "last": LAST})
    totals = few_totals(asked["answer"], found.person)
    values = [row.value for row in found.rows]
    value = totals.value if totals else None if None in values else sum(values)
    return {
        "picked": found,
        "number": len(found.rows),
        "is_more": len(found.rows) > max(MOST.values()),
        "records": sum(row.children for row in found.rows),
        "value": value,
        "seen": asked["last"] or 0,
        "query": found.query or found.wanted.data.urlencode(),
    }


def _ask(request: HttpRequest, found: Picked, fitting: Sorted, form: BulkForm) -> HttpResponse:
    context = _about(found) | {"fitting": fitting, "form": form, "act": fitting.act}
    status = 422 if form.errors and not request.htmx else 200
    response = page_or_part(
        request, "exceptions/bulk.html", "exceptions/_asking.html", context, status=status
    )
    if request.htmx:
        response["HX-Retarget"], response["HX-Reswap"] = "#bulkbar", "innerHTML"
    return response


def _back(request: HttpRequest) -> HttpResponse:
    query = QueryDict(request.POST.get("query", ""))
    if request.htmx:
        response = shown_again(request, query, request.POST.get("page", ""))
        response["HX-Retarget"], response["HX-Reswap"] = "#queue", "outerHTML"
        return response
    return redirect(reverse("exceptions:queue") + (f"?{query.urlencode()}" if query else ""))


def _came_from(request: HttpRequest) -> str:
    """The page that showed the toast."""
    queue, before = reverse("exceptions:queue"), request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, {request.get_host()}):
        return queue
    parts = urlsplit(before)
    return f"{queue}?{parts.query}" if parts.path == queue and parts.query else queue
