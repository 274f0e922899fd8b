"""What was earned, period by period."""

from typing import ClassVar, Literal

from connectors.kinds.agreements import RevenueMethod
from connectors.kinds.base import (
    BigInt,
    Currency,
    Day,
    Fraction,
    Hours,
    Instant,
    Money,
    Record,
    ref,
    sensitive,
)


class RevenueSchedule(Record, kw_only=True):
    """How the revenue of one performance obligation is recognised (A.1 35). ERP.

    Progress inputs come from the PSA; amounts in `currency`.
    """

    kind: ClassVar = "revenue_schedule"
    unique_by: ClassVar = ("contract", "obligation")
    system_of_record: ClassVar = ("erp",)

    contract: ref("contract")
    obligation: str = ""
    project: ref("project") = ""
    method: RevenueMethod = ""
    allocated_price: sensitive("B", Money | None) = None
    currency: Currency = ""
    progress_hours: Hours | None = None
    progress_cost: sensitive("L", Money | None) = None
    progress_fraction: Fraction | None = None
    total_hours: Hours | None = None
    total_cost: sensitive("L", Money | None) = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    status: Literal["not_started", "in_progress", "on_hold", "completed"] = "not_started"


class RevenueEvent(Record, kw_only=True):
    """One period of a revenue schedule (A.1 35). ERP. Balances are those at the period's end."""

    kind: ClassVar = "revenue_event"
    unique_by: ClassVar = ("revenue_schedule", "period", "sequence")
    system_of_record: ClassVar = ("erp",)

    revenue_schedule: ref("revenue_schedule")
    period: ref("accounting_period") = ""
    sequence: BigInt = 0
    accounting_date: Day | None = None
    planned: sensitive("B", Money | None) = None
    recognised: sensitive("B", Money | None) = None
    deferred_balance: sensitive("B", Money | None) = None
    unbilled_balance: sensitive("B", Money | None) = None
    currency: Currency = ""
    source_keys: tuple[str, ...] = ()
    posted_at: Instant | None = None
    status: Literal["calculated", "approved", "posted", "reversed"] = "calculated"
