"""The queue as a file: the same rows, the same masks, stamped with filter and instant."""

import csv
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from opsboard import clock
from opsboard.audit import log as audit
from opsboard.config import config
from opsboard.exceptions.filter import QueueFilter
from opsboard.exceptions.mistakes import mistakes_in
from opsboard.exceptions.models import Group, Severity, State
from opsboard.exceptions.paging import in_order
from opsboard.exceptions.queue import not_understood
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
# A spreadsheet takes a cell that begins like this for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@room("exceptions")
def queue_as_csv(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    wanted = QueueFilter(request.GET, request.user, now)
    wanted.is_valid()
    if mistakes := mistakes_in(wanted):
        return not_understood(request, mistakes)
    groups = wanted.narrow(Group.objects.all())
    _remember(request, wanted, groups)
    rows = in_order(groups.shown_to(request.user), wanted.running, now)
    lines = _lines(rows.iterator(chunk_size=1000), wanted)
    response = StreamingHttpResponse(_written(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="exceptions-{now:%Y-%m-%d-%H%M}.csv"'
    return response


@transaction.atomic
def _remember(request: HttpRequest, wanted: QueueFilter, groups: Any) -> None:
    """What left the house is on record (domain.md F.8)."""
    told = {"filter": wanted.query(), "rows": groups.count()}
    audit.record("exceptions.exported", "queue", by=request.user, after=told)


def _lines(rows: Iterator[dict], wanted: QueueFilter) -> Iterator[list[Any]]:
    yield [wanted.in_words()]
    yield [f"As of {wanted.now:%Y-%m-%dT%H:%M:%SZ}, for {_safe(str(wanted.person))}"]
    yield [f"Amounts in {config().firm.group_currency}"]
    yield []
    yield list(COLUMNS.values())
    for row in rows:
        yield [_cell(name, row) for name in COLUMNS]


def _cell(name: str, row: dict) -> Any:
    value = row[name]
    if name in AMOUNTS:
        return "restricted" if value is None else f"{value:f}"
    said = {
        "severity": lambda: Severity(value).label,
        "state": lambda: State(value).label,
        "control": lambda: f"{value} {control_title(value)}",
        "cause": lambda: plain(value),
    }
    if name in said:
        return _safe(said[name]())
    if hasattr(value, "isoformat"):
        return value.isoformat(timespec="seconds")
    return _safe(value) if isinstance(value, str) else value


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


class _Echo:
    """csv wants a file to write to; here each line goes straight out."""

    def write(self, line: str) -> str:
        return line


def _written(lines: Iterator[list[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    return (writer.writerow(line) for line in lines)
