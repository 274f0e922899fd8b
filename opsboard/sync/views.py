"""The systems: what comes in, what does not, and what may be done about it."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from redis import RedisError

from opsboard import clock
from opsboard.sync import overview, queries, turns
from opsboard.sync.masking import reason_for, shown
from opsboard.sync.models import Connection, Pipeline, RefusedRow, Run, Stream
from opsboard.sync.overview import UNFINISHED
from opsboard.sync.wording import QUEUE_IS_DOWN, headline, pulled, released, replayed
from opsboard.ui.numbers import whole
from opsboard.ui.pages import page_or_part, room, safe_next

ROWS, RUNS = 10, 20


@require_safe
@room("systems")
def systems(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    lines = overview.systems(now)
    context = {
        "as_of": now,
        "systems": lines,
        "headline": headline(lines, now, _zone(request)),
        "rows": sum(one.rows for one in lines),
        "refused": sum(one.refused for one in lines),
        **_turn(),
    }
    if not request.htmx:
        context["reasons"] = [
            one | {"reason": reason_for(one["reason"], one["field"], request.user)}
            for one in overview.refused_reasons()
        ]
    return page_or_part(request, "sync/systems.html", "sync/_systems.html", context)


@require_safe
@room("systems")
def system(request: HttpRequest, slug: str) -> HttpResponse:
    now = clock.now()
    connection = get_object_or_404(Connection, slug=slug, active=True)
    context = {
        "as_of": now,
        "connection": connection,
        "system": overview.systems(now, slug)[0],
        **_turn(),
    }
    if not request.htmx:
        context |= {"refused": _refused(request, slug), "runs": _runs(request, slug)}
    return page_or_part(request, "sync/system.html", "sync/_streams.html", context)


@require_POST
@room("systems")
def pull(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Ask now: one connection, or all."""
    _allow(request, "pull")
    if slug:
        get_object_or_404(Connection, slug=slug, active=True)
    turn = _ask(request, "by hand", slug)
    if turn:
        messages.success(request, pulled(turn))
    return _back(request, slug)


@require_POST
@room("systems")
def release(request: HttpRequest, slug: str, stream: int) -> HttpResponse:
    """Ask a stopped stream again: what stood in the way has been mended."""
    _allow(request, "pull")
    found = get_object_or_404(_streams(slug), pk=stream)
    moved = queries.release(found, by=request.user)
    if moved:
        _ask(request, "released", slug)
    messages.success(request, released(found, was_stopped=moved))
    return _back(request, slug)


@require_POST
@room("systems")
def replay(request: HttpRequest, slug: str) -> HttpResponse:
    """Open refused rows again under the mapping in force: the given ones, or all of a stream."""
    _allow(request, "replay")
    wanted = RefusedRow.objects.filter(stream__in=_streams(slug), state=RefusedRow.State.OPEN)
    if "row" in request.POST:
        wanted = wanted.filter(pk__in=_numbers(request.POST.getlist("row")))
    elif "stream" in request.POST:
        wanted = wanted.filter(stream__in=_numbers(request.POST.getlist("stream")))
    else:
        raise BadRequest("Say which rows to replay: choose a row or a stream on the page.")
    rows = list(wanted)
    count = queries.replay(rows, by=request.user)
    if count:
        _ask(request, "replay", slug)
    messages.success(request, replayed(count, len(rows)))
    return _back(request, slug)


def _ask(request: HttpRequest, trigger: str, slug: str) -> Pipeline | None:
    """Ask for a turn; none when it is written down but the queue does not answer just now."""
    try:
        return turns.request(trigger=trigger, by=request.user, connection=slug)
    except RedisError:
        messages.error(request, QUEUE_IS_DOWN)
        return None


def _refused(request: HttpRequest, slug: str) -> dict:
    """A page of open refusals, newest first, each as the reader may see it."""
    rows = RefusedRow.objects.filter(
        stream__in=_streams(slug), state=RefusedRow.State.OPEN
    ).select_related("stream", "page")
    total = rows.count()
    rows = rows.defer("page__body")
    before = _number(request, "refused_before")
    page = list((rows.filter(pk__lt=before) if before else rows).order_by("-pk")[: ROWS + 1])
    lines = [
        {
            "row": row,
            "shown": shown(row, request.user),
            "reason": reason_for(row.reason, row.field, request.user),
        }
        for row in page[:ROWS]
    ]
    return {"lines": lines, "total": total, "next": page[ROWS - 1].pk if page[ROWS:] else None}


def _runs(request: HttpRequest, slug: str) -> dict:
    runs = Run.objects.filter(stream__in=_streams(slug)).select_related("stream")
    before = _number(request, "runs_before")
    page = list((runs.filter(pk__lt=before) if before else runs).order_by("-pk")[: RUNS + 1])
    return {"lines": page[:RUNS], "next": page[RUNS - 1].pk if page[RUNS:] else None}


def _streams(slug: str):
    return Stream.objects.filter(connection=slug, connection__active=True, active=True)


def _turn() -> dict:
    turn = overview.turn()
    return {"turn": turn, "is_turning": bool(turn) and turn.state in UNFINISHED}


def _zone(request: HttpRequest) -> str:
    return str(request.user.place)


def _allow(request: HttpRequest, act: str) -> None:
    if not request.user.may(act):
        raise PermissionDenied(
            f"To {act} is for integration support, controllers and administrators."
        )


def _number(request: HttpRequest, name: str) -> int | None:
    value = request.GET.get(name)
    return _numbers([value])[0] if value else None


def _numbers(values: list[str]) -> list[int]:
    numbers = [whole(value) for value in values]
    if None in numbers:
        raise BadRequest("A number in the address is not one; follow a link of the page instead.")
    return numbers


def _back(request: HttpRequest, slug: str) -> HttpResponse:
    page = reverse("sync:system", args=[slug]) if slug else reverse("sync:systems")
    return HttpResponseRedirect(safe_next(request, page))
