"""The reader's own choices, the plotting library, and what is said when a page cannot be."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from opsboard.ui import plotly
from opsboard.ui.context import THEMES
from opsboard.ui.pages import safe_next, wants_part

YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Light or dark sheet, keys on or off: kept in this browser."""
    response = HttpResponseRedirect(safe_next(request, "/"))
    if "theme" in request.POST:
        _remember(response, "theme", request.POST["theme"], THEMES)
    if "keys" in request.POST:
        _remember(response, "keys", request.POST["keys"], ("off",))
    return response


def _remember(response: HttpResponse, name: str, value: str, known: tuple[str, ...]) -> None:
    if value in known:
        response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True)
    else:
        response.delete_cookie(name, samesite="Lax")


@login_not_required
@require_safe
def plotting(request: HttpRequest, release: str) -> HttpResponse:
    """plotly.js from the installed package; its release stands in the address, so it never ages."""
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    body = plotly.packed() if packed else plotly.FILE.read_bytes()
    response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    # Only our own words are repeated; Django's suspicions are for the log.
    said = str(exception) if isinstance(exception, BadRequest) else ""
    return _refusal(request, 400, said or "The address or the form holds something unknown.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refusal(request, 403, str(exception) or "Your role may not do this.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refusal(request, 404, "Nothing stands at this address, or not for you.")


def failed(request: HttpRequest) -> HttpResponse:
    """Stands on nothing that may have just failed: no database, no reader."""
    return HttpResponse(render_to_string("500.html"), status=500)


def _refusal(request: HttpRequest, status: int, said: str) -> HttpResponse:
    """A page for a browser; a toast for htmx, which leaves the page as it is."""
    if not wants_part(request):
        return render(request, f"{status}.html", {"said": said}, status=status)
    response = render(request, "ui/_refused.html", {"said": said}, status=status)
    response["HX-Reswap"] = "none"
    response["X-Said"] = "yes"
    return response
