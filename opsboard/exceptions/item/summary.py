"""What hangs on a group, added up: by project and client, by day, and in one sentence."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.db.models import Count

from opsboard.exceptions.item.subjects import is_about_messages, predicate, thing
from opsboard.exceptions.models import ExceptionItem
from opsboard.exceptions.queries import may_see

SQL = Path(__file__).parent.parent / "sql"
SHOWN = 6
# Fewer days say nothing that the table does not, more do not fit.
FEWEST_DAYS, MOST_DAYS = 3, 62


@dataclass(frozen=True, slots=True)
class Line:
    """One project; `value` in group currency, None where the reader may not see it."""

    project: str
    client: str
    records: int
    people: int
    hours: Decimal | None
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Summary:
    """`lines` are the largest, `others` what is left of them in one; `total` is the group's own."""

    lines: list[Line]
    others: Line | None
    total: Line
    days: list[tuple[date, int, Decimal | None]]
    counts: list[tuple[str, int]]
    projects: int

    @property
    def worth_a_table(self) -> bool:
        return self.projects > 1

    @property
    def is_by_hours(self) -> bool:
        return any(hours for _, _, hours in self.days)

    @property
    def has_figure(self) -> bool:
        return FEWEST_DAYS <= len(self.days) <= MOST_DAYS


def summary_of(group: SimpleNamespace, person: Any) -> Summary | None:
    """Nothing for a group that is settled: its claims on money are gone."""
    if group.is_settled:
        return None
    sees = may_see("value_at_risk", person)
    rows = [Line(*row) for row in _asked("by_project", group=group.id, sees_value=sees)]
    if not sees:
        rows = [_masked(row) for row in rows]
    unsettled = ExceptionItem.objects.filter(group=group.id).unsettled()
    counts = unsettled.values_list("control").annotate(items=Count("pk"))
    return Summary(
        rows[:SHOWN],
        _together(f"{len(rows) - SHOWN} more projects", rows[SHOWN:]) if rows[SHOWN:] else None,
        _together(
            "All", rows, people=unsettled.aggregate(n=Count("worker_id", distinct=True))["n"]
        ),
        list(_asked("by_day", group=group.id)),
        sorted(counts, key=lambda one: (-one[1], is_about_messages(one[0]), one[0])),
        sum(1 for row in rows if row.project),
    )


def headline(group: SimpleNamespace, summary: Summary | None, currency: str) -> dict[str, str]:
    """The sentence of the page in its parts: what hangs on it (a link to the rows), of whom, how
    much, and what is the matter with it."""
    if summary is None or not summary.counts:
        return {}
    control, count = summary.counts[0]
    return {
        "what": f"{_number(count)} {thing(control, count)}",
        "whom": f" of {summary.total.people} people" if summary.total.people > 1 else "",
        "how_much": _how_much(summary.total, currency),
        "says": predicate(control, count),
    }


def _how_much(total: Line, currency: str) -> str:
    parts = []
    if total.hours:
        parts.append(f"{_number(total.hours)}\N{NO-BREAK SPACE}h")
    if total.value:
        parts.append(f"{_number(total.value)}\N{NO-BREAK SPACE}{currency} at risk")
    return " and ".join(parts)


def _number(value: Decimal | int) -> str:
    return f"{round(value):,}".replace(",", "\N{NO-BREAK SPACE}")


def _together(name: str, rows: list[Line], people: int | None = None) -> Line:
    """Who works on several projects counts once in all of them, so people are not added up."""
    hours = [row.hours for row in rows if row.hours is not None]
    values = [row.value for row in rows]
    return Line(
        name,
        "",
        sum(row.records for row in rows),
        people if people is not None else 0,
        sum(hours, Decimal(0)) if hours else None,
        None if None in values else sum(values, Decimal(0)),
    )


def _masked(row: Line) -> Line:
    return Line(row.project, row.client, row.records, row.people, row.hours, None)


def _asked(name: str, **values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute((SQL / f"{name}.sql").read_text(), values)
        return cursor.fetchall()
