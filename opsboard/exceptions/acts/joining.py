"""Taking a cause apart, putting two together, and asking another team for its part."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from opsboard.exceptions.acts.answering import step
from opsboard.ui.pages import room


@require_POST
@room("exceptions")
def seek(request: HttpRequest, pk: int) -> HttpResponse:
    return step(
        request,
        pk,
        "seek",
        lambda group, given: group.seek(**given) is not None,
        lambda form: f"Asked {form.said['team'].name}. The group stays where it is.",
    )


@require_POST
@room("exceptions")
def split(request: HttpRequest, pk: int) -> HttpResponse:
    return step(
        request,
        pk,
        "split",
        lambda group, given: group.split(**given) is not None,
        lambda form: f"Split out {len(form.said['items'])}; they stand in a group of their own.",
    )


@require_POST
@room("exceptions")
def put_back(request: HttpRequest, pk: int) -> HttpResponse:
    return step(
        request,
        pk,
        "put_back",
        lambda group, given: group.put_back(**given),
        lambda form: "Put back: they hang on their cause again.",
    )


@require_POST
@room("exceptions")
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    return step(
        request,
        pk,
        "merge",
        lambda group, given: group.merge(**given),
        lambda form: f"Merged into {form.said['into'].title}.",
    )


@require_POST
@room("exceptions")
def unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    return step(
        request,
        pk,
        "unmerge",
        lambda group, given: group.unmerge(**given),
        lambda form: "Taken apart: it is a cause of its own again.",
    )
