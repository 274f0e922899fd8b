"""The firm's PSA, as far as anybody outside sees it: a history that follows from one day, and its
export files.

`make_history(today)` is pure, so the seed and a later export agree without sharing a file.
`python psa.py FOLDER TODAY AS_OF` writes full exports whose names carry the instant of export:

    time_entries_<stamp>.csv      comma, UTF-8, ISO dates; draft and rejected entries too
    assignments_<stamp>.jsonl     one booking a line
    projects_<stamp>.csv  workers_<stamp>.csv  holidays_<stamp>.csv

A week is submitted on Friday evening and approved on the Monday after. Nothing is approved in
the day before `today` except the NEAR_MISSES entries, approved at its first instant and not yet
posted: they are within anybody's grace.
"""

import csv
import json
import random
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from cast import BOOKINGS, CUSTOMERS, ENGAGEMENTS, PEOPLE, Engagement

WEEKS = 8
NEAR_MISSES = 3
CHANCE = 20260702


@dataclass(frozen=True)
class Entry:
    id: str
    worker_no: str
    project: str
    task: str
    date: date
    hours: Decimal
    billable: bool
    bill_rate: Decimal
    currency: str
    amount: Decimal
    status: str
    submitted_at: datetime | None
    approved_at: datetime | None
    updated_at: datetime
    note: str


@dataclass(frozen=True)
class Booking:
    id: str
    worker_no: str
    project: str
    starts_on: date
    ends_on: date
    planned_hours: Decimal
    bill_rate: Decimal
    currency: str
    status: str
    confirmed_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class History:
    entries: tuple[Entry, ...]
    bookings: tuple[Booking, ...]
    holidays: tuple[tuple[date, str], ...]


def make_history(today: date) -> History:
    chance = random.Random(CHANCE)
    holidays = _holidays(today)
    free = {day for day, _ in holidays}
    first = today - timedelta(days=today.weekday() + 7 * WEEKS)
    days = [first + timedelta(days=n) for n in range((today - first).days)]
    work_days = [day for day in days if day.weekday() < 5 and day not in free]
    entries: list[Entry] = []
    for number, (worker, projects) in enumerate(BOOKINGS.items()):
        for place, day in enumerate(work_days):
            for project, hours in _split(projects, place + number, chance):
                entries.append(_entry(len(entries) + 1, worker, project, day, hours, today, chance))
    for worker in list(BOOKINGS)[:NEAR_MISSES]:
        late = _entry(
            len(entries) + 1, worker, BOOKINGS[worker][0], work_days[-1], Decimal(2), today, chance
        )
        entries.append(_approved(late, _at(today, 0)))
    return History(tuple(entries), tuple(_bookings(first, today)), holidays)


def _split(
    projects: tuple[str, str], place: int, chance: random.Random
) -> list[tuple[str, Decimal]]:
    main, other = projects
    hours = Decimal(chance.choice(["6.00", "7.50", "7.75", "8.00", "8.10", "8.25"]))
    if place % 10 == 9:
        return [("NQ-0001", Decimal("8.00"))]
    if place % 3 == 2:
        return [(main, hours - Decimal("2.50")), (other, Decimal("2.50"))]
    return [(main, hours)]


def _entry(
    number: int,
    worker: str,
    project: str,
    day: date,
    hours: Decimal,
    today: date,
    chance: random.Random,
) -> Entry:
    engagement = next(one for one in ENGAGEMENTS if one.code == project)
    task, title = chance.choice(engagement.tasks)
    rate = Decimal(engagement.rate)
    friday = day + timedelta(days=4 - day.weekday())
    submitted = _at(friday, 17, number % 50)
    approved = _at(friday + timedelta(days=3), 9 + number % 6, number % 60)
    luck = chance.random()
    status = "Approved"
    if approved >= _at(today, 0):
        status = "Submitted" if submitted < _at(today, 0) else "Draft"
    elif luck < 0.03:
        status = "Rejected" if luck < 0.015 else "Draft"
    return Entry(
        id=f"TE-{number:06d}",
        worker_no=worker,
        project=project,
        task=f"{project}-{task}",
        date=day,
        hours=hours,
        billable=bool(rate),
        bill_rate=rate,
        currency=_currency(engagement.customer),
        amount=(rate * hours).quantize(Decimal("0.01")),
        status=status,
        submitted_at=submitted if status != "Draft" else None,
        approved_at=approved if status == "Approved" else None,
        updated_at=_latest(status, approved, submitted, _at(day, 16, number % 60)),
        note=title,
    )


