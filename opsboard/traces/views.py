"""The hops of a business transaction, for those who look after systems and books."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from opsboard.people.roles import ROLES, Role
from opsboard.traces import queries

READERS = frozenset({Role.INTEGRATION, Role.CONTROLLER, Role.ADMIN, Role.AUDITOR})


def for_readers(view):
    """Refuse, with a sentence, whoever neither runs the systems nor answers for the books."""

    @wraps(view)
    def enter(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.user.role not in READERS:
            titles = ", ".join(sorted(ROLES[role].title for role in READERS))
            raise PermissionDenied(f"Hops are shown to these roles only: {titles}.")
        return view(request, *args, **kwargs)

    return enter


@for_readers
def search(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("q", "").strip()
    if wanted:
        return redirect("traces:transaction", correlation_id=wanted)
    return render(request, "traces/search.html", {"recent": queries.recent()})


@for_readers
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
