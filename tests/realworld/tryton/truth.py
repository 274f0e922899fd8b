"""What should be found, counted from Tryton's own tables and the PSA's own files.

    python truth.py URI DATABASE EXPORTS AS_OF   ->   {control: {subject key: {...}}} as JSON

Nothing of the product is used, so that it can be wrong independently. The newest export of each
kind counts. The rules, and where they are narrower than the catalogue's:

TP01  approved in the PSA for a project that goes to the ERP, hours not zero, more than a day
      before AS_OF, and no timesheet line names the entry.
TP02  exactly one line names it, and hours, person, task or day differ. Doubled entries are TP04's.
TP04  more than one line names the entry.
ST01  a confirmed booking with a working day before the first cost price of its person, or of a
      person who has none. (Cost prices have no end in Tryton.)
BL01  draft or validated customer invoice, planned date reached, customer without tax identifier.
BL08  other draft made more than two, or validated last changed more than one business day
      before AS_OF, planned date reached.
"""

import csv
import json
import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import psycopg
from psycopg.rows import dict_row

LINES = """
    select split_part(line.description, ' ', 1) as entry, line.id, line.date,
           (extract(epoch from line.duration) / 3600)::numeric(9, 2) as hours,
           person.code as worker, work.number as task
    from timesheet_line line
    join company_employee employee on employee.id = line.employee
    join party_party person on person.id = employee.party
    join timesheet_work target on target.id = line.work
    join project_work work on 'project.work,' || work.id = target.origin
    where line.description like 'TE-%'
    order by line.id
"""
FIRST_PRICES = """
    select person.code as worker, min(price.date) as starts
    from company_employee employee
    join party_party person on person.id = employee.party
    left join company_employee_cost_price price on price.employee = employee.id
    group by person.code
"""
WAITING = """
    select invoice.id, invoice.state, invoice.invoice_date, party.code as customer,
           currency.code as currency, invoice.create_date,
           coalesce(invoice.write_date, invoice.create_date) as changed,
           (select sum(round(line.quantity::numeric * line.unit_price, 2))
            from account_invoice_line line where line.invoice = invoice.id) as net,
           exists (select from party_identifier identifier
                   where identifier.party = party.id and identifier.active
                     and identifier.type is not null) as identified
    from account_invoice invoice
    join party_party party on party.id = invoice.party
    join currency_currency currency on currency.id = invoice.currency
    where invoice.type = 'out' and invoice.state in ('draft', 'validated')
    order by invoice.invoice_date, invoice.id
"""


def find(uri: str, database: str, exports: Path, as_of: datetime) -> dict[str, dict]:
    target = psycopg.conninfo.make_conninfo(uri, dbname=database)
    with psycopg.connect(target, row_factory=dict_row) as tryton:
        lines = tryton.execute(LINES).fetchall()
        prices = {row["worker"]: row["starts"] for row in tryton.execute(FIRST_PRICES)}
        invoices = tryton.execute(WAITING).fetchall()
    holidays = {date.fromisoformat(row["day"]) for row in _rows(exports, "holidays")}
    return (
        _time(exports, lines, as_of)
        | {"ST01": _unpriced(exports, prices, holidays)}
        | _invoices(invoices, as_of, holidays)
    )


def _time(exports: Path, lines: list[dict], as_of: datetime) -> dict[str, dict]:
    interfaced = {row["code"] for row in _rows(exports, "projects") if row["to_erp"] == "yes"}
    posted: dict[str, list[dict]] = {}
    for line in lines:
        posted.setdefault(line["entry"], []).append(line)
    found = {"TP01": {}, "TP02": {}, "TP04": {}}
    for entry in _rows(exports, "time_entries"):
        mine = posted.get(entry["id"], [])
        key = f"psa:{entry['id']}"
        detail = {"hours": entry["hours"], "amount": entry["amount"], "lines": len(mine)}
        if len(mine) > 1:
            found["TP04"][key] = detail
        elif entry["status"] == "Approved" and entry["project"] in interfaced:
            if not mine and _due(entry, as_of):
                found["TP01"][key] = detail
            if mine and _differs(entry, mine[0]):
                found["TP02"][key] = detail | {"posted": str(mine[0]["hours"])}
    return found


def _due(entry: dict, as_of: datetime) -> bool:
    approved = datetime.fromisoformat(entry["approved_at"].replace("Z", "+00:00"))
    return Decimal(entry["hours"]) != 0 and approved + timedelta(days=1) < as_of


def _differs(entry: dict, line: dict) -> bool:
    return (
        abs(Decimal(entry["hours"]) - line["hours"]) > Decimal("0.01")
        or entry["worker_no"] != line["worker"]
        or entry["task"] != line["task"]
        or entry["date"] != line["date"].isoformat()
    )


def _unpriced(exports: Path, prices: dict[str, date | None], holidays: set[date]) -> dict:
    found = {}
    newest = max(exports.glob("assignments_*.jsonl"))
    for booking in map(json.loads, newest.read_text().splitlines()):
        first = date.fromisoformat(booking["starts_on"])
        last = date.fromisoformat(booking["ends_on"])
        starts = prices.get(booking["worker_no"])
        end = last if starts is None else min(last, starts - timedelta(days=1))
        bare = _working_days(first, end, holidays)
        if booking["status"] == "Confirmed" and bare:
            found[f"psa:{booking['id']}"] = {"worker": booking["worker_no"], "days": bare}
    return found


def _invoices(invoices: list[dict], as_of: datetime, holidays: set[date]) -> dict[str, dict]:
    found = {"BL01": {}, "BL08": {}}
    for one in invoices:
        key, day = f"erp:{one['id']}", as_of.date()
        detail = {
            "customer": one["customer"],
            "net": str(one["net"]),
            "currency": one["currency"],
            "state": one["state"],
        }
        since = one["create_date"] if one["state"] == "draft" else one["changed"]
        # Whole business days that lie strictly between the day it stopped and today.
        waited = _working_days(since.date() + timedelta(days=1), day - timedelta(days=1), holidays)
        if one["invoice_date"] is None or one["invoice_date"] > day:
            continue
        if not one["identified"]:
            found["BL01"][key] = detail
        elif waited > (2 if one["state"] == "draft" else 1):
            found["BL08"][key] = detail
    return found


def _working_days(first: date, last: date, holidays: set[date]) -> int:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return sum(day.weekday() < 5 and day not in holidays for day in days)


def _rows(exports: Path, name: str) -> list[dict]:
    newest = max(exports.glob(f"{name}_*.csv"))
    with newest.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    uri, database, exports, as_of = sys.argv[1:]
    print(json.dumps(find(uri, database, Path(exports), datetime.fromisoformat(as_of))))  # noqa: T201
