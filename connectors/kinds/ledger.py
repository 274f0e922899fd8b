"""What was billed, and what the books say."""

from decimal import Decimal
from typing import ClassVar, Literal

from connectors.kinds.base import (
    BigInt,
    Currency,
    Day,
    Instant,
    Money,
    Quantity,
    Rate,
    Record,
    ref,
    sensitive,
)


class Invoice(Record, kw_only=True):
    """A customer invoice or credit note, from draft to paid (A.1 33). Amounts in `currency`. ERP.

    `status_since` is when the present status was reached; `planned_on` when it should be issued.
    """

    kind: ClassVar = "invoice"

    number: str = ""
    draft_no: str = ""
    party: ref("party")
    project: ref("project") = ""
    contract: str = ""
    planned_on: Day | None = None
    issued_on: Day | None = None
    due_on: Day | None = None
    currency: Currency
    net: sensitive("B", Money)
    tax: sensitive("B", Money) = Decimal(0)
    gross: sensitive("B", Money)
    type: Literal["invoice", "credit_note", "rebill", "proforma"] = "invoice"
    related_invoice: ref("invoice") = ""
    status: Literal[
        "draft",
        "in_review",
        "approved",
        "blocked",
        "issued",
        "delivered",
        "part_paid",
        "paid",
        "disputed",
        "credited",
        "written_off",
        "void",
    ]
    status_since: Instant | None = None
    block_reason: str = ""
    hold_reason: str = ""


class InvoiceLine(Record, kw_only=True):
    """One line of an invoice (A.1 33). `source_keys` name the time, expense or event it bills."""

    kind: ClassVar = "invoice_line"

    invoice: ref("invoice")
    line_no: BigInt = 0
    description: str = ""
    source_keys: tuple[str, ...] = ()
    project: ref("project") = ""
    quantity: Quantity | None = None
    unit_price: sensitive("B", Rate | None) = None
    net: sensitive("B", Money)
    tax_code: str = ""
    tax_amount: sensitive("B", Money | None) = None
    currency: Currency = ""


class GlPosting(Record, kw_only=True):
    """A journal line (A.1 36). `debit` and `credit` in the entity's functional currency. ERP."""

    kind: ClassVar = "gl_posting"

    journal_no: str = ""
    line_no: BigInt = 0
    account: str
    cost_center: str = ""
    project: ref("project") = ""
    party: ref("party") = ""
    period: ref("accounting_period") = ""
    accounting_date: Day
    debit: Money
    credit: Money
    currency: Currency = ""
    transaction_amount: Money | None = None
    transaction_currency: Currency = ""
    source_module: str = ""
    source_doc: str = ""
    posted_at: Instant | None = None
    manual: bool = False
    status: Literal["draft", "submitted", "approved", "posted", "reversed"] = "posted"
