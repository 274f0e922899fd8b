"""The queue as a file: the same rows, the same masks, stamped with filter and instant."""

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from xlsxwriter import Workbook

from opsboard import clock
from opsboard.audit import log as audit
from opsboard.config import config
from opsboard.exceptions.models import Group, Severity, State
from opsboard.exceptions.queue.filter import QueueFilter
from opsboard.exceptions.queue.mistakes import mistakes_in
from opsboard.exceptions.queue.page import not_understood
from opsboard.exceptions.queue.paging import in_order
from opsboard.exceptions.wording import control_title, plain
from opsboard.ui.pages import room

COLUMNS = {
    "id": "Case",
    "title": "What is wrong",
    "severity": "Severity",
    "state": "State",
    "control": "Control",
    "cause": "Cause",
    "legal_entity": "Entity",
    "children": "Records",
    "value": "Value at risk",
    "cost": "Cost at risk",
    "misstated": "Misstatement",
    "due_at": "Due",
    "detected_at": "Found",
    "owner_name": "Owner",
    "team_name": "Team",
}
AMOUNTS = {"value", "cost", "misstated"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A spreadsheet takes a cell that begins like this for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@room("exceptions")
def queue_as_csv(request: HttpRequest) -> HttpResponse:
    return _exported(request, "csv", _as_csv)


@room("exceptions")
def queue_as_xlsx(request: HttpRequest) -> HttpResponse:
    return _exported(request, "xlsx", _as_xlsx)


def _exported(request: HttpRequest, sort: str, written: Callable[..., Any]) -> HttpResponse:
    now = clock.now()
    wanted = QueueFilter(request.GET, request.user, now)
    wanted.is_valid()
    if mistakes := mistakes_in(wanted):
        return not_understood(request, mistakes)
    groups = wanted.narrow(Group.objects.all())
    _remember(request, wanted, groups, sort)
    rows = in_order(groups.shown_to(request.user), wanted.running, now)
    response = written(rows.iterator(chunk_size=1000), wanted)
    name = f"exceptions-{now:%Y-%m-%d-%H%M}.{sort}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@transaction.atomic
def _remember(request: HttpRequest, wanted: QueueFilter, groups: Any, sort: str) -> None:
    """What left the house is on record (domain.md F.8)."""
    told = {"filter": wanted.query(), "rows": groups.count(), "as": sort}
    audit.record("exceptions.exported", "queue", by=request.user, after=told)


def _lines(rows: Iterator[dict], wanted: QueueFilter) -> Iterator[list[Any]]:
    yield from ([_safe(line)] if line else [] for line in _stamp(wanted))
    yield list(COLUMNS.values())
    for row in rows:
        yield [_cell(name, row) for name in COLUMNS]


def _stamp(wanted: QueueFilter) -> list[str]:
    """What the file holds, as of when, for whom, and in which currency."""
    return [
        wanted.in_words(),
        f"As of {wanted.now:%Y-%m-%dT%H:%M:%SZ}, for {wanted.person}",
        f"Amounts in {config().firm.group_currency}",
        "",
    ]


def _cell(name: str, row: dict) -> Any:
    value = _value(name, row)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if hasattr(value, "isoformat"):
        return value.isoformat(timespec="seconds")
    return _safe(value) if isinstance(value, str) else value


def _value(name: str, row: dict) -> Any:
    """What stands in a cell, masked and in words; numbers and instants as they are."""
    value = row[name]
    if name in AMOUNTS:
        return "restricted" if value is None else value
    said = {
        "severity": lambda: Severity(value).label,
        "state": lambda: State(value).label,
        "control": lambda: f"{value} {control_title(value)}",
        "cause": lambda: plain(value),
    }
    return said[name]() if name in said else value


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


class _Echo:
    """csv wants a file to write to; here each line goes straight out."""

    def write(self, line: str) -> str:
        return line


def _as_csv(rows: Iterator[dict], wanted: QueueFilter) -> StreamingHttpResponse:
    writer = csv.writer(_Echo())
    lines = (writer.writerow(line) for line in _lines(rows, wanted))
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")


def _as_xlsx(rows: Iterator[dict], wanted: QueueFilter) -> FileResponse:
    """Row by row into a temporary file: a million rows need no more memory than one."""
    # The answer closes it.
    file = TemporaryFile()  # noqa: SIM115
    with Workbook(file, {"constant_memory": True, "remove_timezone": True}) as book:
        sheet = book.add_worksheet("Exceptions")
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "# ##0.00"})
        at = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        stamp = [*_stamp(wanted)[:-1], "Instants are UTC", ""]
        for number, line in enumerate(stamp):
            sheet.write_string(number, 0, line)
        sheet.set_column(0, len(COLUMNS), 18)
        for column, head in enumerate(COLUMNS.values()):
            sheet.write_string(len(stamp), column, head, bold)
        for number, row in enumerate(rows, start=len(stamp) + 1):
            for column, name in enumerate(COLUMNS):
                _put(sheet, number, column, _value(name, row), money=money, at=at)
    file.seek(0)
    return FileResponse(file, content_type=XLSX)


def _put(sheet: Any, number: int, column: int, value: Any, *, money: Any, at: Any) -> None:
    """Text is written as text, so that none of it becomes a formula or a link."""
    if isinstance(value, Decimal):
        sheet.write_number(number, column, value, money)
    elif isinstance(value, int):
        sheet.write_number(number, column, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(number, column, value.astimezone(UTC), at)
    elif value is not None:
        sheet.write_string(number, column, value)
