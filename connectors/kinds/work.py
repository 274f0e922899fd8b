"""The work as it was done: time, expenses, and what the ERP's project ledger made of them."""

from typing import ClassVar, Literal

from connectors.kinds.base import (
    BigInt,
    Currency,
    Day,
    Fraction,
    FxFactor,
    Hours,
    Instant,
    Money,
    Rate,
    Record,
    RecordKey,
    ref,
    sensitive,
)

TimeState = Literal[
    "draft",
    "submitted",
    "approved",
    "rejected",
    "recalled",
    "corrected",
    "posted",
    "billed",
    "written_off",
]


class TimeEntry(Record, kw_only=True):
    """A split of a timecard (A.1 26), the grain at which time is approved, posted and billed. PSA.

    `work_date` is a day of the worker's calendar. `bill_amount` is in `bill_currency`.
    """

    kind: ClassVar = "time_entry"
    unique_by: ClassVar = ("source_id", "split_no")
    system_of_record: ClassVar = ("psa",)

    worker: ref("worker")
    project: ref("project")
    task: ref("wbs_task") = ""
    assignment: ref("assignment") = ""
    split_no: BigInt = 0
    work_date: Day
    hours: Hours
    type: Literal["regular", "overtime", "travel", "leave"] = "regular"
    billable: bool = True
    utilization_category: str = ""
    note: str = ""
    submitted_at: Instant | None = None
    approved_at: Instant | None = None
    approver: ref("worker") = ""
    rejected_at: Instant | None = None
    bill_rate: sensitive("B", Rate | None) = None
    bill_currency: Currency = ""
    bill_amount: sensitive("B", Money | None) = None
    cost_rate: sensitive("L", Rate | None) = None
    cost_currency: Currency = ""
    period: str = ""
    late: bool = False
    status: TimeState


class ExpenseItem(Record, kw_only=True):
    """One line of an expense report (A.1 27). PSA or expense tool.

    `amount` is in `currency`, as spent; `amount_functional` in the legal entity's currency at
    `fx_rate`. `markup` is added when it is billed on.
    """

    kind: ClassVar = "expense_item"
    unique_by: ClassVar = ("report_no", "line_no")
    system_of_record: ClassVar = ("psa",)

    report_no: str
    line_no: BigInt = 0
    worker: ref("worker")
    project: ref("project") = ""
    task: ref("wbs_task") = ""
    expense_type: str = ""
    spent_on: Day
    amount: Money
    currency: Currency
    fx_rate: FxFactor | None = None
    amount_functional: Money | None = None
    tax_code: str = ""
    tax_amount: Money | None = None
    recoverable: bool = False
    billable: bool = False
    markup: sensitive("B", Fraction | None) = None
    bill_amount: sensitive("B", Money | None) = None
    bill_currency: Currency = ""
    receipt_ref: sensitive("I", str) = ""
    merchant: sensitive("I", str) = ""
    submitted_at: Instant | None = None
    approved_at: Instant | None = None
    approver: ref("worker") = ""
    rejected_at: Instant | None = None
    reimbursed_at: Instant | None = None
    period: str = ""
    status: Literal[
        "draft",
        "submitted",
        "approved",
        "rejected",
        "recalled",
        "corrected",
        "posted",
        "billed",
        "written_off",
        "reimbursed",
    ]


class ProjectActual(Record, kw_only=True):
    """A line of the ERP's project subledger (A.1 30).

    `source_key` names the record it was posted from, as `system:native id`; it is the business
    key on which duplicates are refused; `source_key_version` is the version posted. Hours of a
    reversal are negative. `cost_amount_functional` is in the legal entity's currency.
    """

    kind: ClassVar = "project_actual"
    unique_by: ClassVar = ("source_key",)
    system_of_record: ClassVar = ("erp",)

    source_key: RecordKey = ""
    source_key_version: BigInt | None = None
    txn_type: Literal["labour", "expense", "subcontract", "usage", "adjustment", "reversal"] = (
        "labour"
    )
    project: ref("project") = ""
    task: ref("wbs_task") = ""
    worker: ref("worker") = ""
    work_date: Day
    accounting_date: Day | None = None
    hours: Hours
    cost_amount: sensitive("L", Money | None) = None
    cost_currency: Currency = ""
    cost_amount_functional: sensitive("L", Money | None) = None
    bill_amount: sensitive("B", Money | None) = None
    bill_currency: Currency = ""
    billable: bool = True
    batch_id: str = ""
    reversal_of: ref("project_actual") = ""
    posted_at: Instant | None = None
    status: Literal["imported", "rejected", "costed", "posted", "adjusted", "reversed"] = "posted"
