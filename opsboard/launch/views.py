"""For whoever shows the demo: what time it is in the made-up firm, and what may be done to it.

There are no such pages outside a demo.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from redis import RedisError

from connectors.northquay import clock as firm_clock
from opsboard import clock
from opsboard.launch import presenting
from opsboard.launch.firm import MadeUp, made_up_firm
from opsboard.launch.turns import look_again
from opsboard.sync.wording import QUEUE_IS_DOWN

STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


def _of_the_firm(view: Callable) -> Callable:
    """Only in a demo of a made-up firm, and only for people whose account has a role."""

    @wraps(view)
    def enter(request: HttpRequest) -> HttpResponse:
        found = made_up_firm() if settings.DEMO and clock.is_made_up() else None
        if found is None:
            raise Http404
        if request.user.rights is None:
            raise PermissionDenied("The made-up firm is for accounts with a role.")
        return view(request, found)

    return enter


@require_safe
@_of_the_firm
def firm(request: HttpRequest, made_up: MadeUp) -> HttpResponse:
    now, shows = clock.now(), "truth" in request.GET
    context = {
        "as_of": now,
        "ends": firm_clock.ENDS,
        "has_ended": now >= firm_clock.ENDS,
        "told": presenting.told(made_up, now),
        "faults": presenting.open_faults(made_up, now) if shows else None,
        "shows": shows,
    }
    return render(request, "launch/firm.html", context)


@require_POST
@_of_the_firm
def advance(request: HttpRequest, made_up: MadeUp) -> HttpResponse:
    """Let an hour pass, or a day; at most until the end of the story."""
    step = STEPS.get(request.POST.get("by", ""))
    if step is None:
        raise BadRequest("Say how much time shall pass: an hour or a day.")
    step = min(step, max(firm_clock.ENDS - clock.now(), timedelta(0)))
    firm_clock.advance(made_up.folder, by=step, snapshot=made_up.snapshot)
    _look(request, "The firm's clock was put forward.")
    return _back(request)


@require_POST
@_of_the_firm
def mend(request: HttpRequest, made_up: MadeUp) -> HttpResponse:
    fault = request.POST.get("fault", "")
    try:
        firm_clock.mend(made_up.folder, fault, snapshot=made_up.snapshot)
    except KeyError:
        raise BadRequest("There is no such fault; choose one on the page.") from None
    _look(request, f"{presenting.in_words(fault).capitalize()}: mended in the firm.")
    return _back(request)


def _look(request: HttpRequest, said: str) -> None:
    """Have the systems asked at once; the act itself is done even if nobody can be asked."""
    try:
        look_again(request.user)
    except RedisError:
        messages.error(request, f"{said} {QUEUE_IS_DOWN}")
    else:
        messages.success(request, f"{said} The systems are being asked; the screens follow.")


def _back(request: HttpRequest) -> HttpResponse:
    shown: Any = "?truth=shown" if request.POST.get("truth") else ""
    return HttpResponseRedirect(reverse("demo:firm") + shown)
