"""Parties, employees with dated cost prices, and project works with tasks. Needs an open
transaction."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import psa
from books import Books
from cast import CUSTOMERS, ENGAGEMENTS, PEOPLE, Person
from trytond.pool import Pool

TAX_TYPES = {"DE": "de_vat", "DK": "dk_vat", "GB": "gb_vat", "FR": "fr_vat", "US": "us_ein"}
RISERS = {"E1001", "E1002", "E1004", "E1007"}


def make_customers(books: Books) -> dict[str, Any]:
    rows = []
    for one in CUSTOMERS:
        country = books.countries.get((one.tax_id or "DE")[:2])
        address = {"street": "Hauptstraße 1", "city": "Ort", "country": country.id}
        row = {"name": one.name, "code": one.code, "addresses": [("create", [address])]}
        if one.tax_id:
            row["identifiers"] = [("create", [identifier(one.tax_id)])]
        rows.append(row)
    return {one.code: one for one in Pool().get("party.party").create(rows)}


def identifier(tax_id: str) -> dict[str, str]:
    code = tax_id.removeprefix("US-")
    return {"type": TAX_TYPES[tax_id[:2]], "code": code}


def make_employees(books: Books, today: date) -> dict[str, Any]:
    pool = Pool()
    Employee = pool.get("company.employee")
    parties = pool.get("party.party").create(
        [{"name": one.name, "code": one.number, "addresses": [("create", [{}])]} for one in PEOPLE]
    )
    hired = today - timedelta(days=700)
    employees = Employee.create(
        [{"party": one.id, "company": books.company.id, "start_date": hired} for one in parties]
    )
    by_number = {one.party.code: one for one in employees}
    for person in PEOPLE:
        if person.supervisor:
            chief = by_number[person.supervisor].id
            Employee.write([by_number[person.number]], {"supervisor": chief})
    prices = [
        {"employee": by_number[person.number].id, "date": day, "cost_price": price}
        for person in PEOPLE
        for day, price in cost_prices(person, today)
    ]
    pool.get("company.employee_cost_price").create(prices)
    return by_number


def cost_prices(person: Person, today: date) -> list[tuple[date, Decimal]]:
    start = {
        "long_ago": today - timedelta(days=500),
        "first_monday": today - timedelta(days=today.weekday() + 7 * psa.WEEKS),
        "soon": today + timedelta(days=14),
    }.get(person.priced)
    if start is None:
        return []
    prices = [(start, Decimal(person.cost))]
    if person.number in RISERS:
        raised = (Decimal(person.cost) * Decimal("1.03")).quantize(Decimal("0.01"))
        prices.append((today - timedelta(days=30), raised))
    return prices


def make_projects(books: Books, parties: dict[str, Any]) -> dict[str, Any]:
    """Every engagement and its tasks by their number, and one engagement that is over."""
    pool = Pool()
    Work = pool.get("project.work")
    going, over = _statuses()
    rows = [
        _work(books, "project", one.code, one.name, going)
        | {
            "party": parties[one.customer].id if one.customer else None,
            "children": [
                (
                    "create",
                    [
                        _work(books, "task", f"{one.code}-{number}", name, going)
                        | {"timesheet_available": True, "effort_duration": timedelta(hours=200)}
                        for number, name in one.tasks
                    ],
                )
            ],
        }
        for one in ENGAGEMENTS
    ]
    ended = _work(books, "project", "NQ-2590", "Warehouse review", over)
    rows.append(ended | {"party": parties["C1001"].id, "progress": 1.0})
    projects = Work.create(rows)
    works = Work.search([("id", ">=", min(one.id for one in projects))])
    return {one.number: one for one in works}


def _statuses() -> tuple[Any, Any]:
    found = Pool().get("project.work.status").search([])
    going = next(one for one in found if one.default)
    return going, next(one for one in found if one.progress == 1)


def _work(books: Books, kind: str, number: str, name: str, status: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "number": number,
        "name": name,
        "company": books.company.id,
        "status": status.id,
    }
