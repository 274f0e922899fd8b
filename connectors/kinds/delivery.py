"""The work as it was planned: projects, their tasks, and who is booked on them."""

from typing import ClassVar, Literal

from connectors.kinds.agreements import BillingMethod, RevenueMethod
from connectors.kinds.base import (
    BigInt,
    Code,
    Currency,
    Day,
    Hours,
    Instant,
    Money,
    Rate,
    Record,
    ref,
    sensitive,
)

ProjectState = Literal["draft", "approved", "active", "on_hold", "completed", "closed"]


class Project(Record, kw_only=True):
    """An engagement as one system knows it (A.1 21). Owned by field (A.3): CRM, PSA, ERP.

    `status` is the one of execution; `financial_status` says what the ERP lets be posted.
    """

    kind: ClassVar = "project"
    natural_key: ClassVar = ("code",)
    unique_by: ClassVar = ("enterprise_project_id",)
    system_of_record: ClassVar = ("psa", "crm", "erp")

    enterprise_project_id: str = ""
    code: Code
    name: str
    contract: ref("contract") = ""
    opportunity: ref("opportunity") = ""
    party: ref("party") = ""
    tcv: sensitive("B", Money | None) = None
    sales_owner: ref("worker") = ""
    practice: str = ""
    region: str = ""
    template: str = ""
    type: Literal["external", "internal", "presale", "warranty"] = "external"
    billing_method: BillingMethod = ""
    revenue_method: RevenueMethod = ""
    currency: Currency = ""
    cost_center: ref("cost_center") = ""
    tax_profile: str = ""
    project_manager: ref("worker") = ""
    approver: ref("worker") = ""
    starts_on: Day | None = None
    ends_on: Day | None = None
    postable_from: Day | None = None
    postable_to: Day | None = None
    erp_required: bool = True
    po_number: str = ""
    parent: ref("project") = ""
    phase_no: str = ""
    health: Literal["", "green", "amber", "red"] = ""
    financial_status: Literal[
        "", "draft", "approved", "active", "on_hold", "completed", "closed"
    ] = ""
    status: ProjectState = "active"


class WbsTask(Record, kw_only=True):
    """A node of a project's work breakdown (A.1 22). Structure owned by PSA."""

    kind: ClassVar = "wbs_task"
    natural_key: ClassVar = ("task_no",)
    within: ClassVar = "project"
    unique_by: ClassVar = ("project", "source_id")
    system_of_record: ClassVar = ("psa", "erp")

    project: ref("project") = ""
    task_no: Code = ""
    name: str
    parent: ref("wbs_task") = ""
    level: BigInt = 1
    chargeable: bool = True
    billable: bool = True
    revenue_element: str = ""
    service_item: str = ""
    starts_on: Day | None = None
    ends_on: Day | None = None
    planned_hours: Hours | None = None
    status: Literal["created", "released", "tech_complete", "closed"] = "released"


class ResourceRequest(Record, kw_only=True):
    """Demand for somebody, before it is known who (A.1 23). PSA."""

    kind: ClassVar = "resource_request"
    unique_by: ClassVar = ("number",)
    system_of_record: ClassVar = ("psa",)

    number: Code
    project: ref("project") = ""
    opportunity: ref("opportunity") = ""
    role: ref("role") = ""
    skills: tuple[str, ...] = ()
    starts_on: Day
    ends_on: Day
    hours: Hours | None = None
    priority: str = ""
    requested_at: Instant | None = None
    status: Literal["draft", "open", "held", "filled", "cancelled", "expired"] = "open"


class Assignment(Record, kw_only=True):
    """A worker booked on a project for a range of days (A.1 24). PSA.

    `weekly_hours` spread `planned_hours` over weeks, each as `2026-06-01=32.00`, the day being the
    week's Monday.
    """

    kind: ClassVar = "assignment"
    system_of_record: ClassVar = ("psa",)

    project: ref("project")
    task: ref("wbs_task") = ""
    worker: ref("worker")
    role: ref("role") = ""
    starts_on: Day
    ends_on: Day
    planned_hours: Hours | None = None
    weekly_hours: tuple[str, ...] = ()
    bill_rate: sensitive("B", Rate | None) = None
    bill_currency: Currency = ""
    cost_rate: sensitive("L", Rate | None) = None
    cost_currency: Currency = ""
    rate_version: str = ""
    billable: bool = True
    utilization_category: str = ""
    confirmed_at: Instant | None = None
    closed_for_time: bool = False
    status: Literal["proposed", "tentative", "confirmed", "active", "completed", "cancelled"] = (
        "confirmed"
    )
