"""Statements: whether the whole adds up, by company and period, and the rows behind it."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opsboard import clock
from opsboard.audit import log as audit
from opsboard.boards import drill, wording
from opsboard.boards.kept import kept_cells
from opsboard.boards.resting import feeds_of, judged_at
from opsboard.boards.statements import Asking, Statement, statements
from opsboard.controls.catalogue import library
from opsboard.exceptions.models import Group
from opsboard.exceptions.queue.export import FORMULA
from opsboard.ui.numbers import whole
from opsboard.ui.pages import room

EXPORTED = {
    "key": "Record",
    "what": "What",
    "entity": "Company",
    "day": "Day",
    "bucket": "Where it stands",
    "standing": "Standing",
    "control": "Control",
    "cause": "Cause",
    "currency": "Unit",
    "amount": "Amount",
}


@require_safe
@room("statements")
def overview(request: HttpRequest) -> HttpResponse:
    """All of them for one period: a tick, or what is not explained."""
    now = clock.now()
    answers = {
        code: kept_cells(Asking(one, now, request.user)).cells for code, one in statements().items()
    }
    periods = sorted({cell.period for cells in answers.values() for cell in cells}, reverse=True)
    period = _chosen_period(request, periods, now)
    entities = sorted({cell.entity for cells in answers.values() for cell in cells})
    lines = [
        wording.line(one, [cell for cell in answers[code] if cell.period == period], entities)
        for code, one in statements().items()
    ]
    context = {
        "as_of": now,
        "judged_at": judged_at(),
        "period": period,
        "periods": periods[: wording.PERIODS],
        "entities": entities,
        "lines": lines,
        "broken": sum(any(place.breaks for place in line.places) for line in lines),
        "bound": request.user.entities,
    }
    return render(request, "boards/statements.html", context)


@require_safe
@room("statements")
def statement(request: HttpRequest, code: str) -> HttpResponse:
    """One of them: companies and currencies by period, every number a link to its rows."""
    one = _statement(code)
    answer = kept_cells(Asking(one, clock.now(), request.user))
    every = sorted({cell.entity for cell in answer.cells})
    entity = request.GET.get("entity")
    if entity is not None and entity not in every:
        raise BadRequest("The statement knows no such company; follow a link of the page instead.")
    shown = [cell for cell in answer.cells if entity is None or cell.entity == entity]
    context = {
        "as_of": answer.as_of,
        "judged_at": judged_at(),
        "statement": one,
        "seen": one.may_be_seen_by(request.user),
        "finding": wording.finding(one, shown),
        "entities": every,
        "entity": entity,
        "groups": wording.by_place(one, shown),
        "feeds": feeds_of(one.feeds),
        "explained_by": [(name, library().get(name)) for name in one.explained_by],
        "bound": request.user.entities,
    }
    return render(request, "boards/statement.html", context)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One number of a statement, as its address names it."""

    asking: Asking
    entity: str
    period: date
    currency: str
    column: str

    def rows(self, **page: Any) -> drill.Rows:
        return drill.rows(
            self.asking, self.period, self.column, self.currency, of=self.entity, **page
        )

    @property
    def unit(self) -> str:
        return wording.unit_of(self.currency)

    @property
    def minor(self) -> bool:
        """Shown to the hundredth, as books are; records are counted."""
        return self.currency != "n"

    def query(self) -> str:
        period = f"{self.period:%Y-%m-%d}"
        given = {"entity": self.entity, "period": period, "currency": self.currency}
        return urlencode({**given, "column": self.column})

    def in_words(self) -> str:
        return wording.cell_in_words(self.entity, self.period, self.currency, self.column)


@require_safe
@room("statements")
def behind(request: HttpRequest, code: str) -> HttpResponse:
    """The rows that add up to one number."""
    wanted = _wanted(request, code)
    offset = whole(request.GET.get("from") or "0")
    if offset is None:
        raise BadRequest("The address names no row; follow a link of the page instead.")
    found = wanted.rows(offset=offset)
    cases = [row["group_id"] for row in found.rows if row["group_id"]]
    visible = Group.objects.visible_to(request.user).filter(pk__in=cases)
    context = {
        "as_of": wanted.asking.as_of,
        "judged_at": judged_at(),
        "statement": wanted.asking.statement,
        "wanted": wanted,
        "seen": wanted.asking.statement.may_be_seen_by(request.user),
        "found": found,
        "first": offset + 1,
        "last": offset + len(found.rows),
        "older": offset + len(found.rows) if offset + len(found.rows) < found.number else None,
        "cases": set(visible.values_list("pk", flat=True)),
    }
    return render(request, "boards/statement_rows.html", context)


@require_safe
@room("statements")
def behind_as_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The same rows, all of them, stamped with what was asked and of which instant."""
    wanted = _wanted(request, code)
    found = wanted.rows(limit=None)
    audit.record(
        "statement.exported",
        f"statement:{code}",
        by=request.user,
        after={"filter": wanted.query(), "rows": found.number},
    )
    writer = csv.writer(_Echo())
    lines = (writer.writerow(line) for line in _lines(wanted, found, request.user))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"{code}-{wanted.period:%Y-%m}-{wanted.column}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class _Echo:
    """csv wants a file to write to; here each line goes straight out."""

    def write(self, line: str) -> str:
        return line


def _lines(wanted: Wanted, found: drill.Rows, person: Any) -> Iterator[list[Any]]:
    one = wanted.asking.statement
    yield [f"{one.code} {one.title}: {wanted.in_words()}"]
    yield [f"As of {wanted.asking.as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}, for {person}"]
    yield ["Total", "restricted" if found.total is None else f"{found.total:f}"]
    yield []
    yield list(EXPORTED.values())
    for row in found.rows:
        yield [_cell(row[name]) for name in EXPORTED]


def _cell(value: Any) -> str:
    if value is None:
        return "restricted"
    text = value.isoformat() if isinstance(value, date) else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def _statement(code: str) -> Statement:
    if code not in statements():
        raise Http404
    return statements()[code]


def _wanted(request: HttpRequest, code: str) -> Wanted:
    given = request.GET
    try:
        period = date.fromisoformat(given.get("period", ""))
    except ValueError:
        raise BadRequest("The address names no period; use a link of the page.") from None
    column = given.get("column", "closing")
    if column not in drill.COLUMNS:
        raise BadRequest("The statement has no such column; use a link of the page.")
    entity = given.get("entity", "")
    asking = Asking(_statement(code), clock.now(), request.user, entity)
    return Wanted(asking, entity, period, given.get("currency", ""), column)


def _chosen_period(request: HttpRequest, periods: list[date], now: datetime) -> date | None:
    """The wanted one, else the last that is over."""
    wanted = request.GET.get("period", "")
    found = next((one for one in periods if f"{one:%Y-%m}" == wanted), None)
    if wanted and not found:
        raise BadRequest("The statements have no such period; follow a link of the page instead.")
    this_month = now.astimezone(UTC).date().replace(day=1)
    over = [one for one in periods if one < this_month - timedelta(days=1)]
    return found or next(iter(over or periods), None)
