"""What changed since a page of the queue was shown; the reader decides when its rows move."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control

from opsboard import clock
from opsboard.exceptions.models import Group, History
from opsboard.exceptions.queries import Groups
from opsboard.exceptions.queue.counts import counted_margin
from opsboard.exceptions.queue.filter import QueueFilter
from opsboard.exceptions.queue.margin import Margin
from opsboard.exceptions.queue.together import Asked, count_of
from opsboard.ui.numbers import whole
from opsboard.ui.pages import reader, room

# More than this is told as that many and more.
MOST_TOLD = 99
NOTHING = 204


@room("exceptions")
def news(request: HttpRequest) -> HttpResponse:
    """Nothing, when the history has no line after `since`: then one look at an index was all."""
    since = whole(request.GET.get("since", "")) or 0
    if not History.objects.filter(pk__gt=since, item=None).exists():
        return HttpResponse(status=NOTHING)
    given = request.GET.copy()
    shown = [pk for pk in map(whole, given.pop("row", [])) if pk]
    for name in ("since", "row", "page"):
        given.pop(name, None)
    wanted = QueueFilter(given, reader(request), clock.now())
    if not wanted.is_valid():
        return HttpResponse(status=NOTHING)
    groups = wanted.narrow(Group.objects.all())
    margin, found = counted_margin(wanted, _questions(groups, shown, since))
    return _told(request, wanted, margin, found)


def _questions(groups: Groups, shown: list[int], since: int) -> dict[str, Asked]:
    told = History.objects.filter(pk__gt=since, item=None, group__isnull=False)
    touched = told.order_by().values("group")
    return {
        "changed": count_of(Group.objects.filter(pk__in=shown).filter(pk__in=touched), MOST_TOLD),
        "fresh": count_of(groups.exclude(pk__in=shown).filter(pk__in=touched), MOST_TOLD),
    }


def _told(request: HttpRequest, wanted: QueueFilter, margin: Margin, found: dict) -> HttpResponse:
    """The line above the list, and the counts in the margin, which move nothing."""
    query = wanted.query()
    context = {
        "margin": margin,
        "changed": found["changed"],
        "fresh": found["fresh"],
        "most": MOST_TOLD,
        "address": reverse("exceptions:queue") + (f"?{query}" if query else ""),
        "oob": True,
    }
    response = render(request, "exceptions/_news.html", context)
    patch_cache_control(response, no_store=True)
    return response
