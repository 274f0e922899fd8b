"""The door: signing in and out."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from opsboard.audit.log import record
from opsboard.people import queries
from opsboard.people.demo import DOORS
from opsboard.people.forms import SignIn, address_of
from opsboard.people.models import Person
from opsboard.ui.pages import safe_next

BACKEND = "django.contrib.auth.backends.ModelBackend"
HOME = "/"
WRONG = "This name and password do not belong together. Look at both, and at the capitals"
RESTING = "Five wrong tries. Sign-in rests for 15 minutes; the right password waits too"


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.htmx:
        return _whole_page(request)
    form = SignIn(request.POST or None)
    onward = safe_next(request, HOME)
    if request.user.is_authenticated:
        return HttpResponseRedirect(onward)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            person = queries.sign_in(**form.cleaned_data, address=address_of(request))
        except queries.Resting:
            form.add_error("name", RESTING)
            status = 429
        else:
            if person:
                login(request, person)
                return HttpResponseRedirect(onward)
            form.add_error("name", WRONG)
    context = {"form": form, "onward": onward, "doors": DOORS if settings.DEMO else ()}
    return render(request, "people/sign_in.html", context, status=status)


def _whole_page(request: HttpRequest) -> HttpResponse:
    """The session ended while a page stood open: its next small request leads to the door."""
    here = request.htmx.current_url_abs_path or HOME
    door = resolve_url(settings.LOGIN_URL)
    return HttpResponseClientRedirect(f"{door}?{urlencode({'next': here})}")


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))


@login_not_required
@require_POST
def enter(request: HttpRequest, username: str) -> HttpResponse:
    """Through a door of the demonstration, without a password; no such address elsewhere."""
    if not settings.DEMO or username not in {door.username for door in DOORS}:
        raise Http404
    person = get_object_or_404(Person, username=username, is_active=True)
    record("signed_in_demo", f"sign_in:{address_of(request)}", by=person)
    login(request, person, BACKEND)
    return HttpResponseRedirect(safe_next(request, HOME))
