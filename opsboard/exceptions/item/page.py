"""The page of one group, for reading; `acts` takes what people do."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from opsboard import clock
from opsboard.controls.catalogue import catalogue
from opsboard.exceptions.deciding import requests
from opsboard.exceptions.forms.asked import FORMS, WORDS
from opsboard.exceptions.forms.working import AssignForm, ClaimForm, NoteForm
from opsboard.exceptions.item import case
from opsboard.exceptions.item.casefile import casefile
from opsboard.exceptions.item.offer import offers
from opsboard.exceptions.item.timeline import timeline_of
from opsboard.exceptions.models import Group
from opsboard.exceptions.queue.paging import BadCursor
from opsboard.exceptions.wording import ERROR_CLASSES, way_out
from opsboard.people.models import Person
from opsboard.ui.pages import page_or_part, room


@room("exceptions")
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """The cause with everything that hangs on it; parts of it for htmx, by the target they fill."""
    found = find(request.user, pk)
    target = request.htmx.target or ""
    if target.startswith("fan-"):
        few = case.children(found, request.user, size=case.FEW)
        return page_or_part(
            request, "exceptions/group.html", "exceptions/_fan.html", {"group": found, **few}
        )
    context = opened(request, found)
    part = {"rows": "exceptions/_children.html", "acting": "exceptions/_acting.html"}
    return page_or_part(
        request, "exceptions/group.html", part.get(target, "exceptions/_group.html"), context
    )


def find(person: Person, pk: int) -> case.SimpleNamespace:
    """The group as this reader may see it; 404 when there is none, 403 when it is not theirs."""
    row = Group.objects.visible_to(person).filter(pk=pk).shown_to(person).first()
    if row:
        return case.row_of(row, person)
    if Group.objects.filter(pk=pk).exists():
        raise PermissionDenied(
            "This exception belongs to a legal entity or a workflow outside your scope."
        )
    raise Http404("There is no such exception.")


def opened(request: HttpRequest, found: case.SimpleNamespace, form=None) -> dict:
    """The whole context of a group's page; `form` is one that came back with mistakes."""
    person = request.user
    item = case.shown_item(found, person, request.GET.get("item", ""))
    control = catalogue().get(item.control if item else found.control)
    act = form.act if form else request.GET.get("act", "")
    asked = requests.shown(found.id, person)
    try:
        hanging = case.children(found, person, request.GET.get("from", ""))
    except BadCursor:
        raise Http404("This page of the list does not exist.") from None
    return {
        "as_of": clock.now(),
        "group": found,
        "item": item,
        "act": act,
        "asked": asked,
        "offers": offers(found, person),
        "form": form or form_for(act, person, found, asked),
        "control": control,
        "gist": control.what.partition(". ")[0].rstrip(".") + "." if control else "",
        "steps": way_out(
            control.code if control else found.control,
            found.cause,
            unrecorded=item.unrecorded if item else bool(found.unrecorded),
        ),
        "history": case.history_of(found.id, item and item.id),
        "timeline": item and timeline_of(found.id, item, person),
        "before": case.seen_before(found, item, person),
        "elsewhere": case.counted_elsewhere(found.id),
        "shared": case.shared_by_children(found, person),
        "asks": WORDS.get(act),
        "error_class": ERROR_CLASSES.get(found.error_class, ""),
        **hanging,
        **casefile(found, person),
    }


def form_for(act: str, person: Person, found: case.SimpleNamespace, request=None):
    """The empty form of an act that needs words; none for others or when it is not allowed."""
    if act not in WORDS or act not in (found.acts | (request.acts if request else set())):
        return None
    if act in FORMS:
        return FORMS[act](group=Group.objects.get(pk=found.id), person=person)
    if act == "claim":
        return ClaimForm(late=bool(found.breached_at))
    return AssignForm(group=found) if act == "assign" else NoteForm(act=act)
