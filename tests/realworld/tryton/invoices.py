"""Customer invoices in every state Tryton knows, dated from one day. Needs an open transaction.

Each plan says how it ends and how many days before `today` it was made and planned. What a
reader should notice: drafts and validated invoices that stand still, the customer without a tax
identifier, and beside each a near miss that is fine.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from books import Books
from trytond.pool import Pool


@dataclass(frozen=True)
class Plan:
    """`made` and `planned` are days before today; a negative `planned` lies ahead."""

    customer: str
    project: str
    end: str
    made: int
    planned: int
    hours: str
    credit: bool = False


PLANS = (
    Plan("C1001", "NQ-2601", "paid", 44, 42, "62.50"),
    Plan("C1002", "NQ-2602", "paid", 42, 40, "48.00"),
    Plan("C1003", "NQ-2603", "paid", 41, 40, "55.25"),
    Plan("C1004", "NQ-2604", "posted", 40, 38, "31.00"),
    Plan("C1005", "NQ-2605", "posted", 40, 38, "44.75"),
    Plan("C1006", "NQ-2606", "posted", 37, 35, "80.00"),
    Plan("C1007", "NQ-2607", "posted", 36, 35, "12.00"),
    Plan("C1001", "NQ-2601", "posted", 24, 22, "70.25"),
    Plan("C1002", "NQ-2602", "posted", 24, 22, "39.50"),
    Plan("C1003", "NQ-2603", "posted", 23, 21, "6.00", credit=True),
    Plan("C1004", "NQ-2604", "cancelled", 22, 20, "5.00"),
    Plan("C1006", "NQ-2606", "cancelled", 22, 20, "7.50"),
    # Stand still: drafts longer than two business days, validated longer than one.
    Plan("C1001", "NQ-2601", "draft", 14, 12, "33.25"),
    Plan("C1003", "NQ-2603", "draft", 13, 12, "27.00"),
    Plan("C1005", "NQ-2605", "draft", 12, 11, "18.50"),
    Plan("C1002", "NQ-2602", "validated", 12, 10, "41.00"),
    Plan("C1006", "NQ-2606", "validated", 11, 10, "22.75"),
    # Held by the customer's missing tax identifier.
    Plan("C1007", "NQ-2607", "draft", 13, 12, "16.00"),
    Plan("C1007", "NQ-2607", "validated", 12, 10, "21.50"),
    # Near misses: made today, or not to be issued before next month.
    Plan("C1004", "NQ-2604", "draft", 0, 0, "14.00"),
    Plan("C1002", "NQ-2602", "draft", 0, 0, "9.25"),
    Plan("C1006", "NQ-2606", "validated", 0, 0, "11.00"),
    Plan("C1004", "NQ-2604", "draft", 20, -30, "40.00"),
    Plan("C1007", "NQ-2607", "draft", 15, -30, "10.00"),
)


def make_invoices(
    books: Books, parties: dict[str, Any], rates: dict[str, Decimal], today: date
) -> dict[int, int]:
    """Make every planned invoice; returns how many days before today each id was made."""
    Invoice = Pool().get("account.invoice")
    rows = [_draft(place, books, parties, rates, today) for place in range(len(PLANS))]
    invoices = Invoice.create(rows)
    by_end = {end: [] for end in ("draft", "validated", "posted", "paid", "cancelled")}
    for plan, invoice in zip(PLANS, invoices, strict=True):
        by_end[plan.end].append(invoice)
    Invoice.validate_invoice(by_end["validated"])
    Invoice.cancel(by_end["cancelled"])
    for invoice in by_end["paid"] + by_end["posted"]:
        # One by one: Tryton numbers in order of date and refuses an older one afterwards.
        Invoice.post([Invoice(invoice.id)])
    for invoice in by_end["paid"]:
        _pay(Invoice(invoice.id), books)
    return {one.id: plan.made for plan, one in zip(PLANS, invoices, strict=True)}


def _pay(invoice: Any, books: Books) -> None:
    """Paid in full nine days on; reconciling the lines is what makes Tryton call it paid."""
    due = list(invoice.lines_to_pay)
    day = invoice.invoice_date + timedelta(days=9)
    Pool().get("account.move.line").reconcile(
        due + invoice.pay_invoice(invoice.amount_to_pay, books.cash, day)
    )


def _draft(
    place: int,
    books: Books,
    parties: dict[str, Any],
    rates: dict[str, Decimal],
    today: date,
) -> dict[str, Any]:
    plan = PLANS[place]
    party = parties[plan.customer]
    hours = float(plan.hours) * (-1 if plan.credit else 1)
    currency = "USD" if plan.customer == "C1005" else "EUR"
    line = {
        "type": "line",
        "description": f"{plan.project} services",
        "quantity": hours,
        "unit_price": rates[plan.project],
        "account": books.revenue.id,
        "currency": books.currencies[currency].id,
        "taxes": [("add", [books.tax.id])],
    }
    expenses = line | {
        "description": f"{plan.project} travel",
        "quantity": float(1 if not plan.credit else -1),
        "unit_price": Decimal("84.5000"),
    }
    return {
        "type": "out",
        "company": books.company.id,
        "party": party.id,
        "invoice_address": party.addresses[0].id,
        "currency": books.currencies[currency].id,
        "journal": books.journal.id,
        "account": party.account_receivable_used.id,
        "payment_term": books.term.id,
        "reference": f"PO-{4711 + place}",
        "description": plan.project,
        "invoice_date": today - timedelta(days=plan.planned),
        "lines": [("create", [line, expenses])],
    }