def _approved(entry: Entry, at: datetime) -> Entry:
    values = asdict(entry) | {
        "status": "Approved",
        "submitted_at": at - timedelta(hours=5),
        "approved_at": at,
        "updated_at": at,
    }
    return Entry(**values)


def _latest(status: str, approved: datetime, submitted: datetime, made: datetime) -> datetime:
    return {"Draft": made, "Submitted": submitted}.get(status, approved)


def _bookings(first: date, today: date) -> list[Booking]:
    made = []
    for worker, projects in BOOKINGS.items():
        for project in projects:
            made.append(_booking(len(made), worker, project, first, today, "Confirmed"))
    # Not bookings anybody has to price: one only proposed, one called off.
    made.append(_booking(len(made), "E1011", "NQ-2603", first, today, "Proposed"))
    made.append(_booking(len(made), "E1012", "NQ-2602", first, today, "Cancelled"))
    # Booked from a Saturday while the price starts on the Monday: no hours fall in the gap.
    saturday = first - timedelta(days=2)
    made.append(_booking(len(made), "E1013", "NQ-2603", saturday, today, "Confirmed"))
    return made


def _booking(
    place: int, worker: str, project: str, starts: date, today: date, status: str
) -> Booking:
    engagement = next(one for one in ENGAGEMENTS if one.code == project)
    confirmed = _at(starts - timedelta(days=10), 10)
    return Booking(
        id=f"AS-{1001 + place}",
        worker_no=worker,
        project=project,
        starts_on=starts,
        ends_on=today + timedelta(days=35),
        planned_hours=Decimal(160),
        bill_rate=Decimal(engagement.rate),
        currency=_currency(engagement.customer),
        status=status,
        confirmed_at=confirmed,
        updated_at=confirmed,
    )


def _holidays(today: date) -> tuple[tuple[date, str], ...]:
    fixed = ((1, 1, "Neujahr"), (5, 1, "Tag der Arbeit"), (10, 3, "Tag der Deutschen Einheit"))
    late = ((12, 25, "1. Weihnachtstag"), (12, 26, "2. Weihnachtstag"))
    years = range(today.year - 1, today.year + 2)
    return tuple((date(year, *day), name) for year in years for *day, name in fixed + late)


def _currency(customer: str) -> str:
    return next((one.currency for one in CUSTOMERS if one.code == customer), "EUR")


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=UTC)


def export(folder: Path, today: date, as_of: datetime) -> None:
    """Write every export under a temporary name first, as a careful exporter does."""
    history = make_history(today)
    stamp = as_of.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    folder.mkdir(parents=True, exist_ok=True)
    projects = [_project_row(one) for one in ENGAGEMENTS]
    workers = [
        {"worker_no": one.number, "name": one.name, "manager": one.supervisor} for one in PEOPLE
    ]
    holidays = [{"calendar": "DE", "day": day, "name": name} for day, name in history.holidays]
    _write_csv(folder / f"time_entries_{stamp}.csv", [asdict(one) for one in history.entries])
    _write_csv(folder / f"projects_{stamp}.csv", projects)
    _write_csv(folder / f"workers_{stamp}.csv", workers)
    _write_csv(folder / f"holidays_{stamp}.csv", holidays)
    lines = [json.dumps(asdict(one), default=_text) for one in history.bookings]
    _write(folder / f"assignments_{stamp}.jsonl", "\n".join(lines) + "\n")


def _project_row(engagement: Engagement) -> dict[str, object]:
    return {
        "code": engagement.code,
        "name": engagement.name,
        "customer": engagement.customer,
        "billable": bool(engagement.customer),
        "to_erp": engagement.interfaced,
        "currency": _currency(engagement.customer),
    }


def _write_csv(path: Path, rows: list[dict]) -> None:
    part = path.with_suffix(".part")
    with part.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows({name: _text(value) for name, value in row.items()} for row in rows)
    part.rename(path)


def _write(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.rename(path)


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)


if __name__ == "__main__":
    export(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]), datetime.fromisoformat(sys.argv[3]))
