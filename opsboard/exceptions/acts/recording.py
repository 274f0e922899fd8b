"""Evidence files: putting one on record, and reading it; and what calls somebody."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from opsboard import clock
from opsboard.audit import log as audit
from opsboard.exceptions.acts.answering import allowed, answer, done
from opsboard.exceptions.item import files
from opsboard.exceptions.item.page import find
from opsboard.exceptions.models import Evidence, Group, Mention
from opsboard.ui.pages import room

MOST_FILES = 50
RECENT = 50


@require_POST
@room("exceptions")
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever may comment may put a file on record."""
    group = allowed(request, pk, "comment")
    sent = request.FILES.get("file")
    if sent is None:
        return _refused(request, group, "Choose a file.")
    if group.evidence_files.count() >= MOST_FILES:
        return _refused(request, group, f"{MOST_FILES} files are on record; write a link instead.")
    try:
        taken = files.take(sent.name, sent.file)
    except files.Unfit as unfit:
        return _refused(request, group, str(unfit))
    group.file(taken, by=request.user)
    return done(request, group, f"{taken.name} is on record. It cannot be changed or removed.")


@require_safe
@room("exceptions")
def evidence(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Only to whoever may see the group, only to be saved, and never as what a browser runs."""
    find(request.user, pk)
    found = Evidence.objects.filter(pk=number, group=pk).first()
    if found is None:
        raise Http404("There is no such file.")
    try:
        content = files.content_of(found.sha256)
    except files.Unfit as unfit:
        return HttpResponse(str(unfit), status=410, content_type="text/plain; charset=utf-8")
    audit.record("evidence.read", f"group:{pk}", by=request.user, after=found.sha256)
    return HttpResponse(
        content,
        content_type=found.media_type,
        headers={
            "Content-Disposition": content_disposition_header(
                as_attachment=True, filename=found.name
            ),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


@require_safe
@room("exceptions")
def mentions(request: HttpRequest) -> HttpResponse:
    """Where somebody calls the reader, newest first, as far as the reader still sees it."""
    seen = Group.objects.visible_to(request.user).values("pk")
    found = Mention.objects.filter(person=request.user, line__group__in=seen)
    found = found.select_related("line__group", "line__by").order_by("-line__at")[:RECENT]
    context = {"as_of": clock.now(), "mentions": found}
    return render(request, "exceptions/mentions.html", context)


def _refused(request: HttpRequest, group: Group, reason: str) -> HttpResponse:
    messages.error(request, f"Not saved. {reason}")
    return answer(request, group)
