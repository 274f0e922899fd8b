"""How a view answers: a whole page for a browser, the moving part for htmx, no entry for others."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.middleware import get_user
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from opsboard.people.roles import Rights


def page_or_part(
    request: HttpRequest, page: str, part: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The whole page for a browser; for htmx only its moving part, and what a toast has to say."""
    swap = wants_part(request)
    response = render(request, part if swap else page, context, status=status)
    if swap and len(get_messages(request)):
        response.write(render_to_string("ui/_toasts.html", {"oob": True}, request))
    patch_vary_headers(response, ["HX-Request"])
    return response


def wants_part(request: HttpRequest) -> bool:
    # A request that was refused at the door never met the middleware that knows htmx.
    htmx = getattr(request, "htmx", None)
    return bool(htmx and not htmx.boosted and not htmx.history_restore_request)


def reader(request: HttpRequest) -> Any:
    """Who reads, and not what stands for them in a request: that looks up each question anew."""
    return get_user(request)


def room(slug: str) -> Callable:
    """A door: readers whose role has no such room are told so, with 403."""

    def door(view: Callable) -> Callable:
        @wraps(view)
        def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            rights = request.user.rights
            if rights is None or slug not in rights.rooms:
                raise PermissionDenied(_closed(slug, rights))
            return view(request, *args, **kwargs)

        return enter

    return door


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Where to go after an act: only ever to a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else otherwise


def _closed(slug: str, rights: Rights | None) -> str:
    who = f"the role {rights.title}" if rights else "an account without a role"
    return f"{slug.capitalize()} is not a room of {who}. An administrator can change the role."
