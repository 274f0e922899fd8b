"""Who does the work, what an hour of it costs, and which doors are open to them."""

from typing import ClassVar, Literal

from connectors.kinds.base import (
    Code,
    Currency,
    Day,
    Fraction,
    Hours,
    Instant,
    Money,
    Rate,
    Record,
    ref,
    sensitive,
)


class Worker(Record, kw_only=True):
    """A person who can be booked (A.1 18). System of record: HCM.

    `person_id` stays the same when somebody leaves and returns under another number. Terminations
    may be future-dated or rescinded; both arrive as ordinary versions.
    """

    kind: ClassVar = "worker"
    natural_key: ClassVar = ("worker_no",)
    unique_by: ClassVar = ("worker_no",)
    system_of_record: ClassVar = ("hcm", "procurement")

    worker_no: Code
    person_id: str = ""
    name: str
    type: Literal["employee", "contractor", "agency", "intern", "partner"] = "employee"
    work_email: sensitive("I", str) = ""
    manager: ref("worker") = ""
    cost_center: ref("cost_center") = ""
    location: str = ""
    job_profile: str = ""
    grade: str = ""
    fte: Fraction | None = None
    calendar: str = ""
    hired_on: Day | None = None
    original_hired_on: Day | None = None
    terminated_on: Day | None = None
    termination_reason: sensitive("I", str) = ""
    last_day_worked_on: Day | None = None
    contract_ends_on: Day | None = None
    status_effective_at: Instant | None = None
    is_future_dated: bool = False
    is_rescinded: bool = False
    zero_cost_allowed: bool = False
    status: Literal[
        "pre_hire", "active", "on_leave", "notice", "terminated", "contract_ended", "rescinded"
    ] = "active"


class CostRate(Record, kw_only=True):
    """What one hour or day of a worker, or of a role, costs in a date range (A.1 17). HCM, VMS
    or ERP.

    `valid_to` is the last day on which the rate holds; None means until further notice.
    """

    kind: ClassVar = "cost_rate"
    unique_by: ClassVar = ("worker", "role", "legal_entity", "type", "valid_from")
    system_of_record: ClassVar = ("hcm", "procurement", "erp")

    worker: ref("worker") = ""
    role: ref("role") = ""
    type: Literal["loaded", "direct", "standard", "transfer"] = "loaded"
    currency: Currency = ""
    unit: Literal["hour", "day"] = "hour"
    rate: sensitive("LP", Rate)
    burden_fraction: sensitive("LP", Fraction | None) = None
    valid_from: Day
    valid_to: Day | None = None
    status: Literal["draft", "approved", "active", "superseded"] = "active"
    source: Literal["", "payroll_derived", "standard", "contractor_agreement"] = ""


class UserAccount(Record, kw_only=True):
    """A login to one application (A.1 19). Identity provider, and each application of its own.

    `application` is the system's slug that the login opens.
    """

    kind: ClassVar = "user_account"
    unique_by: ClassVar = ("application", "login")
    system_of_record: ClassVar = ("identity",)

    application: str
    login: sensitive("I", str)
    worker: ref("worker") = ""
    privileged: bool = False
    roles: tuple[str, ...] = ()
    last_login_at: sensitive("I", Instant | None) = None
    disabled_at: Instant | None = None
    status: Literal["active", "disabled", "deleted"] = "active"


class PayrollResult(Record, kw_only=True):
    """What one worker was paid for one pay period (A.1 20). Payroll; shown in aggregate only."""

    kind: ClassVar = "payroll_result"
    unique_by: ClassVar = ("worker", "pay_period", "run_no")
    system_of_record: ClassVar = ("payroll",)

    worker: ref("worker")
    pay_period: str
    run_no: str = ""
    starts_on: Day | None = None
    ends_on: Day | None = None
    hours: sensitive("P", Hours | None) = None
    regular_hours: sensitive("P", Hours | None) = None
    overtime_hours: sensitive("P", Hours | None) = None
    leave_hours: sensitive("P", Hours | None) = None
    gross: sensitive("P", Money | None) = None
    employer_cost: sensitive("P", Money | None) = None
    currency: Currency = ""
    status: Literal["draft", "final", "posted"] = "final"
