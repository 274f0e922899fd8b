"""The page of the queue, for reading: three statements, however many causes are open."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from opsboard import clock
from opsboard.exceptions import case
from opsboard.exceptions.days import days_of, sums_of, unfinished
from opsboard.exceptions.filter import QueueFilter
from opsboard.exceptions.ground import MOST_VIEWS
from opsboard.exceptions.ledger import FEW, answer, few_totals, totals
from opsboard.exceptions.margin import Margin, View, margin_of
from opsboard.exceptions.mistakes import Mistake, mistakes_in
from opsboard.exceptions.models import Group
from opsboard.exceptions.paging import BadCursor, Page, page_of
from opsboard.exceptions.queries import MOST_COUNTED, Groups
from opsboard.exceptions.together import ask_together
from opsboard.ui.pages import page_or_part, room

ROWS = 50
# The acts that a row offers; all others stand on its page.
ON_A_ROW = ("acknowledge", "assign", "claim", "comment", "ask")
# The last line of the history that a page knows of.
LAST = ("select to_jsonb(max(id)) from exceptions_history", [])


@room("exceptions")
def queue(request: HttpRequest) -> HttpResponse:
    wanted = QueueFilter(request.GET, request.user, clock.now())
    wanted.is_valid()
    if mistakes := mistakes_in(wanted):
        return not_understood(request, mistakes)
    groups = wanted.narrow(Group.objects.all())
    if request.htmx.target == "answered":
        return _added_up(request, wanted, groups)
    try:
        page = page_of(
            groups.shown_to(request.user), wanted.running, request.GET.get("page", ""), ROWS
        )
    except BadCursor:
        said = "This page of the queue does not exist; its address was cut off or made up."
        return not_understood(request, [Mistake(said, "Show the first page", wanted.query())])
    return listed(request, wanted, groups, page, cursor=request.GET.get("page", ""))


def listed(
    request: HttpRequest, wanted: QueueFilter, groups: Groups, page: Page, **more: Any
) -> HttpResponse:
    """The page itself, or for htmx the part that moves, with the address it stands for."""
    context = _context(wanted, groups, page) | more
    response = page_or_part(request, "exceptions/queue.html", "exceptions/_list.html", context)
    if request.htmx.target == "queue" and request.method == "GET":
        query = wanted.query()
        response["HX-Push-Url"] = reverse("exceptions:queue") + (f"?{query}" if query else "")
    return response


def _context(wanted: QueueFilter, groups: Groups, page: Page) -> dict[str, Any]:
    person, now = wanted.person, wanted.now
    margin = margin_of(wanted)
    here = margin.add(View("", "", here=True), wanted)
    is_tallied = any(view is here for view, _ in margin.tallied)
    questions = margin.questions() | {
        "answer": answer(groups, person, FEW if is_tallied else MOST_COUNTED),
        "last": LAST,
    }
    days = unfinished(page) if wanted.running.by_day else []
    questions |= {f"{day}": sums_of(groups, day, person, now) for day in days}
    answers = ask_together(questions)
    margin.take(answers)
    rows = [case.row_of(row, person, ON_A_ROW) for row in page.rows]
    sums = {day: answers[f"{day}"] for day in days}
    return {
        "as_of": now,
        "wanted": wanted,
        "page": page,
        "rows": rows,
        "margin": margin,
        "count": here.count,
        "totals": few_totals(answers["answer"], person),
        "days": days_of(rows, sums, now, wanted.zone) if wanted.running.by_day else None,
        "last": answers["last"] or 0,
        "is_exact": is_tallied,
        "all_open": next(view.count for view in margin.ready if not view.query),
        "most": MOST_COUNTED,
        **ways(wanted, margin),
    }


def _added_up(request: HttpRequest, wanted: QueueFilter, groups: Groups) -> HttpResponse:
    """The money of a long list, apart from the list."""
    whole = not wanted.query(order="")
    summed = totals(groups, request.user, whole=whole)
    context = {
        "as_of": wanted.now,
        "wanted": wanted,
        "count": summed.groups,
        "totals": summed,
        "most": MOST_COUNTED,
        **ways(wanted, Margin()),
    }
    return page_or_part(request, "exceptions/queue.html", "exceptions/_answered.html", context)


def ways(wanted: QueueFilter, margin: Margin) -> dict[str, Any]:
    """The addresses from this queue to its other orders and its other pages."""
    query = wanted.query()
    can_sort = "money" in dict(wanted.fields["order"].choices)
    kept = [view for view in (*margin.ready, *margin.own, *margin.shared) if view.here]
    return {
        "base": f"{query}&" if query else "",
        "sorts_due": wanted.query(order=""),
        "sorts_money": wanted.query(order="money") if can_sort else "",
        "can_keep": not kept and len(margin.own) < MOST_VIEWS,
    }


def shown_again(request: HttpRequest, query: QueryDict, cursor: str) -> HttpResponse:
    """The same page of the queue after an act on many, for whoever acted from it."""
    wanted = QueueFilter(query, request.user, clock.now())
    if not wanted.is_valid():
        return not_understood(request, mistakes_in(wanted))
    groups = wanted.narrow(Group.objects.all())
    shown = groups.shown_to(request.user)
    try:
        page = page_of(shown, wanted.running, cursor, ROWS)
    except BadCursor:
        page = page_of(shown, wanted.running, "", ROWS)
    return listed(request, wanted, groups, page, cursor=cursor)


def not_understood(request: HttpRequest, mistakes: list[Mistake]) -> HttpResponse:
    context = {"mistakes": mistakes, "queue": reverse("exceptions:queue")}
    return render(request, "exceptions/not_understood.html", context, status=400)
