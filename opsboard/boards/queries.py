"""What home says: every number comes from the question that the queue behind it asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery

from opsboard.controls.models import Control, ControlRun
from opsboard.exceptions.item.case import row_of
from opsboard.exceptions.models import Group
from opsboard.exceptions.models.group import LATE
from opsboard.exceptions.queries import Groups, count_each
from opsboard.exceptions.queue.apart import to_move
from opsboard.exceptions.queue.filter import BY_MONEY, by_due
from opsboard.exceptions.queue.paging import Order, page_of

YOURS, DEADLINES = 5, 6
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Controls:
    """The last run of every active control."""

    active: int
    run: int
    failed: int
    not_evaluated: int


def controls_run() -> Controls:
    runs = ControlRun.objects.filter(control=OuterRef("pk")).order_by("-started_at", "-pk")
    last = Control.objects.filter(active=True).annotate(
        ended=Subquery(runs.values("state")[:1]),
        unjudged=Subquery(runs.values("not_evaluated")[:1]),
    )
    return Controls(
        **last.aggregate(
            active=Count("pk"),
            run=Count("pk", filter=Q(ended="done")),
            failed=Count("pk", filter=Q(ended="failed")),
            not_evaluated=Count("pk", filter=Q(unjudged__gt=0)),
        )
    )


def counts(groups: Groups, person: Any, now: datetime) -> dict[str, int]:
    """Open, late, due today, and what moved in the last day; one statement."""
    past = Group.objects.visible_to(person)
    return count_each(
        {
            "open": groups,
            "late": groups.overdue(now),
            "came": groups.filter(detected_at__gte=now - A_DAY),
            "cleared": past.resolved_since(now - A_DAY),
        }
    )


def waiting(groups: Groups, person: Any) -> list[SimpleNamespace]:
    """What this reader, or the reader's team, must move next."""
    return _first(groups, person, by_due(person), YOURS, to_move(person))


def deadlines(groups: Groups, person: Any, now: datetime) -> list[SimpleNamespace]:
    """What falls due next; what is late already has a line of its own."""
    return _first(
        groups.filter(due_at__gte=now, due_on__gt=LATE), person, by_due(person), DEADLINES
    )


def largest(groups: Groups, person: Any) -> SimpleNamespace | None:
    """The cause that holds most; asked only for a reader who sees amounts."""
    found = _first(groups.filter(value_at_risk__gt=0), person, BY_MONEY, 1)
    return found[0] if found else None


def _first(
    groups: Groups, person: Any, order: Order, number: int, lists: Sequence[Q] = (Q(),)
) -> list[SimpleNamespace]:
    rows = page_of(groups.shown_to(person), order, "", number, lists).rows
    return [row_of(row, person) for row in rows]
