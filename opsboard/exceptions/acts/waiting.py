"""Working on a group, and putting it aside: for others, or until a day."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from opsboard import clock
from opsboard.exceptions.acts.answering import allowed, done, step, too_late
from opsboard.exceptions.rights import reason_against
from opsboard.ui import words
from opsboard.ui.pages import room


@require_POST
@room("exceptions")
def start(request: HttpRequest, pk: int) -> HttpResponse:
    group = allowed(request, pk, "start")
    if reason_against("start", request.user, group) or not group.start(by=request.user):
        return too_late(request, group, "start")
    return done(request, group, f"Work started: {group.title}.")


@require_POST
@room("exceptions")
def wait(request: HttpRequest, pk: int) -> HttpResponse:
    def said(form):
        day = words.day(form.said["until"], clock.now(), request.user.place)
        return f"It waits for {form.said['on']} until {day}."

    return step(request, pk, "wait", lambda group, given: group.wait(**given), said)


@require_POST
@room("exceptions")
def snooze(request: HttpRequest, pk: int) -> HttpResponse:
    def said(form):
        day = words.day(form.said["until"], clock.now(), request.user.place)
        return f"Snoozed until {day}. The clock runs on."

    return step(request, pk, "snooze", lambda group, given: group.snooze(**given), said)


@require_POST
@room("exceptions")
def wake(request: HttpRequest, pk: int) -> HttpResponse:
    group = allowed(request, pk, "wake")
    if reason_against("wake", request.user, group) or not group.wake(by=request.user):
        return too_late(request, group, "wake")
    return done(request, group, f"Back at work: {group.title}.")
