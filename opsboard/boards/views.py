"""Home: what stands at risk, what waits for the reader, and where it comes from."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from opsboard import clock
from opsboard.boards import figures, queries
from opsboard.exceptions.ledger import ledger_by, totals
from opsboard.exceptions.models import Group
from opsboard.exceptions.queries import MOST_COUNTED, Groups, may_see
from opsboard.exceptions.queue.filter import NO_ENTITY
from opsboard.exceptions.wording import cause_title
from opsboard.people.models import Person
from opsboard.ui import words
from opsboard.ui.pages import room


@room("today")
def today(request: HttpRequest) -> HttpResponse:
    now, person = clock.now(), request.user
    groups = Group.objects.unsettled().visible_to(person)
    sees_value = may_see("value_at_risk", person)
    sums = totals(groups, person, whole=True)
    largest = queries.largest(groups, person) if sees_value else None
    context = {
        "as_of": now,
        "most": MOST_COUNTED,
        "totals": sums,
        "counts": queries.counts(groups, person, now),
        "controls": queries.controls_run(),
        "yours": queries.waiting(groups, person),
        "deadlines": queries.deadlines(groups, person, now),
        "largest": largest,
        "share": _share(largest.value, sums.value) if largest else "",
        "entities": by_entity(groups, person, now),
        "sees_value": sees_value,
        **by_cause(groups, person, now),
    }
    return render(request, "boards/today.html", context)


def by_entity(groups: Groups, person: Person, now: datetime) -> list[dict[str, Any]]:
    lines = ledger_by("legal_entity", groups, person, now)
    for line in lines:
        line["address"] = _queue(entity=line["of"] or NO_ENTITY)
    return lines


def by_cause(groups: Groups, person: Person, now: datetime) -> dict[str, Any]:
    """The bars of the figure and the same as a table; numbers of causes for the masked reader."""
    alone, rest = figures.folded(ledger_by("cause", groups, person, now))
    bars = [_bar(cause_title(line["of"]), [line["of"]], line) for line in alone]
    if rest:
        slugs = [line["of"] for line in rest]
        # Not the sum of their lines: what two of them share counts once.
        sums = totals(groups.filter(cause__in=slugs), person)
        both = {"groups": sums.groups, "value": sums.value}
        bars.append(_bar(f"{len(rest)} others", slugs, both, others=True))
    figure = figures.causes(bars) if bars else None
    return {"bars": bars, "figure": figure, "finding": figures.finding(bars)}


def _bar(label: str, slugs: list[str], line: dict, *, others: bool = False) -> dict[str, Any]:
    size = line["groups"] if line["value"] is None else line["value"]
    return {
        "label": label,
        "size": size,
        "said": words.bracketed(size),
        "groups": line["groups"],
        "value": line["value"],
        "address": _queue(cause=",".join(slugs)),
        "others": others,
    }


def _queue(**choices: str) -> str:
    return f"{reverse('exceptions:queue')}?{urlencode(choices)}"


def _share(part: Decimal, whole: Decimal) -> str:
    """A part in words: people read "a third", not 33.4 %."""
    named = [(0.9, "nearly all of it"), (0.6, "most of it"), (0.45, "half of it")]
    named += [(0.3, "a third of it"), (0.22, "a quarter of it")]
    share = float(part / whole) if whole else 0.0
    found = (said for least, said in named if share >= least)
    return next(found, f"{share:.0%}".replace("%", "\u00a0% of it"))
