"""The hops of a business transaction: they belong to the room of the systems."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from opsboard.traces import queries
from opsboard.ui.pages import room


@room("systems")
def search(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("q", "").strip()
    if wanted:
        _must_be_visible(wanted)
        return redirect("traces:transaction", correlation_id=wanted)
    return render(request, "traces/search.html", {"recent": queries.recent()})


@room("systems")
def transaction(request: HttpRequest, correlation_id: str) -> HttpResponse:
    _must_be_visible(correlation_id)
    hops = queries.hops(correlation_id)
    context = {
        "correlation_id": correlation_id,
        "hops": hops,
        "whole": queries.whole(hops),
        "connections": queries.connections_of(correlation_id),
        "most": queries.MOST_HOPS,
    }
    return render(request, "traces/transaction.html", context, status=200 if hops else 404)


def _must_be_visible(correlation_id: str) -> None:
    """No address leads to a line break, and no text of the database's holds a NUL."""
    if not correlation_id.isprintable():
        raise BadRequest("A correlation ID has no control characters; copy it from where it stood.")
