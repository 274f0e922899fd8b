"""Where the money of an invoice sits: on what its lines bill, the rest on the invoice (0.5)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from connectors.sandbox.billing import Invoice, Line
from connectors.sandbox.calendar import Entity, close_day, local, on_or_after, shift
from connectors.sandbox.faults.case import Case
from connectors.sandbox.natives import native
from connectors.sandbox.time import Entry
from connectors.sandbox.truth import hold

ZERO = Decimal(0)
# The hour, local, at which a working day of the firm is over.
EVENING = 18 * 60


def row_of(case: Case, kind: str, name: str) -> Mapping[str, Any]:
    """What the ERP will have said of a record in the end; other faults may have changed it."""
    return case.book.row(("erp", kind, native("erp", kind, name))) or {}


def rows_of(case: Case, lines: Iterable[Line]) -> list[Mapping[str, Any]]:
    """The invoice lines that are left."""
    return [row for line in lines if (row := row_of(case, "invoice_line", line.name))]


def gross_of(row: Mapping[str, Any]) -> Decimal:
    return row["net"] + row["tax_amount"]


def claim_invoice(
    case: Case, control: str, invoice: Invoice, measures: tuple[str, ...], **within: Any
) -> None:
    """An invoice's gross as cash, and its net as revenue, spread evenly over what lines bill."""
    whole = row_of(case, "invoice", invoice.name)
    subject = f"erp:{native('erp', 'invoice', invoice.name)}"
    rows = rows_of(case, invoice.lines)
    for measure in measures:
        parts: dict[str, Decimal] = defaultdict(Decimal)
        for row in rows:
            amount = gross_of(row) if measure == "cash_at_risk" else row["net"]
            for key in row["source_keys"]:
                parts[key] += amount / len(row["source_keys"])
        total = whole["gross"] if measure == "cash_at_risk" else whole["net"]
        _spread(case, control, measure, subject, total, parts, invoice.currency, within)


def claim_line(case: Case, control: str, measure: str, line: Line, **within: Any) -> None:
    """A line's gross, spread evenly over what it bills."""
    row = row_of(case, "invoice_line", line.name)
    gross, keys = gross_of(row), row["source_keys"]
    parts = {key: gross / len(keys) for key in keys}
    subject = f"erp:{native('erp', 'invoice_line', line.name)}"
    _spread(case, control, measure, subject, gross, parts, line.invoice.currency, within)


def _spread(
    case: Case, control: str, measure: str, subject: str, total: Decimal,
    parts: Mapping[str, Decimal], currency: str, within: Mapping[str, datetime],
) -> None:  # fmt: skip
    held = {key: hold(amount) for key, amount in parts.items()}
    for key, amount in held.items():
        case.claim(control, measure, key, amount, currency, subject, **within)
    case.claim(
        control, measure, subject, total - sum(held.values(), ZERO), currency, subject, **within
    )


def first_billed(case: Case, line: Line) -> Entry:
    """The first entry that the line still bills."""
    keys = row_of(case, "invoice_line", line.name)["source_keys"]
    return next(one for one in line.entries if f"psa:TE-{one.name}" in keys)


def posted(line: Line) -> Iterator[tuple[str, str, Decimal | None]]:
    """What a line bills: its key, the line of the project ledger, and its worth."""
    for entry in line.entries:
        yield f"psa:TE-{entry.name}", f"PA-{entry.name}", entry.amount
    for expense in line.expenses:
        yield f"psa:EX-{expense.name}", f"PA-X{expense.name}", expense.bill_amount


def recognised_at(case: Case, invoice: Invoice) -> datetime | None:
    """When the period of its work was recognised; None when that is still to come."""
    earning = next(
        (
            one
            for one in case.scene.world.earnings
            if one.project is invoice.project and one.month == invoice.month
        ),
        None,
    )
    return earning and earning.posted_at


def working_days_after(entity: Entity, day: date, count: int) -> datetime:
    """The evening of the working day that comes so many after `day`, which may be a day off."""
    last = shift(entity.calendar, day, count) if count else on_or_after(entity.calendar, day)
    return local(entity.zone, last, EVENING)


def close_of(entity: Entity, month: date, place: int) -> datetime:
    """The evening of WD+`place` of a month's close."""
    return local(entity.zone, close_day(entity.calendar, month, place), EVENING)
