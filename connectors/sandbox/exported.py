"""What the drop folders' exports hold: a small firm's records under its visible codes.

The firm's script is moved forward by whole weeks, so that its close is always now.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from typing import Any

from connectors.sandbox.firm import Firm, build
from connectors.sandbox.shape import sized

Row = dict[str, Any]
ANCHOR = datetime(2026, 6, 26, tzinfo=UTC)
WEEK = timedelta(days=7)
CODES = {
    "legal_entity": "code",
    "worker": "worker_no",
    "project": "code",
    "party": "code",
}


@cache
def small_firm() -> Firm:
    """Two dozen people and two months of their work, with every fault that fits."""
    return build(seed=7, size=sized(28, starts_on=date(2026, 5, 4)))


def _moved(now: datetime) -> timedelta:
    return (now - ANCHOR) // WEEK * WEEK


def _rows(system: str, kind: str, now: datetime) -> Iterator[Row]:
    """Records as they stood, dates moved to the present, references as visible codes."""
    by = _moved(now)
    firm = small_firm()
    for row in firm.world.book.rows(system, kind, now - by):
        if not row.get("is_deleted"):
            yield {name: _value(system, name, value, by) for name, value in row.items()}


def _value(system: str, name: str, value: Any, by: timedelta) -> Any:
    if isinstance(value, date):
        return value + by
    if name in REFERENCES and value:
        return codes(system, REFERENCES[name]).get(value, value)
    return value


REFERENCES = {
    "legal_entity": "legal_entity",
    "worker": "worker",
    "project_manager": "worker",
    "project": "project",
    "party": "party",
}


@cache
def codes(system: str, kind: str) -> dict[str, str]:
    """From native ids to the codes that people know."""
    book = small_firm().world.book
    return {
        own: str((book.row((system, kind, own)) or {}).get(CODES[kind], own))
        for own in book.pages[system, kind]
    }


def _entities(system: str, now: datetime) -> Iterator[Row]:
    for row in _rows(system, "legal_entity", now):
        yield {
            "code": row["code"],
            "name": row["name"],
            "country": row["country"],
            "ccy": row["functional_currency"],
        }


def _people(system: str, now: datetime) -> Iterator[Row]:
    for row in _rows(system, "worker", now):
        yield {
            "number": row["worker_no"],
            "name": row["name"],
            "entity": row["legal_entity"],
            "grade": row["grade"],
            "type": row["type"],
        }


def _projects(system: str, now: datetime) -> Iterator[Row]:
    for row in _rows(system, "project", now):
        yield {
            "code": row["code"],
            "name": row["name"],
            "entity": row["legal_entity"],
            "customer": row.get("party", ""),
            "manager": row["project_manager"],
            "currency": row["currency"],
        }


def _customers(now: datetime) -> Iterator[Row]:
    for row in _rows("erp", "party", now):
        if row["is_customer"]:
            yield {
                "code": row["code"],
                "name": row["legal_name"],
                "entity": row["legal_entity"],
                "tax_id": row["tax_id"],
                "address": row["bill_to_address"],
                "credit": row["credit_status"],
                "terms": row["payment_terms_days"],
            }


def _bookings(now: datetime) -> Iterator[Row]:
    for row in _rows("psa", "assignment", now):
        if row["status"] != "completed":
            yield {
                "id": row["source_id"],
                "person": row["worker"],
                "project": row["project"],
                "role": row["role"],
                "from": row["starts_on"],
                "to": row["ends_on"],
                "hours": row["planned_hours"],
                "entity": row["legal_entity"],
                "confirmed": row["confirmed_at"].isoformat(),
            }


def _time(now: datetime) -> Iterator[Row]:
    """What is posted to the ERP; absences and internal time stay in the PSA."""
    for row in _rows("psa", "time_entry", now):
        if not row["assignment"]:
            continue
        approved = row.get("approved_at")
        settled = row["status"] in ("approved", "posted", "billed")
        yield {
            "Entry": row["source_id"],
            "Person": row["worker"],
            "Project": row["project"],
            "Entity": row["legal_entity"],
            "Day": f"{row['work_date']:%d.%m.%Y}",
            "Hours": _comma(row["hours"]),
            "Billable": "yes" if row["billable"] else "no",
            "Rate": _comma(row["bill_rate"]),
            "Currency": row["bill_currency"],
            "Amount": _comma(row["bill_amount"]),
            "State": "approved" if settled else "submitted",
            "Approved": approved.isoformat() if approved and settled else "",
            "Changed": row["source_updated_at"].isoformat(),
        }


def _comma(value: Any) -> str:
    return "" if value is None else str(value).replace(".", ",")


def _ledger(now: datetime) -> Iterator[Row]:
    for row in _rows("erp", "project_actual", now):
        if row["txn_type"] in ("labour", "reversal"):
            yield {
                "id": row["source_id"],
                "source": row["source_key"].removeprefix("psa:"),
                "employee": row["worker"],
                "project": row["project"],
                "entity": row["legal_entity"],
                "date": row["work_date"],
                "hours": row["hours"],
                "cost": row["cost_amount"],
                "billable": row["billable"],
                "currency": row["cost_currency"],
                "posted": row["posted_at"].isoformat(),
            }


def _rates(now: datetime) -> Iterator[Row]:
    """Rates by person; where a role's standard applies, it is written out for each."""
    for row in _rows("erp", "cost_rate", now):
        people = [row["worker"]] if row.get("worker") else _paid_by(row["source_id"])
        for person in people:
            yield {
                "id": f"{row['source_id']}-{person}",
                "employee": person,
                "entity": row["legal_entity"],
                "rate": row["rate"],
                "currency": row["currency"],
                "from": row["valid_from"],
                "to": row["valid_to"],
            }


