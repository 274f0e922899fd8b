"""Time posted from the PSA, as its nightly interface left it in Tryton. Needs an open transaction.

The interface writes the PSA's entry id as the first word of the line's description; `uuid` is the
id of its own message, unique per attempt, which Tryton enforces. So a repeated message is a
second line for the same entry, which is how time gets posted twice here.

`FAULTS` entries are left out, doubled or posted with other hours. Which ones is drawn by chance
from a fixed start and written down nowhere: truth.py has to find them by comparing.
"""

import random
import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import psa
from cast import ENGAGEMENTS
from trytond.pool import Pool

FAULTS = {"missing": 12, "doubled": 4, "other_hours": 6}
LATENCY = timedelta(hours=6)


def post_time(
    company: Any, employees: dict[str, Any], works: dict[str, Any], today: date
) -> dict[int, datetime]:
    """Post the approved time; returns when each line's id was posted."""
    history = psa.make_history(today)
    faults = _draw(history, today)
    rows, posted_at = [], []
    for entry in _due(history, today):
        fault = faults.get(entry.id)
        if fault == "missing":
            continue
        hours = _other(entry) if fault == "other_hours" else entry.hours
        for attempt in range(2 if fault == "doubled" else 1):
            rows.append(_line(company, employees, works, entry, hours, attempt))
            posted_at.append(entry.approved_at + LATENCY + timedelta(minutes=10 * attempt))
    for row, entry in zip(_by_hand(rows), history.entries, strict=False):
        rows.append(row)
        posted_at.append(entry.updated_at + LATENCY)
    lines = Pool().get("timesheet.line").create(rows)
    return {line.id: at for line, at in zip(lines, posted_at, strict=True)}


def _due(history: psa.History, today: date) -> list[psa.Entry]:
    """What the interface takes: approved before today, on projects that go to the ERP."""
    interfaced = {one.code for one in ENGAGEMENTS if one.interfaced}
    return [
        entry
        for entry in history.entries
        if entry.status == "Approved"
        and entry.project in interfaced
        and entry.approved_at.date() < today
    ]


def _draw(history: psa.History, today: date) -> dict[str, str]:
    """Faults are at least a week old, so that every grace has passed."""
    settled = today - timedelta(days=7)
    old = [one.id for one in _due(history, today) if one.approved_at.date() < settled]
    names = [name for name, count in FAULTS.items() for _ in range(count)]
    return dict(zip(random.Random(psa.CHANCE).sample(old, len(names)), names, strict=True))


def _other(entry: psa.Entry) -> Decimal:
    return entry.hours - 2 if entry.hours > 4 else entry.hours + Decimal("0.5")


def _line(
    company: Any,
    employees: dict[str, Any],
    works: dict[str, Any],
    entry: psa.Entry,
    hours: Decimal,
    attempt: int,
) -> dict[str, Any]:
    return {
        "company": company.id,
        "employee": employees[entry.worker_no].id,
        "work": works[entry.task].timesheet_works[0].id,
        "date": entry.date,
        "duration": timedelta(seconds=int(hours * 3600)),
        "description": f"{entry.id} {entry.note}",
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{entry.id}/{attempt}")),
    }


def _by_hand(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two lines keyed by a bookkeeper, which no PSA entry stands behind."""
    return [row | {"description": "Correction by hand", "uuid": None} for row in rows[:2]]
