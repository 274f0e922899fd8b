"""The work itself: what was planned, who was booked, what was done."""

from typing import ClassVar, Literal

from connectors.kinds.base import (
    Code,
    Currency,
    Day,
    Hours,
    Instant,
    Money,
    Rate,
    Record,
    RecordKey,
    ref,
    sensitive,
)


class Project(Record, kw_only=True):
    """An engagement as one system knows it (A.1 21). Owned by field (A.3): CRM, PSA, ERP."""

    kind: ClassVar = "project"
    natural_key: ClassVar = ("code",)

    code: Code
    name: str
    contract: str = ""
    party: ref("party") = ""
    practice: str = ""
    type: Literal["external", "internal", "presale", "warranty"] = "external"
    billing_method: Literal[
        "",
        "time_materials",
        "tm_capped",
        "fixed_price",
        "milestone",
        "retainer",
        "managed_service",
        "non_billable",
    ] = ""
    currency: Currency = ""
    cost_center: str = ""
    project_manager: ref("worker") = ""
    approver: ref("worker") = ""
    starts_on: Day | None = None
    ends_on: Day | None = None
    postable_from: Day | None = None
    postable_to: Day | None = None
    erp_required: bool = True
    po_number: str = ""
    parent: ref("project") = ""
    status: Literal["draft", "approved", "active", "on_hold", "completed", "closed"] = "active"


class WbsTask(Record, kw_only=True):
    """A node of a project's work breakdown (A.1 22). Structure owned by PSA."""

    kind: ClassVar = "wbs_task"

    project: ref("project") = ""
    task_no: str = ""
    name: str
    parent: ref("wbs_task") = ""
    chargeable: bool = True
    billable: bool = True
    starts_on: Day | None = None
    ends_on: Day | None = None
    planned_hours: Hours | None = None
    status: Literal["created", "released", "tech_complete", "closed"] = "released"


class Assignment(Record, kw_only=True):
    """A worker booked on a project for a range of days (A.1 24). PSA."""

    kind: ClassVar = "assignment"

    project: ref("project")
    task: ref("wbs_task") = ""
    worker: ref("worker")
    role: str = ""
    starts_on: Day
    ends_on: Day
    planned_hours: Hours | None = None
    bill_rate: sensitive("B", Rate | None) = None
    bill_currency: Currency = ""
    billable: bool = True
    confirmed_at: Instant | None = None
    closed_for_time: bool = False
    status: Literal["proposed", "tentative", "confirmed", "active", "completed", "cancelled"] = (
        "confirmed"
    )


class TimeEntry(Record, kw_only=True):
    """A split of a timecard (A.1 26), the grain at which time is approved, posted and billed. PSA.

    `work_date` is a day of the worker's calendar. `bill_amount` is in `bill_currency`.
    """

    kind: ClassVar = "time_entry"

    worker: ref("worker")
    project: ref("project")
    task: ref("wbs_task") = ""
    assignment: ref("assignment") = ""
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
    ]


class ProjectActual(Record, kw_only=True):
    """A line of the ERP's project subledger (A.1 30).

    `source_key` names the record it was posted from, as `system:native id`; it is the business
    key on which duplicates are refused. Hours of a reversal are negative.
    """

    kind: ClassVar = "project_actual"

    source_key: RecordKey = ""
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
    bill_amount: sensitive("B", Money | None) = None
    bill_currency: Currency = ""
    billable: bool = True
    batch_id: str = ""
    reversal_of: ref("project_actual") = ""
    posted_at: Instant | None = None
    status: Literal["imported", "rejected", "costed", "posted", "adjusted", "reversed"] = "posted"
