"""What was signed, what changed since, and at which prices."""

from typing import ClassVar, Literal

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

BillingMethod = Literal[
    "",
    "time_materials",
    "tm_capped",
    "fixed_price",
    "milestone",
    "retainer",
    "managed_service",
    "non_billable",
]
RevenueMethod = Literal[
    "", "as_incurred", "percent_complete", "milestone", "straight_line", "point_in_time"
]


class Contract(Record, kw_only=True):
    """A master agreement, statement of work or call-off (A.1 14). CRM or CLM.

    Amounts in `currency`. `performance_obligations` name what revenue is recognised for.
    """

    kind: ClassVar = "contract"
    natural_key: ClassVar = ("number",)
    within: ClassVar = "legal_entity"
    unique_by: ClassVar = ("legal_entity", "number", "version")
    system_of_record: ClassVar = ("crm",)

    number: Code
    version: BigInt = 1
    name: str = ""
    type: Literal["msa", "sow", "framework", "call_off"] = "sow"
    parent: ref("contract") = ""
    party: ref("party") = ""
    opportunity: ref("opportunity") = ""
    currency: Currency = ""
    signed_at: Instant | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    billing_method: BillingMethod = ""
    tcv: sensitive("B", Money | None) = None
    cap_amount: sensitive("B", Money | None) = None
    cap_hours: Hours | None = None
    payment_terms_days: sensitive("B", BigInt | None) = None
    po_number: str = ""
    po_amount: sensitive("B", Money | None) = None
    tax_treatment: str = ""
    revenue_method: RevenueMethod = ""
    performance_obligations: tuple[str, ...] = ()
    status: Literal[
        "draft",
        "in_approval",
        "signed",
        "active",
        "amended",
        "suspended",
        "completed",
        "terminated",
    ] = "active"


class ChangeOrder(Record, kw_only=True):
    """A change of a contract (A.1 15). CRM.

    `modification_treatment` stays empty until a revenue accountant decides it. `schedule_changes`
    name what moves in plans, as the source writes it.
    """

    kind: ClassVar = "change_order"
    natural_key: ClassVar = ("number",)
    within: ClassVar = "contract"
    unique_by: ClassVar = ("contract", "number")
    system_of_record: ClassVar = ("crm",)

    number: Code
    name: str = ""
    contract: ref("contract")
    project: ref("project") = ""
    type: Literal["scope", "price", "term", "rate", "mixed"] = "scope"
    delta_value: sensitive("B", Money | None) = None
    currency: Currency = ""
    delta_hours: Hours | None = None
    effective_on: Day | None = None
    approved_at: Instant | None = None
    approval_evidence: str = ""
    modification_treatment: Literal[
        "", "separate_contract", "prospective", "cumulative_catch_up", "mixed"
    ] = ""
    schedule_changes: tuple[str, ...] = ()
    status: Literal["draft", "submitted", "approved", "rejected", "applied", "cancelled"] = "draft"


class RateCard(Record, kw_only=True):
    """A list of prices, and for whom it holds (A.1 16). ERP for standard cards, else CRM or CLM.

    `region` narrows a card to a geography; empty is everywhere.
    """

    kind: ClassVar = "rate_card"
    natural_key: ClassVar = ("code",)
    unique_by: ClassVar = ("code",)
    system_of_record: ClassVar = ("erp", "crm")

    code: Code
    name: str = ""
    scope: Literal["standard", "customer", "contract", "project"] = "standard"
    party: ref("party") = ""
    contract: ref("contract") = ""
    project: ref("project") = ""
    currency: Currency = ""
    region: str = ""
    valid_from: Day | None = None
    valid_to: Day | None = None
    status: Literal["draft", "approved", "active", "superseded", "expired"] = "active"


class RateLine(Record, kw_only=True):
    """One price of a card, for a role or a worker, in a date range (A.1 16). As its card.

    A price of zero counts as missing: some systems price at zero where no list applies.
    """

    kind: ClassVar = "rate_line"
    unique_by: ClassVar = ("rate_card", "role", "grade", "worker", "unit", "valid_from")
    system_of_record: ClassVar = ("erp", "crm")

    rate_card: ref("rate_card")
    role: ref("role") = ""
    grade: str = ""
    worker: ref("worker") = ""
    unit: Literal["hour", "day"] = "hour"
    bill_rate: sensitive("B", Rate | None) = None
    currency: Currency = ""
    valid_from: Day
    valid_to: Day | None = None
    version: BigInt = 1
    approved_by: str = ""
    status: Literal["draft", "approved", "active", "superseded", "expired"] = "active"
