"""The page of the queue, for reading: three statements, however many causes are open."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date

from opsboard import clock
from opsboard.exceptions.ledger import answer, few_totals, totals
from opsboard.exceptions.models import Group
from opsboard.exceptions.queries import MOST_COUNTED, Groups
from opsboard.exceptions.queue.apart import lists_of
from opsboard.exceptions.queue.counts import Counting
from opsboard.exceptions.queue.days import day_of, days_of, sums_of, unfinished
from opsboard.exceptions.queue.filter import QueueFilter
from opsboard.exceptions.queue.margin import Margin, View, kept_questions, margin_of
from opsboard.exceptions.queue.mistakes import Mistake, mistakes_in
from opsboard.exceptions.queue.paging import BadCursor, Page, page_of
from opsboard.exceptions.queue.rows import Rows, names_question
from opsboard.exceptions.queue.together import Asked, ask_together
from opsboard.ui.pages import page_or_part, reader, room

ROWS = 50
# Of a page only the first and the last day may go on beyond it.
MOST_DAYS = 2
# The last line of the history that a page knows of.
LAST = ("select to_jsonb(max(id)) from exceptions_history", [])


@room("exceptions")
def queue(request: HttpRequest) -> HttpResponse:
    is_adding_up = request.htmx.target == "answered"
    given = request.GET.copy() if is_adding_up else request.GET
    days = given.pop("day", []) if is_adding_up else []
    wanted = QueueFilter(given, reader(request), clock.now())
    wanted.is_valid()
    if mistakes := mistakes_in(wanted):
        return not_understood(request, mistakes)
    groups = wanted.narrow(Group.objects.all())
    if is_adding_up:
        return _added_up(request, wanted, groups, days)
    try:
        page = _page(wanted, request.GET.get("page", ""))
    except BadCursor:
        said = "This page of the queue does not exist; its address was cut off or made up."
        return not_understood(request, [Mistake(said, "Show the first page", wanted.query())])
    return listed(request, wanted, groups, page, cursor=request.GET.get("page", ""))


def _page(wanted: QueueFilter, cursor: str) -> Page:
    """The page, each list of what is said by "or" read by its own index."""
    person = wanted.person
    name, lists = lists_of(wanted.cleaned_data, person, by_day=wanted.running.by_day)
    without = wanted.other(wanted.cleaned_data | {name: ""}) if name else wanted
    rows = without.narrow(Group.objects.all()).listed_to(person)
    return page_of(rows, wanted.running, cursor, ROWS, lists)


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
    here, counting = View("", "", here=True), Counting()
    is_whole = not (page.before or page.after)
    questions = kept_questions(person) | {"last": LAST, "names": names_question(page.rows, person)}
    questions |= _how_much(wanted, page) if is_whole else {}
    if not page.rows:
        # How many there are without its words.
        counting.add(here, wanted.other({}))
    elif not is_whole:
        counting.add_tallied(here, wanted)
    answers = ask_together(questions | counting.questions())
    counting.take(answers)
    rows = Rows(person, now).written(page.rows, answers["names"])
    margin = margin_of(wanted, answers)
    return {
        "as_of": now,
        "wanted": wanted,
        "page": page,
        "rows": rows,
        "margin": margin,
        "count": here.count,
        "totals": few_totals(answers["answer"], person) if is_whole else None,
        "days": days_of(rows, unfinished(page), now, wanted.zone)
        if wanted.running.by_day
        else None,
        "last": answers["last"] or 0,
        "shown": "".join(f"&row={row['id']}" for row in rows),
        "all_open": here.count or 0,
        "most": MOST_COUNTED,
        "least": ROWS,
        "too_many": wanted.ground.too_many,
        **ways(wanted, margin),
    }


def _how_much(wanted: QueueFilter, page: Page) -> dict[str, Asked]:
    """What the rows of a list hold that ends on its first page; longer ones are added up apart."""
    shown = Group.objects.filter(pk__in=[row["id"] for row in page.rows])
    return {"answer": answer(shown, wanted.person, ROWS)}


def _added_up(
    request: HttpRequest, wanted: QueueFilter, groups: Groups, days: list[str]
) -> HttpResponse:
    """The money of a long list, and of its days that go on beyond the page, apart from the list."""
    person, now = wanted.person, wanted.now
    whole = not wanted.query(order="")
    summed = totals(groups, person, whole=whole)
    known = [day for day in map(parse_date, days[:MOST_DAYS]) if day]
    sums = ask_together({f"{day}": sums_of(groups, day, person, now) for day in known})
    context = {
        "as_of": now,
        "wanted": wanted,
        "count": summed.groups,
        "totals": summed,
        "most": MOST_COUNTED,
        "sums": [day_of(day, sums[f"{day}"], now, wanted.zone) for day in known],
        "can_pick": person.may("comment"),
        "too_many": wanted.ground.too_many,
        **ways(wanted, Margin()),
    }
    return page_or_part(request, "exceptions/queue.html", "exceptions/_added_up.html", context)


def ways(wanted: QueueFilter, margin: Margin) -> dict[str, Any]:
    """The addresses from this queue to its other orders and its other pages."""
    query = wanted.query()
    can_sort = "money" in dict(wanted.fields["order"].choices)
    return {
        "base": f"{query}&" if query else "",
        "sorts_due": wanted.query(order=""),
        "sorts_money": wanted.query(order="money") if can_sort else "",
        "can_keep": margin.can_keep,
    }


def shown_again(request: HttpRequest, query: QueryDict, cursor: str) -> HttpResponse:
    """The same page of the queue after an act on many, for whoever acted from it."""
    wanted = QueueFilter(query, reader(request), clock.now())
    if not wanted.is_valid():
        return not_understood(request, mistakes_in(wanted))
    groups = wanted.narrow(Group.objects.all())
    try:
        page = _page(wanted, cursor)
    except BadCursor:
        page = _page(wanted, "")
    return listed(request, wanted, groups, page, cursor=cursor)


def not_understood(request: HttpRequest, mistakes: list[Mistake]) -> HttpResponse:
    context = {"mistakes": mistakes, "queue": reverse("exceptions:queue")}
    return render(request, "exceptions/not_understood.html", context, status=400)
