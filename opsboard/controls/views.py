"""The control library, as its owner and its auditor read it."""

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opsboard import clock
from opsboard.controls import evidence
from opsboard.controls.catalogue import Definition, library
from opsboard.controls.models import ControlRun, ControlVersion
from opsboard.controls.own import own_controls
from opsboard.controls.wording import (
    CLASSES,
    PERIODS,
    SEVERITIES,
    VERDICTS,
    finding,
    headline,
)
from opsboard.ui.numbers import whole
from opsboard.ui.pages import room

PAGE = 25


@require_safe
@room("controls")
def catalogue(request: HttpRequest) -> HttpResponse:
    every = evidence.lines()
    context = {
        "as_of": clock.now(),
        "headline": headline(every),
        "workflows": evidence.by_workflow(every),
        "verdicts": VERDICTS,
        "mistakes": own_controls().mistakes,
    }
    return render(request, "controls/catalogue.html", context)


@require_safe
@room("controls")
def control(request: HttpRequest, code: str) -> HttpResponse:
    definition = library().get(code)
    if definition is None:
        raise Http404
    line = evidence.line(definition)
    context = {
        "as_of": clock.now(),
        "line": line,
        "definition": definition,
        "finding": finding(line),
        "verdicts": VERDICTS,
        "words": _words(definition),
        "file": definition.path.read_text(encoding="utf-8"),
        "versions": ControlVersion.objects.filter(control=code).order_by("-version")[:PAGE],
        **_runs(request, code),
    }
    return render(request, "controls/control.html", context)


def _words(definition: Definition) -> dict[str, object]:
    """The header's codes in words."""
    return {
        "class": CLASSES.get(definition.error_class, definition.error_class),
        "period": "; ".join(PERIODS.get(one, one) for one in definition.period),
        "severity": f"{SEVERITIES[definition.floor]} to {SEVERITIES[definition.cap]}",
        "watches": ", ".join(dict.fromkeys(one.kind for one in definition.watches)),
    }


def _runs(request: HttpRequest, code: str) -> dict[str, object]:
    """The evidence, newest first; `before` is the id of the last run already seen."""
    runs = ControlRun.objects.filter(control=code)
    before = request.GET.get("before", "")
    if before:
        last = whole(before)
        if last is None:
            raise BadRequest("The address names no run; follow a link of the page instead.")
        runs = runs.filter(pk__lt=last)
    page = list(runs.order_by("-pk")[: PAGE + 1])
    return {"runs": page[:PAGE], "older": page[PAGE - 1].pk if page[PAGE:] else None}
