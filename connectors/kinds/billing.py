"""What is to be billed, what may be billed, and what was."""

from decimal import Decimal
from typing import ClassVar, Literal

from connectors.kinds.base import (
    BigInt,
    Code,
    Currency,
    Day,
    Fraction,
    Instant,
    Money,
    Quantity,
    Rate,
    Record,
    ref,
    sensitive,
)


class BillingSchedule(Record, kw_only=True):
    """A line of a contract's billing plan (A.1 31). ERP; dates of milestones come from the PSA.

    `amount` in `currency`, the contract's. `retention` is withheld until the end.
    """

    kind: ClassVar = "billing_schedule"
    unique_by: ClassVar = ("contract", "line_no", "sequence")
    system_of_record: ClassVar = ("erp",)

    contract: ref("contract")
    project: ref("project") = ""
    line_no: BigInt = 0
    sequence: BigInt = 0
    rule: Literal["date", "milestone", "percent", "usage", "recurring"] = "date"
    planned_on: Day | None = None
    amount: sensitive("B", Money | None) = None
    currency: Currency = ""
    retention: sensitive("B", Fraction | None) = None
    tax_code: str = ""
    status: Literal["planned", "due", "released", "billed", "on_hold", "cancelled"] = "planned"


class BillingEvent(Record, kw_only=True):
    """Something that may be billed: a milestone, a batch of time, a charge (A.1 32). PSA.

    `source_keys` name the time and expenses behind it. `amount` in `currency`, the contract's.
    """

    kind: ClassVar = "billing_event"
    system_of_record: ClassVar = ("psa",)

    project: ref("project")
    contract: ref("contract") = ""
    contract_line: str = ""
    billing_schedule: ref("billing_schedule") = ""
    name: str = ""
    type: Literal["milestone", "time_batch", "expense_batch", "charge", "recurring"] = "milestone"
    trigger_at: Instant | None = None
    completed_at: Instant | None = None
    accepted_at: Instant | None = None
    acceptance_required: bool = False
    planned_on: Day | None = None
    source_keys: tuple[str, ...] = ()
    amount: sensitive("B", Money | None) = None
    currency: Currency = ""
    hold_reason: str = ""
    tax_code: str = ""
    rate_ref: str = ""
    period: str = ""
    invoice: ref("invoice") = ""
    status: Literal[
        "planned",
        "completed",
        "accepted",
        "ready",
        "on_hold",
        "released",
        "invoiced",
        "cancelled",
    ] = "planned"


class Invoice(Record, kw_only=True):
    """A customer invoice or credit note, from draft to paid (A.1 33). Amounts in `currency`. ERP.

    `status_since` is when the present status was reached; `planned_on` when it should be issued.
    A draft has no number yet. `projects` are further native ids where one invoice bills several.
    `open_amount` is what is still to be paid.
    """

    kind: ClassVar = "invoice"
    natural_key: ClassVar = ("number",)
    within: ClassVar = "legal_entity"
    unique_by: ClassVar = ("legal_entity", "number")
    system_of_record: ClassVar = ("erp",)

    number: Code = ""
    draft_no: str = ""
    party: ref("party")
    project: ref("project") = ""
    projects: tuple[str, ...] = ()
    contract: ref("contract") = ""
    planned_on: Day | None = None
    issued_on: Day | None = None
    due_on: Day | None = None
    currency: Currency
    net: sensitive("B", Money)
    tax: sensitive("B", Money) = Decimal(0)
    gross: sensitive("B", Money)
    net_functional: sensitive("B", Money | None) = None
    tax_functional: sensitive("B", Money | None) = None
    gross_functional: sensitive("B", Money | None) = None
    open_amount: sensitive("B", Money | None) = None
    type: Literal["invoice", "credit_note", "rebill", "proforma"] = "invoice"
    related_invoice: ref("invoice") = ""
    delivery_status: Literal["", "pending", "sent", "delivered", "failed"] = ""
    dispute_status: Literal["", "open", "resolved", "rejected"] = ""
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
    unique_by: ClassVar = ("invoice", "line_no")
    system_of_record: ClassVar = ("erp",)

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
    revenue_element: str = ""
