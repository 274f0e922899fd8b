"""The small firm's systems as exports in two drop folders: PSA as CSV, ERP as JSON Lines.

`write(folders, now)` writes what the firm's nightly and hourly jobs would have written by `now`.
"""

import csv
import gzip
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.sandbox.billing import invoice_lines, invoices, journal
from connectors.sandbox.people import (
    CURRENCIES,
    CUSTOMERS,
    ENGAGEMENTS,
    MISSING_IN_ERP,
    ON_CREDIT_HOLD,
    PEOPLE,
    SPOT,
    WITHOUT_RATE,
    month_start,
    team_of,
)
from connectors.sandbox.work import entries, postings, rate_ended

Row = dict[str, Any]
SYSTEMS = ("psa", "erp")
# A feed that has fallen behind: the ledger export of the ERP stopped nine hours ago.
BEHIND = {"erp/journal": timedelta(hours=9)}


def write(folders: Mapping[str, Path], now: datetime) -> None:
    """Write every export into the drop folder of its system, `psa` or `erp`."""
    for name, rows in EXPORTS.items():
        system, export = name.split("/")
        at = now - BEHIND.get(name, timedelta())
        stem = f"{export}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        if system == "psa":
            _put(folders[system] / f"{stem}.csv", _csv(name, list(rows(at))), at)
        else:
            _put(folders[system] / f"{stem}.jsonl.gz", _lines(list(rows(at))), at)


def clear(folders: Mapping[str, Path], before: datetime) -> None:
    """Remove the exports of long ago, as the firm's own jobs do once they were fetched."""
    for folder in folders.values():
        for path in folder.glob("*-*Z.*"):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()


