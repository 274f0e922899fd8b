"""The heads of the queue: late, due today, and each day after, with count and sum."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from opsboard.exceptions.models.group import LATE, NEVER
from opsboard.exceptions.queries import MOST_COUNTED, Groups, masked
from opsboard.exceptions.queue.paging import Page
from opsboard.exceptions.queue.together import Asked


@dataclass(frozen=True, slots=True)
class Day:
    """One head with its rows on this page; `groups` and `value` are of the whole day, and None of
    one that goes on beyond the page, until they are added up.

    Of more causes than are counted only their number is told, as that many and more.
    """

    slug: str
    words: str
    rows: list[dict[str, Any]]
    groups: int | None
    value: Decimal | None

    @property
    def is_long(self) -> bool:
        return (self.groups or 0) > MOST_COUNTED


def unfinished(page: Page) -> list[date]:
    """The days of a page that go on before it or after it: their sums are asked for."""
    if not page.rows:
        return []
    first, last = page.rows[0]["day"], page.rows[-1]["day"]
    found = {first} if page.before else set()
    return sorted(found | ({last} if page.after else set()))


def sums_of(groups: Groups, day: date, person: Any, now: datetime) -> Asked:
    """Count and sum of one day over the whole list, none counted beyond MOST_COUNTED + 1."""
    parts = [groups.filter(due_on=day)]
    if day == LATE:
        parts.append(groups.filter(awaited_at__lt=now))
    else:
        parts = [parts[0].exclude(due_at__lt=now)]
    texts, given = [], []
    for part in parts:
        rows = part.order_by().values(value=masked("value_at_risk", person))
        sql, values = rows[: MOST_COUNTED + 1].query.sql_with_params()
        texts.append(f"({sql})")
        given += values
    both = " union all ".join(texts)
    return f"select jsonb_build_array(count(*), sum(value)) from ({both}) one", given


def days_of(
    rows: list[dict[str, Any]], unfinished: list[date], now: datetime, zone: ZoneInfo
) -> list[Day]:
    """The rows of one page under the heads of their days."""
    found = []
    for day, under in groupby(rows, itemgetter("day")):
        few = list(under)
        number, value = (None, None) if day in unfinished else (len(few), _sum(few))
        found.append(Day(f"{day}", _words(day, now, zone), few, number, value))
    return found


def day_of(day: date, sums: list, now: datetime, zone: ZoneInfo) -> Day:
    """The head of a whole day, as `sums_of` it was answered."""
    number, value = sums
    value = None if value is None else Decimal(value)
    return Day(f"{day}", _words(day, now, zone), [], number, value)


def _sum(rows: list[dict[str, Any]]) -> Decimal | None:
    values = [row["value"] for row in rows]
    return None if None in values else sum(values, Decimal(0))


def _words(day: date, now: datetime, zone: ZoneInfo) -> str:
    today = now.astimezone(zone).date()
    named = {LATE: "Late", NEVER: "No deadline", today: "Due today"}
    if day in named:
        return named[day]
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%A} {day.day} {day:%B}{year}"
