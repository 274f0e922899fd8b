"""Who does the work, and what an hour of it costs."""

from typing import ClassVar, Literal

from connectors.kinds.base import Code, Currency, Day, Fraction, Rate, Record, ref, sensitive


class Worker(Record, kw_only=True):
    """A person who can be booked (A.1 18). System of record: HCM."""

    kind: ClassVar = "worker"
    natural_key: ClassVar = ("worker_no",)

    worker_no: Code
    person_id: str = ""
    name: str
    type: Literal["employee", "contractor", "agency", "intern", "partner"] = "employee"
    work_email: sensitive("I", str) = ""
    manager: ref("worker") = ""
    cost_center: str = ""
    location: str = ""
    job_profile: str = ""
    grade: str = ""
    fte: Fraction | None = None
    calendar: str = ""
    hired_on: Day | None = None
    terminated_on: Day | None = None
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

    worker: ref("worker") = ""
    role: str = ""
    type: Literal["loaded", "direct", "standard", "transfer"] = "loaded"
    currency: Currency = ""
    unit: Literal["hour", "day"] = "hour"
    rate: sensitive("LP", Rate)
    valid_from: Day
    valid_to: Day | None = None
    status: Literal["draft", "approved", "active", "superseded"] = "active"
    source: Literal["", "payroll_derived", "standard", "contractor_agreement"] = ""
