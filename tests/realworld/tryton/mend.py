"""Mends the firm's data in Tryton through Tryton's own API, as its people would.

    python mend.py URL DATABASE URI EXPORTS AS_OF SHARE CONTROL...      admin's password on stdin

What is wrong is asked of truth.py; the first SHARE of it, in order of key and rounded up, is
mended. Prints {control: [keys mended]}. ST01 is mended by person, BL01 by customer: all keys that
hang on them are in the list. An invoice freed by BL01 is posted as well, for it would stand still
otherwise. Invoices are issued on the day of AS_OF, because Tryton numbers in order of date.
"""

import json
import math
import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import truth
from cast import PEOPLE
from rpc import Tryton


class Mender:
    def __init__(self, tryton: Tryton, found: dict[str, dict], exports: Path, as_of: datetime):
        self.tryton = tryton
        self.found = found
        self.entries = {f"psa:{row['id']}": row for row in truth._rows(exports, "time_entries")}
        self.as_of = as_of

    def mend(self, control: str, share: float) -> list[str]:
        by = {"ST01": "worker", "BL01": "customer"}.get(control)
        found = self.found[control]
        causes = sorted({one[by] for one in found.values()} if by else found)
        causes = causes[: math.ceil(share * len(causes))]
        keys = sorted(key for key, one in found.items() if (one[by] if by else key) in causes)
        if keys:
            getattr(self, f"_{control}")(keys, causes)
        return keys

    def _TP01(self, keys: list[str], _causes: list[str]) -> None:
        employees = self._by_code("company.employee", "party.code")
        works = self._works()
        rows = []
        for entry in (self.entries[key] for key in keys):
            employee = employees[entry["worker_no"]]
            rows.append(
                {
                    "company": self.tryton.context["company"],
                    "employee": employee,
                    "work": works[entry["task"]],
                    "date": date.fromisoformat(entry["date"]),
                    "duration": _duration(entry),
                    "description": f"{entry['id']} {entry['note']}",
                }
            )
        self.tryton.call("model.timesheet.line.create", rows)

    def _TP02(self, keys: list[str], _causes: list[str]) -> None:
        for key in keys:
            values = {"duration": _duration(self.entries[key])}
            self.tryton.call("model.timesheet.line.write", self._lines(key), values)

    def _TP04(self, keys: list[str], _causes: list[str]) -> None:
        surplus = [line for key in keys for line in self._lines(key)[1:]]
        self.tryton.call("model.timesheet.line.delete", surplus)

    def _ST01(self, _keys: list[str], workers: list[str]) -> None:
        """Price the person from long ago, and let the lines already posted be costed again."""
        employees = self._by_code("company.employee", "party.code")
        costs = {one.number: Decimal(one.cost) for one in PEOPLE}
        start = self.as_of.date() - timedelta(days=500)
        for worker in workers:
            row = {"employee": employees[worker], "date": start, "cost_price": costs[worker]}
            self.tryton.call("model.company.employee_cost_price.create", [row])
            lines = self.tryton.search_read(
                "timesheet.line", [["employee", "=", employees[worker]]], ["employee"]
            )
            ids = [line["id"] for line in lines]
            values = {"employee": employees[worker]}
            self.tryton.call("model.timesheet.line.write", ids, values)

    def _BL01(self, keys: list[str], customers: list[str]) -> None:
        parties = self._by_code("party.party", "code")
        rows = [
            {"party": parties[code], "type": "de_vat", "code": "DE118618211"} for code in customers
        ]
        self.tryton.call("model.party.identifier.create", rows)
        self._issue(keys)

    def _BL08(self, keys: list[str], _causes: list[str]) -> None:
        self._issue(keys)

    def _issue(self, keys: list[str]) -> None:
        ids = [int(key.removeprefix("erp:")) for key in keys]
        validated = [int(key[4:]) for key in keys if self._state(key) == "validated"]
        self.tryton.call("model.account.invoice.draft", validated)
        self.tryton.call("model.account.invoice.write", ids, {"invoice_date": self.as_of.date()})
        self.tryton.call("model.account.invoice.post", ids)

    def _state(self, key: str) -> str:
        return next(found[key]["state"] for found in self.found.values() if key in found)

    def _lines(self, key: str) -> list[int]:
        start = f"{key.removeprefix('psa:')} %"
        rows = self.tryton.search_read("timesheet.line", [["description", "like", start]], [])
        return [row["id"] for row in rows]

    def _works(self) -> dict[str, int]:
        rows = self.tryton.search_read("project.work", [], ["number", "timesheet_works"])
        return {row["number"]: row["timesheet_works"][0] for row in rows if row["timesheet_works"]}

    def _by_code(self, model: str, field: str) -> dict[str, int]:
        rows = self.tryton.search_read(model, [], [field])
        head, _, tail = field.rpartition(".")
        return {(row[f"{head}."] if head else row)[tail]: row["id"] for row in rows}


def _duration(entry: dict) -> timedelta:
    return timedelta(seconds=int(Decimal(entry["hours"]) * 3600))


if __name__ == "__main__":
    url, database, uri, exports, at, share, *controls = sys.argv[1:]
    as_of = datetime.fromisoformat(at)
    found = truth.find(uri, database, Path(exports), as_of)
    tryton = Tryton(url, database, "admin", sys.stdin.read().strip())
    mender = Mender(tryton, found, Path(exports), as_of)
    print(json.dumps({one: mender.mend(one, float(share)) for one in controls}))  # noqa: T201