def _put(path: Path, body: bytes, at: datetime) -> None:
    """A file appears whole, and with the time at which the firm would have written it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(body)
    os.utime(part, (at.timestamp() - 60, at.timestamp() - 60))
    part.rename(path)


def _csv(name: str, rows: list[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    # Two lines that somebody typed by hand, as every real export has them.
    if name == "psa/time":
        sample = dict(rows[0])
        writer.writerow(sample | {"Entry": "TE-by-hand-1", "Hours": "eight"})
        writer.writerow(sample | {"Entry": "TE-by-hand-2", "State": "sort of"})
    return text.getvalue().encode()


def _lines(rows: list[Row]) -> bytes:
    text = "".join(json.dumps(row, default=str) + "\n" for row in rows)
    return gzip.compress(text.encode(), mtime=0)


def _entities(_: datetime) -> Iterator[Row]:
    for code, currency in CURRENCIES.items():
        country = code[3:].replace("UK", "GB")
        yield {"code": code, "name": f"Northquay {code[3:]}", "country": country, "ccy": currency}


def _people(_: datetime) -> Iterator[Row]:
    for person in PEOPLE:
        kind = "contractor" if person.contractor else "employee"
        yield {
            "number": person.number,
            "name": person.name,
            "entity": person.entity,
            "grade": person.grade,
            "type": kind,
        }


def _engagements(_: datetime) -> Iterator[Row]:
    for one in ENGAGEMENTS:
        yield {
            "code": one.code,
            "name": one.name,
            "entity": one.entity,
            "customer": one.customer,
            "manager": one.manager,
            "currency": one.currency,
        }


def _customers(_: datetime) -> Iterator[Row]:
    for code, name, entity, tax_id in CUSTOMERS:
        yield {
            "code": code,
            "name": name,
            "entity": entity,
            "tax_id": tax_id,
            "address": f"{name}, {chr(65 + int(code[-1]))} Street 1",
            "credit": "hold" if code in ON_CREDIT_HOLD else "ok",
            "terms": 30,
        }


def _bookings(now: datetime) -> Iterator[Row]:
    starts = month_start(now.date(), -2)
    ends = month_start(now.date(), 2) - timedelta(days=1)
    for one in ENGAGEMENTS:
        for person in team_of(one):
            yield {
                "id": f"A-{one.code[5:]}-{person.number[2:]}",
                "person": person.number,
                "project": one.code,
                "role": person.grade,
                "from": starts,
                "to": ends,
                "hours": 160,
                "entity": one.entity,
                "confirmed": datetime(starts.year, starts.month, 1, 9, tzinfo=UTC).isoformat(),
            }


def _time(now: datetime) -> Iterator[Row]:
    for entry in entries(now):
        approved = entry.approved_at
        yield {
            "Entry": entry.number,
            "Person": entry.person.number,
            "Project": entry.engagement.code,
            "Entity": entry.engagement.entity,
            "Day": f"{entry.day:%d.%m.%Y}",
            "Hours": str(entry.hours).replace(".", ","),
            "Billable": "yes" if entry.billable else "no",
            "Rate": str(entry.person.bill_rate).replace(".", ","),
            "Currency": entry.engagement.currency,
            "Amount": str(entry.amount).replace(".", ","),
            "State": "approved" if approved else "submitted",
            "Approved": approved.isoformat() if approved else "",
            "Changed": (
                approved or datetime(*entry.day.timetuple()[:3], 17, tzinfo=UTC)
            ).isoformat(),
        }


def _ledger(now: datetime) -> Iterator[Row]:
    for posting in postings(now):
        entry = posting.entry
        yield {
            "id": posting.number,
            "source": entry.number,
            "employee": entry.person.number,
            "project": entry.engagement.code,
            "entity": entry.engagement.entity,
            "date": entry.day,
            "hours": posting.hours,
            "cost": posting.hours * entry.person.cost_rate,
            "billable": entry.billable,
            "currency": entry.engagement.currency,
            "posted": posting.posted_at.isoformat(),
        }


def _rates(now: datetime) -> Iterator[Row]:
    for person in PEOPLE:
        ended = person.number in WITHOUT_RATE
        yield {
            "id": f"CR-{person.number[2:]}",
            "employee": person.number,
            "entity": person.entity,
            "rate": person.cost_rate,
            "currency": CURRENCIES[person.entity],
            "from": month_start(now.date(), -12),
            "to": rate_ended(now.date()) - timedelta(days=1) if ended else None,
        }


def _erp_projects(now: datetime) -> Iterator[Row]:
    return (row for row in _engagements(now) if row["code"] not in MISSING_IN_ERP)


def _periods(now: datetime) -> Iterator[Row]:
    for entity in CURRENCIES:
        for back in range(-3, 2):
            starts = month_start(now.date(), back)
            yield {
                "id": f"{entity}-{starts:%Y-%m}",
                "entity": entity,
                "name": f"{starts:%B %Y}",
                "from": starts,
                "to": month_start(starts, 1) - timedelta(days=1),
                "state": "closed" if back < 0 else "open" if back == 0 else "future",
            }


def _currencies(now: datetime) -> Iterator[Row]:
    for back in range(10):
        day = now.date() - timedelta(days=back)
        for currency, rate in SPOT.items():
            yield {
                "id": f"{currency}-{day}",
                "from": currency,
                "to": "USD",
                "day": day,
                "rate": rate + back * rate / 2000,
            }


EXPORTS: dict[str, Callable[[datetime], Iterator[Row]]] = {
    "psa/entities": _entities,
    "psa/people": _people,
    "psa/projects": _engagements,
    "psa/bookings": _bookings,
    "psa/time": _time,
    "erp/entities": _entities,
    "erp/employees": _people,
    "erp/customers": _customers,
    "erp/projects": _erp_projects,
    "erp/rates": _rates,
    "erp/ledger": _ledger,
    "erp/periods": _periods,
    "erp/currencies": _currencies,
    "erp/invoices": invoices,
    "erp/invoice-lines": invoice_lines,
    "erp/journal": journal,
}