def _paid_by(rate: str) -> list[str]:
    return [
        one.number
        for one in small_firm().world.workers
        if one.by_role_standard and f"LCR-{one.entity.code[3:]}-{one.grade}" in rate
    ]


def _periods(now: datetime) -> Iterator[Row]:
    for row in _rows("erp", "accounting_period", now):
        if row["module"] == "project":
            yield {
                "id": row["source_id"],
                "entity": row["legal_entity"],
                "name": f"The period {row['starts_on']:%-d %b} to {row['ends_on']:%-d %b}",
                "from": row["starts_on"],
                "to": row["ends_on"],
                "state": row["status"],
            }


def _currencies(now: datetime) -> Iterator[Row]:
    earliest = now.date() - timedelta(days=10)
    for row in _rows("erp", "fx_rate", now):
        spot = row["rate_type"] == "spot" and row["to_currency"] == "USD"
        if spot and row["rate_date"] >= earliest:
            yield {
                "id": f"{row['from_currency']}-{row['rate_date']}",
                "from": row["from_currency"],
                "to": "USD",
                "day": row["rate_date"],
                "rate": row["rate"],
            }


def _invoices(now: datetime) -> Iterator[Row]:
    for row in _rows("erp", "invoice", now):
        yield {
            "id": row["source_id"],
            "number": row.get("number", ""),
            "customer": row["party"],
            "project": row["project"],
            "entity": row["legal_entity"],
            "planned": row["planned_on"],
            "issued": row.get("issued_on"),
            "currency": row["currency"],
            "net": row["net"],
            "tax": row["tax"],
            "gross": row["gross"],
            "state": row["status"],
            "since": row["status_since"].isoformat(),
        }


def _invoice_lines(now: datetime) -> Iterator[Row]:
    for row in _rows("erp", "invoice_line", now):
        yield {
            "id": row["source_id"],
            "invoice": row["invoice"],
            "line": row["line_no"],
            "text": row["description"],
            "billed": list(row["source_keys"]),
            "project": row["project"],
            "entity": row["legal_entity"],
            "quantity": row["quantity"],
            "net": row["net"],
            "tax": row["tax_amount"],
            "currency": row["currency"],
        }


def _journal(now: datetime) -> Iterator[Row]:
    for row in _rows("erp", "gl_posting", now):
        yield {
            "id": row["source_id"],
            "journal": row["journal_no"],
            "line": row["line_no"],
            "account": row["account"],
            "project": row.get("project", ""),
            "entity": row["legal_entity"],
            "date": row["accounting_date"],
            "debit": row["debit"],
            "credit": row["credit"],
        }


EXPORTS: dict[str, Callable[[datetime], Iterator[Row]]] = {
    "psa/entities": partial(_entities, "psa"),
    "psa/people": partial(_people, "psa"),
    "psa/projects": partial(_projects, "psa"),
    "psa/bookings": _bookings,
    "psa/time": _time,
    "erp/entities": partial(_entities, "erp"),
    "erp/employees": partial(_people, "erp"),
    "erp/customers": _customers,
    "erp/projects": partial(_projects, "erp"),
    "erp/rates": _rates,
    "erp/ledger": _ledger,
    "erp/periods": _periods,
    "erp/currencies": _currencies,
    "erp/invoices": _invoices,
    "erp/invoice-lines": _invoice_lines,
    "erp/journal": _journal,
}
