"""The page of the queue, for reading."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from opsboard import clock
from opsboard.exceptions import case
from opsboard.exceptions.days import days_of
from opsboard.exceptions.filter import QueueFilter
from opsboard.exceptions.ledger import totals
from opsboard.exceptions.mistakes import Mistake, mistakes_in
from opsboard.exceptions.models import Group
from opsboard.exceptions.paging import BadCursor, page_of
from opsboard.exceptions.queries import MOST_COUNTED, Groups, count_each
from opsboard.ui.pages import page_or_part, room

ROWS = 50
# Ready-made queues: name, choices, and whether a count above zero is loud.
VIEWS = [
    ("All open", {}, False),
    ("Mine", {"owner": "me"}, False),
    ("My team", {"owner": "team"}, False),
    ("Unowned", {"owner": "nobody"}, True),
    ("Late", {"state": "late"}, True),
    ("Due today", {"state": "today"}, False),
    ("Waits for proof", {"state": "claimed"}, False),
    ("Resolved, last 7 days", {"state": "resolved"}, False),
]


@room("exceptions")
def queue(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    wanted = QueueFilter(request.GET, request.user, now)
    wanted.is_valid()
    if mistakes := mistakes_in(wanted):
        return not_understood(request, mistakes)
    groups = wanted.narrow(Group.objects.all())
    try:
        page = page_of(
            groups.shown_to(request.user), wanted.running, request.GET.get("page", ""), ROWS
        )
    except BadCursor:
        said = "This page of the queue does not exist; its address was cut off or made up."
        return not_understood(request, [Mistake(said, "Show the first page", wanted.query())])
    rows = [case.row_of(row, request.user) for row in page.rows]
    views = saved_views(wanted, groups)
    # Adding up is served apart from the list when the list is long.
    summed = views.pop()["count"] <= MOST_COUNTED or request.htmx.target == "answered"
    context = {
        "as_of": now,
        "wanted": wanted,
        "page": page,
        "views": views,
        "totals": totals(groups, request.user, whole=not wanted.query(order=""))
        if summed
        else None,
        "days": days_of(rows, groups, request.user, now)
        if wanted.running.column == "due_at"
        else None,
        "rows": rows,
        "most": MOST_COUNTED,
        **ways(wanted),
    }
    part = "_answered.html" if request.htmx.target == "answered" else "_list.html"
    response = page_or_part(request, "exceptions/queue.html", f"exceptions/{part}", context)
    if request.htmx.target == "queue":
        query = wanted.query()
        response["HX-Push-Url"] = request.path + (f"?{query}" if query else "")
    return response


def ways(wanted: QueueFilter) -> dict[str, str]:
    """The addresses from this queue to its other order and its other pages."""
    query = wanted.query()
    can_sort = "money" in dict(wanted.fields["order"].choices)
    return {
        "base": f"{query}&" if query else "",
        "sorts_due": wanted.query(order=""),
        "sorts_money": wanted.query(order="money") if can_sort else "",
    }


def saved_views(wanted: QueueFilter, groups: Groups) -> list[dict]:
    """Ready-made queues and, last, the one asked for; all counted in one statement."""
    person, here = wanted.person, wanted.query()
    offered = [view for view in VIEWS if view[1] != {"owner": "team"} or person.team_id]
    sets, queries = {}, {}
    for name, chosen, _ in offered:
        view = QueueFilter(chosen, person, wanted.now, like=wanted)
        view.is_valid()
        sets[name], queries[name] = view.narrow(Group.objects.all()), view.query()
    counts = count_each(sets | {"": groups})
    return [
        {
            "name": name,
            "query": queries[name],
            "count": counts[name],
            "loud": loud and counts[name] > 0,
            "here": queries[name] == here,
        }
        for name, _, loud in offered
    ] + [{"count": counts[""]}]


def not_understood(request: HttpRequest, mistakes: list[Mistake]) -> HttpResponse:
    context = {"mistakes": mistakes, "queue": reverse("exceptions:queue")}
    return render(request, "exceptions/not_understood.html", context, status=400)
