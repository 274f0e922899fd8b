"""The heads of the queue: late, due today, and each day after, with count and sum."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, DateField, DecimalField, Max, Q, Sum, Value, When
from django.db.models.functions import TruncDate

from opsboard.exceptions.queries import Groups, may_see

# Stand for "late" and "no deadline" where a day is expected; both sort where they belong.
LATE = date.min
NEVER = date.max


@dataclass(frozen=True, slots=True)
class Day:
    """One head with its rows on this page; `groups` and `value` are of the whole day."""

    words: str
    rows: list[SimpleNamespace]
    groups: int
    value: Decimal | None


def days_of(rows: list[SimpleNamespace], groups: Groups, person: Any, now: datetime) -> list[Day]:
    """The rows of one page under the heads of their days, in the order they came."""
    if not rows:
        return []
    zone = person.place
    heads = [
        (when, list(found)) for when, found in groupby(rows, lambda r: _day(r.due_at, now, zone))
    ]
    sums = _sums(groups.filter(_between(heads[0][0], heads[-1][0], now, zone)), person, now, zone)
    return [Day(_words(when, now, zone), found, *sums[when]) for when, found in heads]


def _sums(groups: Groups, person: Any, now: datetime, zone: ZoneInfo) -> dict[date, tuple]:
    """Count and sum of every day that the page touches, over the whole list."""
    nothing = Max(Value(None, output_field=DecimalField()))
    value = Sum("value_at_risk") if may_see("value_at_risk", person) else nothing
    day = Case(
        When(due_at=None, then=Value(NEVER)),
        When(due_at__lt=now, then=Value(LATE)),
        default=TruncDate("due_at", tzinfo=zone),
        output_field=DateField(),
    )
    found = groups.order_by().annotate(day=day).values("day")
    found = found.annotate(number=Count("pk"), value=value)
    return {row["day"]: (row["number"], row["value"]) for row in found}


def _between(first: date, last: date, now: datetime, zone: ZoneInfo) -> Q:
    """The deadlines of these days, and of those between."""
    if first == NEVER:
        return Q(due_at=None)
    dated = Q(due_at__isnull=False)
    if first != LATE:
        dated &= Q(due_at__gte=max(now, _midnight(first, zone)))
    if last == LATE:
        return dated & Q(due_at__lt=now)
    if last == NEVER:
        return dated | Q(due_at=None)
    return dated & Q(due_at__lt=_midnight(last + timedelta(days=1), zone))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _day(due_at: datetime | None, now: datetime, zone: ZoneInfo) -> date:
    if due_at is None:
        return NEVER
    return LATE if due_at < now else due_at.astimezone(zone).date()


def _words(day: date, now: datetime, zone: ZoneInfo) -> str:
    today = now.astimezone(zone).date()
    named = {LATE: "Late", NEVER: "No deadline", today: "Due today"}
    if day in named:
        return named[day]
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%A} {day.day} {day:%B}{year}"
