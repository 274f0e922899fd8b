"""The queue and the page of one group, for reading; `acts.py` takes what people do."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from opsboard import clock
from opsboard.controls.catalogue import catalogue
from opsboard.exceptions import case
from opsboard.exceptions.days import days_of
from opsboard.exceptions.forms import AssignForm, NoteForm, QueueFilter
from opsboard.exceptions.ledger import totals
from opsboard.exceptions.mistakes import Mistake, mistakes_in
from opsboard.exceptions.models import Group
from opsboard.exceptions.paging import BadCursor, page_of
from opsboard.exceptions.queries import MOST_COUNTED, Groups, count_each
from opsboard.exceptions.timeline import timeline_of
from opsboard.exceptions.wording import ERROR_CLASSES, NEEDS_WORDS, way_out
from opsboard.people.models import Person
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


@room("exceptions")
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """The cause with everything that hangs on it; parts of it for htmx, by the target they fill."""
    found = find(request.user, pk)
    target = request.htmx.target or ""
    if target.startswith("fan-"):
        few = case.children(found, request.user, size=case.FEW)
        return page_or_part(
            request, "exceptions/group.html", "exceptions/_fan.html", {"group": found, **few}
        )
    context = opened(request, found)
    part = {"rows": "exceptions/_children.html", "acting": "exceptions/_acting.html"}
    return page_or_part(
        request, "exceptions/group.html", part.get(target, "exceptions/_group.html"), context
    )


def find(person: Person, pk: int) -> case.SimpleNamespace:
    """The group as this reader may see it; 404 when there is none, 403 when it is not theirs."""
    row = Group.objects.visible_to(person).filter(pk=pk).shown_to(person).first()
    if row:
        return case.row_of(row, person)
    if Group.objects.filter(pk=pk).exists():
        raise PermissionDenied(
            "This exception belongs to a legal entity or a workflow outside your scope."
        )
    raise Http404("There is no such exception.")


def opened(request: HttpRequest, found: case.SimpleNamespace, form=None) -> dict:
    """The whole context of a group's page; `form` is one that came back with mistakes."""
    person = request.user
    item = case.shown_item(found, person, request.GET.get("item", ""))
    control = catalogue().get(item.control if item else found.control)
    act = form.act if form else request.GET.get("act", "")
    try:
        hanging = case.children(found, person, request.GET.get("from", ""))
    except BadCursor:
        raise Http404("This page of the list does not exist.") from None
    return {
        "as_of": clock.now(),
        "group": found,
        "item": item,
        "act": act,
        "form": form or form_for(act, person, found),
        "control": control,
        "gist": control.what.partition(". ")[0].rstrip(".") + "." if control else "",
        "steps": way_out(
            control.code if control else found.control,
            found.cause,
            unrecorded=item.unrecorded if item else bool(found.unrecorded),
        ),
        "history": case.history_of(found.id, item and item.id),
        "timeline": item and timeline_of(found.id, item, person),
        "before": case.seen_before(found, item, person),
        "elsewhere": case.counted_elsewhere(found.id),
        "shared": case.shared_by_children(found, person),
        "asks": NEEDS_WORDS.get(act),
        "error_class": ERROR_CLASSES.get(found.error_class, ""),
        **hanging,
    }


def form_for(act: str, person: Person, found: case.SimpleNamespace):
    """The empty form of an act that needs words; none for others or when it is not allowed."""
    if act not in NEEDS_WORDS or act not in found.acts:
        return None
    return AssignForm(group=found) if act == "assign" else NoteForm(act=act)


def not_understood(request: HttpRequest, mistakes: list[Mistake]) -> HttpResponse:
    context = {"mistakes": mistakes, "queue": reverse("exceptions:queue")}
    return render(request, "exceptions/not_understood.html", context, status=400)
