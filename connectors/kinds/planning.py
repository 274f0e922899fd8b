"""What delivery was allowed to cost and bring, and what it is now expected to."""

from typing import ClassVar, Literal

from connectors.kinds.base import (
    BigInt,
    Currency,
    Day,
    Hours,
    Instant,
    Money,
    Record,
    ref,
    sensitive,
)

PlanState = Literal["working", "submitted", "baseline", "revised", "superseded"]


class BudgetLine(Record, kw_only=True):
    """One month of an approved financial budget (A.1 25). ERP. `month` is its first day.

    `measure` says which of hours, cost and revenue the line speaks of; empty is all it has.
    """

    kind: ClassVar = "budget_line"
    unique_by: ClassVar = ("project", "version", "role", "task", "month", "measure")
    system_of_record: ClassVar = ("erp",)

    project: ref("project")
    version: BigInt = 1
    role: ref("role") = ""
    task: ref("wbs_task") = ""
    month: Day
    measure: Literal["", "hours", "cost", "revenue"] = ""
    hours: Hours | None = None
    cost: sensitive("L", Money | None) = None
    revenue: sensitive("B", Money | None) = None
    currency: Currency = ""
    approved_at: Instant | None = None
    status: PlanState = "baseline"


class ForecastLine(Record, kw_only=True):
    """One month of what delivery expects (A.1 25). PSA. `month` is its first day."""

    kind: ClassVar = "forecast_line"
    unique_by: ClassVar = ("project", "version", "role", "task", "month", "measure")
    system_of_record: ClassVar = ("psa",)

    project: ref("project")
    version: BigInt = 1
    role: ref("role") = ""
    task: ref("wbs_task") = ""
    month: Day
    measure: Literal["", "hours", "cost", "revenue"] = ""
    hours: Hours | None = None
    cost: sensitive("L", Money | None) = None
    revenue: sensitive("B", Money | None) = None
    currency: Currency = ""
    approved_at: Instant | None = None
    status: PlanState = "working"
