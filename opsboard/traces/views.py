"""The hops of a business transaction: they belong to the room of the systems."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from opsboard.traces import queries
from opsboard.ui.pages import room


@room("systems")
def search(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("q", "").strip()
    if wanted:
        return redirect("traces:transaction", correlation_id=wanted)
    return render(request, "traces/search.html", {"recent": queries.recent()})


@room("systems")
def transaction(request: HttpRequest, correlation_id: str) -> HttpResponse:
    hops = queries.hops(correlation_id)
    context = {
        "correlation_id": correlation_id,
        "hops": hops,
        "whole": queries.whole(hops),
        "connections": queries.connections_of(correlation_id),
        "most": queries.MOST_HOPS,
    }
    return render(request, "traces/transaction.html", context, status=200 if hops else 404)
