"""What the small firm billed: last month per engagement, and drafts that do not get out."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from connectors.sandbox.people import ENGAGEMENTS, Engagement, month_start
from connectors.sandbox.work import Entry, chance, entries, in_work

Row = dict[str, Any]
TAX = {"NQ-UK": Decimal("0.20"), "NQ-US": Decimal(0)}
# Customers whose drafts wait for something that is missing on the customer itself.
HELD = {"C-100", "C-102"}


def invoices(now: datetime) -> Iterator[Row]:
    """One invoice per engagement for the time of last month, from draft to paid."""
    for engagement, lines in _billed(now):
        net = sum((line.amount for line in lines), Decimal(0))
        tax = net * TAX[engagement.entity]
        state, since = _state(engagement, now)
        issued = state in ("issued", "paid")
        yield {
            "id": _number(engagement, now),
            "number": _number(engagement, now) if issued else "",
            "customer": engagement.customer,
            "project": engagement.code,
            "entity": engagement.entity,
            "planned": month_start(in_work(now.date())) + timedelta(days=2),
            "issued": since.date() if issued else None,
            "currency": engagement.currency,
            "net": net,
            "tax": tax,
            "gross": net + tax,
            "state": state,
            "since": since.isoformat(),
        }


def invoice_lines(now: datetime) -> Iterator[Row]:
    for engagement, lines in _billed(now):
        number = _number(engagement, now)
        for place, entry in enumerate(lines, 1):
            yield {
                "id": f"{number}-{place}",
                "invoice": number,
                "line": place,
                "text": f"{entry.person.name}, {entry.day}",
                "billed": [f"psa:{entry.number}"],
                "project": engagement.code,
                "entity": engagement.entity,
                "quantity": entry.hours,
                "net": entry.amount,
                "tax": entry.amount * TAX[engagement.entity],
                "currency": engagement.currency,
            }


def journal(now: datetime) -> Iterator[Row]:
    """Two ledger lines per issued invoice: receivable against revenue."""
    for row in invoices(now):
        if row["issued"]:
            for place, account in enumerate(("1100", "4000"), 1):
                yield {
                    "id": f"{row['id']}-{place}",
                    "journal": row["id"],
                    "line": place,
                    "account": account,
                    "project": row["project"],
                    "entity": row["entity"],
                    "date": row["issued"],
                    "debit": row["gross"] if place == 1 else 0,
                    "credit": 0 if place == 1 else row["gross"],
                }


def _billed(now: datetime) -> Iterator[tuple[Engagement, list[Entry]]]:
    start, end = month_start(in_work(now.date()), -1), month_start(in_work(now.date()))
    worked = [
        entry
        for entry in entries(now)
        if start <= entry.day < end and entry.billable and entry.approved_at
    ]
    for engagement in ENGAGEMENTS:
        lines = [entry for entry in worked if entry.engagement == engagement]
        if lines:
            yield engagement, lines


def _state(engagement: Engagement, now: datetime) -> tuple[str, datetime]:
    """Held customers and every fifth engagement are still drafts; the rest went out in time."""
    drafted = _at(month_start(in_work(now.date())) + timedelta(days=1))
    if engagement.customer in HELD or chance(engagement.code, 5) == 1:
        return "draft", min(drafted, now)
    if chance(engagement.code, 5) == 2:
        return "approved", min(drafted + timedelta(days=1), now)
    return "issued", min(drafted + timedelta(days=2), now)


def _number(engagement: Engagement, now: datetime) -> str:
    return f"INV-{month_start(in_work(now.date()), -1):%y%m}-{engagement.code[5:]}"


def _at(day: date) -> datetime:
    return datetime.combine(day, time(10), UTC)
